/**
 * Cuts rows into blocks by their size. A row is read only when a block is asked for, so a source is never
 * further ahead of the table than the blocks that are on their way.
 */
import { setImmediate } from 'node:timers/promises'
import type { RowRange } from './bulk-report.js'

type AnyRow = Readonly<Record<string, unknown>>

/** Rows on their way, in the form that is sent. */
export interface Block<Content> extends RowRange {
  readonly content: Content
}

/** Collects rows until a block is taken. */
export interface BlockWriter<Content> {
  /** About the bytes of the rows since the last block. */
  readonly length: number
  /** @param number the row's, from 1, for messages */
  add(row: AnyRow, number: number): void
  take(): Content
}

/** Where blocks end, and which rows are left out. */
export interface CutOptions {
  readonly chunkBytes: number
  readonly maxRows: number
  /** Rows that are in already; each ends a block. */
  readonly isIn: (row: number) => boolean
}

/** About so many bytes are written before other work has its turn, the socket's above all. */
const TURN_BYTES = 256 * 1024

/** Cuts rows into blocks; when the source fails, the rows since the last block are in none. */
export async function* cutBlocks<Content>(
  rows: AsyncIterable<AnyRow>,
  writer: BlockWriter<Content>,
  { chunkBytes, maxRows, isIn }: CutOptions,
): AsyncGenerator<Block<Content>, void, undefined> {
  let number = 0
  let first = 0
  let turn = TURN_BYTES
  const take = (): Block<Content> => ({ first, rows: number - first, content: writer.take() })
  for await (const row of rows) {
    if (isIn(number)) {
      if (number > first) yield take()
      number += 1
      first = number
      continue
    }
    writer.add(row, number + 1)
    number += 1
    if (writer.length >= chunkBytes || number - first >= maxRows) {
      yield take()
      first = number
      turn = TURN_BYTES
    } else if (writer.length >= turn) {
      turn += TURN_BYTES
      await setImmediate()
    }
  }
  if (number > first) yield take()
}

import type { Kysely } from 'kysely'
import { refuseUnknown } from '../../bulk/encode-rows.js'
import { MAX_ROWS, rowBytes } from '../../bulk/insert-rows.js'
import type { BlockWriter } from '../../bulk/cut-blocks.js'
import { UnsupportedError } from '../../errors.js'
import type { ManagerDb } from '../statement/execute.js'
import type { BlockPlan, BulkTarget } from './block-plan.js'

type AnyRow = Readonly<Record<string, unknown>>

/**
 * Sends each block as one INSERT, as `batchInsert` does.
 *
 * @throws {UnsupportedError} for `onConflict` through a dialect that is not ours
 */
export function planInsert(
  db: ManagerDb,
  { table, columns, onConflict }: BulkTarget,
): BlockPlan<readonly AnyRow[]> {
  if (onConflict !== 'fail') {
    throw new UnsupportedError(
      `bulkInsert with onConflict: '${onConflict}' works only through MatrixOneDialect. Use it, or insertInto.`,
    )
  }
  const one = db as unknown as Kysely<Record<string, AnyRow>>
  return {
    writer: new RowCollector(columns),
    maxRows: MAX_ROWS,
    checksKeys: true,
    send: async ({ content }) => {
      await one
        .insertInto(table)
        .values([...content])
        .execute()
      return content.length
    },
  }
}

/** Collects rows with the same columns each: an absent value is NULL, as in a load. */
class RowCollector implements BlockWriter<readonly AnyRow[]> {
  readonly #columns: readonly string[]
  readonly #names: ReadonlySet<string>
  #rows: AnyRow[] = []
  #bytes = 0

  constructor(columns: readonly string[]) {
    this.#columns = columns
    this.#names = new Set(columns)
  }

  get length(): number {
    return this.#bytes
  }

  add(row: AnyRow, number: number): void {
    refuseUnknown(row, number, this.#names)
    const whole: Record<string, unknown> = {}
    for (const column of this.#columns) whole[column] = row[column] ?? null
    this.#rows.push(whole)
    this.#bytes += rowBytes(row)
  }

  take(): readonly AnyRow[] {
    const rows = this.#rows
    this.#rows = []
    this.#bytes = 0
    return rows
  }
}

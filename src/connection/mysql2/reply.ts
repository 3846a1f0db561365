import type { ResultSetHeader } from 'mysql2'
import type { RowDecoder } from '../../wire/wire.js'

/** A row, keyed by column name. */
export type Row = Record<string, unknown>

/** The server's answer to a statement that returns no rows. */
export interface OkReply {
  readonly affectedRows: number
  /** 0 for every statement (3.0.14, 4.1.4, 4.2.0). */
  readonly changedRows: number
  /** 0 when the server generated none; the last one of several rows. */
  readonly insertId: number | string
}

/** One result of a statement: rows or an OK. */
export type Reply = readonly Row[] | OkReply

/** Whether a reply holds rows. */
export function hasRows(reply: Reply): reply is readonly Row[] {
  return Array.isArray(reply)
}

/**
 * Reads what mysql2 answers: one result, or an array of them for stacked statements.
 *
 * @param decoders one for each result; null for one without rows
 */
export function readReplies(
  result: unknown,
  decoders: readonly (RowDecoder | null)[],
): readonly Reply[] {
  if (decoders.length <= 1) return [readReply(result, decoders[0] ?? null)]
  return (result as unknown[]).map((part, index) => readReply(part, decoders[index] ?? null))
}

function readReply(result: unknown, decoder: RowDecoder | null): Reply {
  if (Array.isArray(result)) {
    const rows = result as Row[]
    if (decoder !== null) for (const row of rows) decoder.decodeRow(row)
    return rows
  }
  const { affectedRows, changedRows, insertId } = result as ResultSetHeader
  return { affectedRows, changedRows, insertId }
}

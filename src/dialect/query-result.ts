import type { QueryResult } from 'kysely'
import { hasRows, type Reply } from '../connection/mysql2/reply.js'

/**
 * Turns the server's reply into kysely's result. `changedRows` is always 0 on MatrixOne, and
 * `insertId` is not always the row's, so both are reported only when the caller gives them.
 */
export function toQueryResult<R>(
  reply: Reply | undefined,
  insertId?: bigint,
  changedRows?: number,
): QueryResult<R> {
  if (reply === undefined) return { rows: [] }
  if (hasRows(reply)) return { rows: reply as R[] }
  return {
    numAffectedRows: BigInt(reply.affectedRows),
    ...(insertId === undefined ? {} : { insertId }),
    ...(changedRows === undefined ? {} : { numChangedRows: BigInt(changedRows) }),
    rows: [],
  }
}

/**
 * The answer to a statement that kysely's signal ended: kysely has told the caller, and would print
 * a rejection to the console. Reading its rows throws the reason.
 */
export class AbandonedResult<R> implements QueryResult<R> {
  readonly reason: unknown

  constructor(reason: unknown) {
    this.reason = reason
  }

  get rows(): R[] {
    throw this.reason
  }
}

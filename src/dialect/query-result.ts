import type { QueryResult } from 'kysely'
import { hasRows, type Reply } from '../connection/physical-connection.js'

/**
 * Turns the server's reply into kysely's result, with only what is true in it: `changedRows` is
 * always 0 on MatrixOne, so `numChangedRows` is left out; `insertId` is added by whoever knows that
 * it is the row's.
 */
export function toQueryResult<R>(
  reply: Reply | undefined,
  insertId: bigint | undefined,
): QueryResult<R> {
  if (reply === undefined) return { rows: [] }
  if (hasRows(reply)) return { rows: reply as R[] }
  return {
    numAffectedRows: BigInt(reply.affectedRows),
    ...(insertId === undefined ? {} : { insertId }),
    rows: [],
  }
}

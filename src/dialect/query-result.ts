import type { CompiledQuery, QueryResult } from 'kysely'
import { hasRows, type OkReply, type Reply } from '../connection/physical-connection.js'
import { analyzeSql } from '../sql/analyze-sql.js'
import { insertClause } from './insert-clause.js'

/**
 * Turns the server's reply into kysely's result, with only what is true in it:
 * `changedRows` is always 0 on MatrixOne, so `numChangedRows` is left out; `insertId` is the *last*
 * of several ids, a burnt one after IGNORE and ON DUPLICATE KEY UPDATE, and a stale one for a table
 * without auto_increment (4.2.0), so it is given for one freshly inserted row only.
 */
export function toQueryResult<R>(
  query: CompiledQuery,
  reply: Reply | undefined,
  previousInsertId: bigint,
): QueryResult<R> {
  if (reply === undefined) return { rows: [] }
  if (hasRows(reply)) return { rows: reply as R[] }
  const insertId = freshInsertId(query, reply, previousInsertId)
  return {
    numAffectedRows: BigInt(reply.affectedRows),
    ...(insertId === undefined ? {} : { insertId }),
    rows: [],
  }
}

function freshInsertId(
  query: CompiledQuery,
  reply: OkReply,
  previousInsertId: bigint,
): bigint | undefined {
  const insertId = BigInt(reply.insertId)
  if (insertId === 0n || reply.affectedRows !== 1 || insertId === previousInsertId) return undefined
  return isPlainInsert(query) ? insertId : undefined
}

function isPlainInsert({ query, sql }: CompiledQuery): boolean {
  if (query.kind === 'InsertQueryNode') return insertClause(query) === undefined
  const { statements } = analyzeSql(sql)
  const [first, second] = statements[0]?.keywords ?? []
  return (
    statements.length === 1 &&
    first === 'INSERT' &&
    second !== 'IGNORE' &&
    !/\bon\s+duplicate\s+key\b/i.test(sql)
  )
}

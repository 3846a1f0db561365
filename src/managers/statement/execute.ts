/**
 * How managers send SQL: on whatever `Kysely`, `Transaction` or pinned connection they were made
 * for, past the plugins (a CamelCasePlugin would rename catalog columns), with the server's errors
 * as this library's classes whichever dialect ran the statement.
 */
import { randomUUID } from 'node:crypto'
import type { CompiledQuery, Kysely, QueryResult, RawNode } from 'kysely'
import { MatrixOneError } from '../../errors.js'
import { createServerError } from '../../server/errno.js'
import {
  bindStatementOptions,
  type ResultField,
  type StatementOptions,
} from '../../sql/statement-options.js'

/** The handle that a manager is made for: a database, a transaction or a pinned connection. */
export type ManagerDb = Kysely<unknown>

/**
 * The part of `Kysely` that sends SQL. Functions that read metadata ask for no more, because
 * `kysely-matrixone/metadata` runs them without loading kysely.
 */
export interface SqlExecutor {
  readonly isTransaction: boolean
  executeQuery<R>(query: CompiledQuery<R>): Promise<QueryResult<R>>
  /** Hands out each row as it arrives; a `Kysely` has all rows first. */
  visitRows?<R>(sql: string, visit: (row: R) => void): Promise<void>
  /**
   * Runs SELECTs in one text and returns the columns of each result, up to the first that fails or the one before
   * it; a `Kysely` sends one statement at a time.
   */
  describeResults?(selects: readonly string[]): Promise<readonly (readonly ResultField[])[]>
  withoutPlugins(): SqlExecutor
  connection(): {
    execute<T>(callback: (db: SqlExecutor) => Promise<T>): Promise<T>
  }
  transaction(): {
    execute<T>(callback: (db: SqlExecutor) => Promise<T>): Promise<T>
  }
}

/**
 * Runs one statement and returns its rows.
 *
 * @throws {ServerError} or one of its subclasses when the server refuses the statement
 */
export async function executeSql<Row>(
  db: SqlExecutor,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const { rows } = await executeStatement<Row>(db, sql, parameters)
  return rows
}

/** Runs one statement and hands out its rows, as they arrive where that is possible. */
export async function visitRows<Row>(
  db: SqlExecutor,
  sql: string,
  visit: (row: Row) => void,
): Promise<void> {
  if (db.visitRows === undefined) for (const row of await executeSql<Row>(db, sql)) visit(row)
  else await db.visitRows(sql, visit)
}

/** Runs one statement and returns kysely's whole result; see {@link executeSql}. */
export async function executeStatement<Row>(
  db: SqlExecutor,
  sql: string,
  parameters: readonly unknown[] = [],
  options?: Pick<StatementOptions, 'localStream' | 'isSetBack' | 'onField'>,
): Promise<QueryResult<Row>> {
  try {
    const query = rawQuery<Row>(sql, parameters)
    bindStatementOptions(query.queryId, { ...options, isOwn: true })
    return await db.withoutPlugins().executeQuery(query)
  } catch (error) {
    throw toMatrixOneError(error)
  }
}

/** `CompiledQuery.raw`, written out: metadata is also read by tools that never load kysely. */
function rawQuery<Row>(sql: string, parameters: readonly unknown[]): CompiledQuery<Row> {
  const query: RawNode = { kind: 'RawNode', sqlFragments: [sql], parameters: [] }
  return { sql, parameters: [...parameters], query, queryId: { queryId: randomUUID() } }
}

/**
 * Runs the callback on one connection: the transaction's own, or one taken from the pool. Session
 * state (`database()`, temporary tables) then stays the same, and what was written can be read
 * back: behind MatrixOne's proxy another connection may be on a node that is some milliseconds
 * behind (4.2.0).
 */
export async function pinConnection<Db extends SqlExecutor, T>(
  db: Db,
  callback: (one: Db) => Promise<T>,
): Promise<T> {
  return db.isTransaction ? callback(db) : db.connection().execute(callback as OnExecutor<T>)
}

/** Runs the callback in the open transaction, or in one of its own. */
export async function runInTransaction<Db extends SqlExecutor, T>(
  db: Db,
  callback: (trx: Db) => Promise<T>,
): Promise<T> {
  return db.isTransaction ? callback(db) : db.transaction().execute(callback as OnExecutor<T>)
}

/** A handle gives out handles of its own kind; `SqlExecutor` cannot say so. */
type OnExecutor<T> = (db: SqlExecutor) => Promise<T>

/** mysql2 marks an error packet with `sqlMessage`; kysely's own MysqlDialect passes it on unchanged. */
function toMatrixOneError(error: unknown): unknown {
  if (error instanceof MatrixOneError || !(error instanceof Error)) return error
  const { errno, sqlMessage, sqlState, code } = error as Partial<Record<string, unknown>> & Error
  if (typeof errno !== 'number' || typeof sqlMessage !== 'string') return error
  return createServerError(errno, sqlMessage, {
    cause: error,
    sqlState: typeof sqlState === 'string' ? sqlState : undefined,
    code: typeof code === 'string' ? code : undefined,
  })
}

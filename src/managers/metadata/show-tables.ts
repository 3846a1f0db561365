import { quoteIdentifier } from '../../sql/identifiers.js'
import { type Instant, writeTimeHint } from '../../sql/time-hint.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { type Cell, readText } from './catalog-values.js'

/** A database whose tables are listed, and the state to list. */
export interface ShownDatabase {
  readonly database: string
  /** The present when absent. */
  readonly at?: Instant | undefined
}

/** Lists the tables and views of a database as SHOW TABLES does. */
export async function showTables(
  db: SqlExecutor,
  { database, at }: ShownDatabase,
): Promise<readonly string[]> {
  const hint = at === undefined ? '' : ` ${writeTimeHint(at)}`
  const sql = `show tables from ${quoteIdentifier(database)}${hint}`
  const rows = await executeSql<Readonly<Record<string, Cell>>>(db, sql)
  return rows.map((row) => readText(Object.values(row)[0] ?? null))
}

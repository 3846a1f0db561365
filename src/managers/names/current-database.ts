import { UnknownObjectError } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { parseTableReference } from './names.js'

/**
 * The database that a connection uses where none is named.
 *
 * @throws {UnknownObjectError} when it uses none
 *
 * ```sql
 * select database() as name
 * ```
 */
export async function currentDatabase(db: SqlExecutor): Promise<string> {
  const [row] = await executeSql<{ readonly name: string | null }>(db, 'select database() as name')
  if (row?.name) return row.name
  throw new UnknownObjectError(
    'No database is selected. Name it (shop.orders), or set one in the connection options.',
  )
}

/** Splits `table` or `database.table`; a missing database is the connection's own. */
export async function resolveTable(
  db: SqlExecutor,
  reference: string,
): Promise<{ readonly database: string; readonly table: string }> {
  const { database, table } = parseTableReference(reference)
  return { database: database ?? (await currentDatabase(db)), table }
}

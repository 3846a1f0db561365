import { UnsupportedError } from '../../errors.js'
import type { SqlExecutor } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'

/**
 * Refuses a new table whose name older servers paste into SQL of their own as it is: with `'`, or `\` at
 * the end, CREATE TABLE breaks (1105; 1146 for a clone or a branch), and with a backtick DROP DATABASE
 * does for as long as the table is there (3.0.14, 4.1.4). Only for such a name is the version asked.
 *
 * @param table `table` or `database.table`
 * @throws {UnsupportedError} before 4.2
 */
export async function refuseQuotesInName(db: SqlExecutor, table: string): Promise<void> {
  if (!/['`]|\\$/.test(table)) return
  if ((await readCapabilities(db)).quotesInTableNames) return
  throw new UnsupportedError(
    `No table can be named ${JSON.stringify(table)} before MatrixOne 4.2, which pastes the name into SQL of its ` +
      'own: it may hold neither a single quote nor a backtick, nor end with a backslash.',
  )
}

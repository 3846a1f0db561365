import { LoadDataError } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'

const STRICT = new Set(['STRICT_TRANS_TABLES', 'STRICT_ALL_TABLES', 'TRADITIONAL'])

/**
 * Refuses a load under a `sql_mode` without a strict mode: LOAD DATA stores 0 for text in a numeric
 * column there, key columns included, where INSERT is refused (4.2.0). It cannot be set here, because any
 * SET would commit the transaction.
 *
 * SQL: `select @@sql_mode as mode`
 *
 * @throws {LoadDataError} when no strict mode is on
 */
export async function refuseLenientMode(trx: SqlExecutor): Promise<void> {
  const [row] = await executeSql<{ readonly mode: unknown }>(trx, 'select @@sql_mode as mode')
  const modes = String(row?.mode).split(',')
  if (modes.some((mode) => STRICT.has(mode.trim().toUpperCase()))) return
  throw new LoadDataError(
    `The session's sql_mode ${JSON.stringify(row?.mode ?? '')} is not strict, so LOAD DATA would store 0 ` +
      'for text in numeric columns, keys included. Set it for every connection: ' +
      "new MatrixOne({ hooks: [setSession({ sql_mode: 'STRICT_TRANS_TABLES' })] }).",
  )
}

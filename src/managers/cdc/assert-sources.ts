import { CdcError } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { parseTableReference } from '../names/names.js'
import type { CreateCdcOptions } from './cdc-types.js'

/**
 * Refuses a missing source, which the server accepts silently and replicates nothing of (4.2.0).
 *
 * @throws {CdcError} for a source that does not exist
 */
export async function assertSources(db: SqlExecutor, options: CreateCdcOptions): Promise<void> {
  const sources =
    options.database === undefined
      ? options.tables.map(({ from }) => parseTableReference(from))
      : [{ database: options.database.from, table: undefined }]
  for (const { database, table } of sources) {
    const rows = await executeSql(
      db,
      table === undefined
        ? 'select schema_name from information_schema.schemata where schema_name = ?'
        : 'select table_name from information_schema.tables where table_schema = ? and table_name = ?',
      [database, table].filter((name) => name !== undefined).map((name) => name.toLowerCase()),
    )
    if (rows.length > 0) continue
    const source = table === undefined ? `database ${database}` : `table ${database}.${table}`
    throw new CdcError(
      `Could not create the CDC task: there is no ${source}. MatrixOne would answer OK and replicate nothing.`,
    )
  }
}

/**
 * A second opinion before a table is called gone. A catalog answer with rows missing looks like a schema with
 * tables dropped (matrixorigin/matrixone#27912), and reading it again in the same way shows the same.
 */
import type { Settings } from '../config/settings.js'
import { UntrustedDatabaseError } from '../errors.js'
import type { ShownTables } from '../read/read-schema.js'
import type { TableName } from '../read/table-patterns.js'
import { printable } from '../report/printable.js'
import { readOptionsOf } from './source.js'

/**
 * Asks for the tables with SHOW TABLES, where some would be called gone.
 *
 * @throws {UntrustedDatabaseError} when it lists one of them
 */
export async function confirmRemoved(
  settings: Settings,
  removed: readonly TableName[],
  ask: () => Promise<readonly ShownTables[] | undefined> = () => askServer(settings),
): Promise<void> {
  if (removed.length === 0 || settings.from !== undefined) return
  const shown = (await ask()) ?? []
  const hidden = removed.find(({ database, table }) =>
    shown.some((one) => isSame(database, one.database) && one.tables.includes(table)),
  )
  if (hidden === undefined) return
  const { database, table } = hidden
  const name = printable(database === undefined ? table : `${database}.${table}`)
  throw new UntrustedDatabaseError(
    `The catalog does not list the table ${name}, and SHOW TABLES lists it.\nNothing was concluded from this answer. Try again; if it stays, look at the server.`,
  )
}

/** The only database of a model has no name; `--database` may be in capitals. */
function isSame(database: string | undefined, asked: string): boolean {
  return database === undefined || database.toLowerCase() === asked.toLowerCase()
}

async function askServer(settings: Settings): Promise<readonly ShownTables[] | undefined> {
  const { readShownTables } = await import('../read/read-schema.js')
  return readShownTables(readOptionsOf(settings))
}

/**
 * A second opinion before a table is called gone. A catalog answer with rows missing looks like a schema with
 * tables dropped (matrixorigin/matrixone#27912), and reading it again in the same way shows the same.
 */
import type { Finding } from 'kysely-matrixone/schema'
import type { Settings } from '../config/settings.js'
import { UntrustedDatabaseError } from '../errors.js'
import type { ShownTables } from '../read/read-schema.js'
import type { TableName } from '../read/table-patterns.js'
import { printable } from '../report/printable.js'
import { readIfThere } from '../workspace/files.js'
import { readOptionsOf, type SchemaSource } from './source.js'

/** The tables that findings call gone. */
export function removedBy(findings: readonly Finding[]): readonly TableName[] {
  return findings.flatMap(({ ruleId, database, table }) =>
    ruleId === 'table-removed' && table !== undefined ? [{ database, table }] : [],
  )
}

/** The tables of the snapshot file that a reading no longer has. */
export function removedSince(
  { snapshotFile }: Settings,
  { model, excluded }: SchemaSource,
): readonly TableName[] {
  const text = snapshotFile === null ? undefined : readIfThere(snapshotFile)
  const isQualified = model.databases.length > 1
  const keyOf = ({ database, table }: TableName): string =>
    JSON.stringify([isQualified ? database : undefined, table])
  const here = new Set([...tablesOf(model), ...excluded].map((name) => keyOf(name)))
  return tablesOf(parse(text ?? '')).filter((name) => !here.has(keyOf(name)))
}

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

interface Tables {
  readonly databases?: readonly {
    readonly name?: string
    readonly tables?: readonly { readonly name: string }[]
  }[]
}

function tablesOf({ databases = [] }: Tables): readonly TableName[] {
  return databases.flatMap(({ name: database, tables = [] }) =>
    tables.map(({ name: table }) => ({ database, table })),
  )
}

/** Only names are of interest here: checking all of a large snapshot takes longer than reading the database. */
function parse(text: string): Tables {
  try {
    return (JSON.parse(text) as Tables | null) ?? {}
  } catch {
    return {}
  }
}

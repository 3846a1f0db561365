/**
 * Reads a schema model from a live database: the only file of mo-codegen that opens a connection,
 * through the runtime's metadata reader without kysely, whose loading takes longer than reading
 * 500 tables. mysql2 is loaded only when a database is really read.
 */
import type { DatabaseMetadata } from 'kysely-matrixone'
import type { SslOptions } from 'mysql2'
import { type SchemaModel, toSchemaModel } from 'kysely-matrixone/schema'
import { ConfigurationError, UntrustedDatabaseError } from '../errors.js'
import { type Address, explaining, originOf, parseUrl } from './explaining.js'
import { tableFilter, type TableName, type TablePatterns } from './table-patterns.js'

/** The databases and tables to read. */
export interface ReadOptions extends TablePatterns {
  /** `mysql://user:password@host:6001/database`. */
  readonly url: string
  /** Where the URL came from, for messages; `the option url` when absent. */
  readonly urlOrigin?: string
  /** How the connection is encrypted, as mysql2's option `ssl`; not at all when absent. */
  readonly tls?: SslOptions
  /** The databases to read; the URL's when absent or empty. */
  readonly databases?: readonly string[]
  /** A snapshot or instant of the past. */
  readonly at?: { readonly snapshot: string } | { readonly timestamp: Date }
}

/** The result of a reading. */
export interface SchemaReading {
  readonly model: SchemaModel
  /** `host:port/database`, never a user or password. */
  readonly source: string
  readonly serverVersion: string
  /** False when rights were missing, so that index parameters are unknown: nothing can be concluded from a difference. */
  readonly complete: boolean
  /** The tables that the patterns left out, as far as they were read. */
  readonly excluded: readonly TableName[]
  readonly warnings: readonly string[]
  /** Views that this role may not ask, so that their columns are those of their creation; an only database is not named. */
  readonly unreadViews: readonly TableName[]
}

/**
 * Reads the tables of one or several databases.
 *
 * @throws {ConfigurationError} when the URL cannot be read or no database is named
 * @throws {UnreachableDatabaseError} when the server cannot be reached, refuses the login, or lacks the database
 * @throws {UntrustedDatabaseError} when the answer contradicts itself or the role may not read it
 */
export async function readSchema(options: ReadOptions): Promise<SchemaReading> {
  return toReading(await readCatalog(options), options)
}

/** All tables of the databases, before patterns choose from them. */
export interface CatalogReading {
  readonly metadata: readonly DatabaseMetadata[]
  /** `host:port/database`, never a user or password. */
  readonly source: string
}

/**
 * Reads a text that is another one after any DDL on a table or view of the databases.
 *
 * @param ofViews whether also after DDL elsewhere, which can change what their views answer
 */
export async function readState(options: ReadOptions, ofViews = false): Promise<string> {
  return withDatabases(options, (runtime, names) =>
    runtime.readCatalogState(
      connectionOf(runtime, options),
      names.map((database) => ({ database, ofViews })),
    ),
  )
}

/** The tables and views of a database, by name. */
export interface ShownTables {
  readonly database: string
  readonly tables: readonly string[]
}

/** Lists tables as SHOW TABLES does; undefined where the role may not ask it. */
export async function readShownTables(
  options: ReadOptions,
): Promise<readonly ShownTables[] | undefined> {
  return withDatabases(options, async (runtime, names) => {
    const { at } = options
    const asked = names.map((database) => ({ database, ...(at && { at }) }))
    try {
      const shown = await runtime.readShownTables(connectionOf(runtime, options), asked)
      return names.map((database, index) => ({ database, tables: shown[index] ?? [] }))
    } catch (error) {
      if (error instanceof runtime.PrivilegeError) return undefined
      throw error
    }
  })
}

/** Reads all tables, whatever the patterns; `toReading` chooses from them, for each of several targets. */
export async function readCatalog(options: ReadOptions): Promise<CatalogReading> {
  return withDatabases(options, async (runtime, names, { host, port }) => {
    const metadata = withoutRepeats(await readMetadata(runtime, options, names))
    const databases = metadata.map(({ name }) => name).join('+')
    return { metadata, source: `${host}:${port}/${databases}` }
  })
}

/** Reads something of the databases; an error names the server, and where its URL came from. */
async function withDatabases<Result>(
  options: ReadOptions,
  read: (runtime: Runtime, names: readonly string[], address: Address) => Promise<Result>,
): Promise<Result> {
  const runtime = await import('kysely-matrixone/metadata')
  const origin = originOf(options)
  const address = parseUrl(runtime, options.url, origin)
  const databases = options.databases?.length ? options.databases : [address.database]
  const names = databases.filter((name) => name !== undefined)
  if (names.length === 0) {
    throw new ConfigurationError(
      `The URL of ${origin} names no database.\nAdd it to the URL (mysql://host:6001/shop) or name it with --database.`,
    )
  }
  const [first = ''] = names
  return explaining(
    options,
    first,
    () => read(runtime, [...new Set(names)], address),
    async () => runtime,
  )
}

/** The server has names in lower case: `--database a --database A` is one (4.2.0). */
function withoutRepeats(metadata: readonly DatabaseMetadata[]): readonly DatabaseMetadata[] {
  return [...new Map(metadata.map((database) => [database.name, database])).values()]
}

type Runtime = typeof import('kysely-matrixone/metadata')

async function readMetadata(
  runtime: Runtime,
  options: ReadOptions,
  names: readonly string[],
): Promise<readonly DatabaseMetadata[]> {
  return runtime.readMetadata(
    connectionOf(runtime, options),
    // All tables, whatever the patterns: only so a pattern that matches none is found out.
    names.map((database) => ({
      database,
      ...(options.at && { at: options.at }),
    })),
  )
}

/** Begins in a database that is read: another one of the URL need not be there. */
function connectionOf(
  runtime: Runtime,
  { url, tls, databases: [database] = [] }: ReadOptions,
): Parameters<Runtime['readMetadata']>[0] {
  const address = runtime.parseConnectionUrl(url)
  const isOther = address.database !== undefined && database !== undefined
  if (tls === undefined && !isOther) return url
  return { ...address, ...(isOther && { database }), ...(tls && { ssl: tls }) }
}

/**
 * Chooses tables from a catalog.
 *
 * @throws {UntrustedDatabaseError} when one of them has no column
 */
export function toReading(
  { metadata, source }: CatalogReading,
  patterns: TablePatterns,
): SchemaReading {
  const wanted = tableFilter(patterns)
  const excluded: TableName[] = []
  const kept = metadata.map((database) => ({
    ...database,
    tables: database.tables.filter((table) => {
      const keep = wanted(database.name, table.name)
      if (!keep) excluded.push({ database: database.name, table: table.name })
      return keep
    }),
  }))
  for (const { name, tables } of kept) {
    const empty = tables.find((table) => table.columns.length === 0 && table.broken === undefined)
    if (empty !== undefined) {
      throw new UntrustedDatabaseError(
        `The server lists no column of ${name}.${empty.name}, which cannot be right.\nNothing was concluded from this answer. Try again; if it stays, leave the table out with --exclude-pattern ${empty.name}.`,
      )
    }
  }
  return {
    model: toSchemaModel(kept),
    source,
    serverVersion: metadata[0]?.serverVersion ?? '',
    complete: metadata.every((database) => database.source !== 'information_schema'),
    excluded,
    unreadViews: kept.flatMap(({ name, tables, unreadViews }) =>
      unreadViews
        .filter((view) => tables.some((table) => table.name === view))
        .map((table) => ({ ...(kept.length > 1 && { database: name }), table })),
    ),
    warnings: metadata
      .flatMap((database) => database.warnings)
      .filter((warning) => !excluded.some(({ table }) => isAbout(warning, table))),
  }
}

/** Warnings begin with the table's name: `orders has …`, `The view sums is …`. */
function isAbout(warning: string, table: string): boolean {
  return warning.startsWith(`${table} `) || warning.startsWith(`The view ${table} `)
}

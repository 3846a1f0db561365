/**
 * The metadata of a database without kysely: a tool that only reads the catalog (mo-codegen) would
 * spend longer on loading kysely's 300 files than on reading 500 tables.
 */
import type { ConnectionInput } from './connection/pool/connection-source.js'
import { CatalogConnections } from './managers/metadata/catalog-connections.js'
import type { DatabaseMetadata, ReadMetadataOptions } from './managers/metadata/metadata-types.js'
import type { StateOptions } from './managers/metadata/read-state.js'
import type { ShownDatabase } from './managers/metadata/show-tables.js'

export { parseConnectionUrl } from './connection/connection-url.js'
export * from './errors.js'
export type * from './managers/metadata/metadata-types.js'
export type * from './schema/schema-model.js'

/**
 * Reads a text that is another one after any DDL on a table or view of the databases, or when the server was
 * set up anew, by one query for each. With `ofViews`, where a database has views, one query more makes it another one
 * after DDL anywhere in the account, because views answer with the columns that their tables have now.
 *
 * @throws {ConnectionError} when the server cannot be reached, or gives another user's session
 * @throws {UnknownObjectError} when a database does not exist
 * @throws {PrivilegeError} when the role may not read the catalog
 * @throws {UnsupportedError} for a subscribed database, whose tables are in the publisher's catalog, and with
 *   `ofViews` for views where the account has one
 *
 * @example
 * const before = await readCatalogState('mysql://root:111@127.0.0.1:6001/shop', [{ database: 'shop' }])
 */
export async function readCatalogState(
  input: ConnectionInput,
  databases: readonly StateOptions[],
): Promise<string> {
  const states = await readEach(
    input,
    databases,
    import('./managers/metadata/read-state.js').then((reader) => reader.readDatabaseState),
  )
  return JSON.stringify(states)
}

/**
 * Lists the tables and views of each database as SHOW TABLES does: a second opinion on a table that the catalog
 * does not list.
 *
 * @throws {ConnectionError} when the server cannot be reached, or gives another user's session
 * @throws {UnknownObjectError} when a database does not exist
 * @throws {PrivilegeError} when the role may not list tables
 *
 * @example
 * const [names] = await readShownTables('mysql://root:111@127.0.0.1:6001/shop', [{ database: 'shop' }])
 *
 * ```sql
 * show tables from `shop`
 * ```
 */
export async function readShownTables(
  input: ConnectionInput,
  databases: readonly ShownDatabase[],
): Promise<readonly (readonly string[])[]> {
  return readEach(
    input,
    databases,
    import('./managers/metadata/show-tables.js').then((reader) => reader.showTables),
  )
}

/**
 * Reads each database as `db.metadata.read` does, on connections of its own, and closes them.
 *
 * @throws {ConnectionError} when the server cannot be reached, or gives another user's session
 * @throws {UnknownObjectError} when a database does not exist
 * @throws {UntrustedMetadataError} when the server's answers contradict each other
 *
 * @example
 * const [shop] = await readMetadata('mysql://root:111@127.0.0.1:6001/shop', [{}])
 */
export async function readMetadata(
  input: ConnectionInput,
  readings: readonly ReadMetadataOptions[],
): Promise<readonly DatabaseMetadata[]> {
  return readEach(
    input,
    readings,
    import('./managers/metadata/read-database.js').then((reader) => reader.readDatabaseMetadata),
  )
}

/**
 * Reads one after the other, on connections that are closed afterwards.
 *
 * @param loading the reader, which is loaded while the server greets and looks at the password; waited for also
 *   where that fails, so that nothing is under way afterwards
 */
async function readEach<Wanted, Result>(
  input: ConnectionInput,
  all: readonly Wanted[],
  loading: Promise<(connections: CatalogConnections, wanted: Wanted) => Promise<Result>>,
): Promise<readonly Result[]> {
  const [opened, loaded] = await Promise.allSettled([CatalogConnections.open(input), loading])
  if (opened.status === 'rejected') throw opened.reason
  const connections = opened.value
  try {
    if (loaded.status === 'rejected') throw loaded.reason
    const read = loaded.value
    const results: Result[] = []
    for (const wanted of all) results.push(await read(connections, wanted))
    return results
  } finally {
    connections.close()
  }
}

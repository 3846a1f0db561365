/** The ids, versions and ages of tables, which any DDL changes: enough to know that a schema is still the same. */
import { PrivilegeError, UnsupportedError } from '../../errors.js'
import { type SqlExecutor, executeSql } from '../statement/execute.js'
import { readRole, withGrants } from './catalog-grants.js'
import { readCatalogHead, storedNames } from './catalog-head.js'
import { type Cell, readText } from './catalog-values.js'

/** One row of `mo_tables`, as far as any DDL changes it. */
interface TableStateRow {
  readonly version: Cell
  readonly reldatabase_id: Cell
  readonly rel_id: Cell
  readonly relname: Cell
  readonly relkind: Cell
  readonly rel_version: Cell
  /** Ids are given out anew by a server that is set up again. */
  readonly created: Cell
}

interface AccountStateRow {
  readonly subscriptions: Cell
  readonly functions: Cell
  readonly tables: Cell
}

/** The state that is read of one database. */
export interface StateOptions {
  readonly database: string
  /**
   * Whether it is also that of the views' results, which follow the tables that they read: where there are views,
   * it is another one after DDL anywhere in the account.
   */
  readonly ofViews?: boolean
}

/**
 * Reads what any DDL on a table or view of the database changes, and setting up the server anew.
 *
 * @throws {UnknownObjectError} when the database does not exist
 * @throws {PrivilegeError} when the role may not read the catalog
 * @throws {UnsupportedError} for a subscribed database, and of views where the account has one
 */
export async function readDatabaseState(
  db: SqlExecutor,
  { database, ofViews = false }: StateOptions,
): Promise<string> {
  try {
    const rows = await executeSql<TableStateRow>(db, tableStatesQuery(database))
    if (rows.length === 0) return await readEmptyState(db, database)
    const hasViews = ofViews && rows.some(({ relkind }) => readText(relkind) === 'v')
    return JSON.stringify([
      ...rows.map((row) => Object.values(row).map((cell) => readText(cell))),
      ...(hasViews ? [await readAccountState(db)] : []),
    ])
  } catch (error) {
    throw error instanceof PrivilegeError ? withGrants(error, await readRole(db)) : error
  }
}

/** A database without tables, none at all, or one whose tables are in another account's catalog. */
async function readEmptyState(db: SqlExecutor, name: string): Promise<string> {
  const { version, database, databaseId, subscribedBy } = await readCatalogHead(db, name, '')
  if (subscribedBy === null) return JSON.stringify([version.text, databaseId])
  throw new UnsupportedError(
    `${database} is subscribed: its tables are in the catalog of the account that publishes it, which ` +
      'says when they change. Read it again instead.',
  )
}

async function readAccountState(db: SqlExecutor): Promise<readonly string[]> {
  const [row] = await executeSql<AccountStateRow>(db, accountStateQuery)
  if (row === undefined || readText(row.subscriptions) !== '0') {
    throw new UnsupportedError(
      'A view may read tables of another account, to which a database of this one is subscribed. ' +
        'Read the views again instead.',
    )
  }
  return Object.values(row).map((cell) => readText(cell))
}

function tableStatesQuery(name: string): string {
  // Beside @@version only the first row comes (3.0.14, 4.1.4).
  return (
    'select version() as version, reldatabase_id, rel_id, relname, relkind, rel_version, ' +
    'cast(created_time as char) as created from mo_catalog.mo_tables ' +
    `where account_id = current_account_id() and reldatabase in (${storedNames(name)}) ` +
    "and relkind in ('r','v','e','cluster','m') order by rel_id"
  )
}

/** Hidden tables come and go while an index is built again; no view reads one. */
const accountStateQuery =
  'select (select count(*) from mo_catalog.mo_database ' +
  "where account_id = current_account_id() and dat_type = 'subscription') as subscriptions, " +
  "(select concat_ws('|', count(*), max(function_id), max(cast(modified_time as char))) " +
  'from mo_catalog.mo_user_defined_function) as functions, ' +
  "concat_ws('|', count(*), sum(rel_id), bit_xor(crc32(concat_ws('|', reldatabase, relname, rel_id, rel_version)))) " +
  'as tables from mo_catalog.mo_tables where account_id = current_account_id() ' +
  "and relkind in ('r','v','e','cluster','m') and relname not like '\\\\_\\\\_mo\\\\_%'"

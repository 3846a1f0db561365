import { PrivilegeError, UntrustedMetadataError } from '../../errors.js'
import { writeTimeHint } from '../../sql/time-hint.js'
import { pinConnection, type SqlExecutor } from '../statement/execute.js'
import { readRole, withGrants } from './catalog-grants.js'
import { type CatalogHead, readCatalogHead } from './catalog-head.js'
import { findWarnings } from './find-warnings.js'
import type { DatabaseMetadata, ReadMetadataOptions } from './metadata-types.js'
import type { ReadViews } from './read-views.js'
import { type CatalogReading, isUnchanged, readCatalog } from './read-catalog.js'

const attempts = 3

/**
 * Reads all tables and views of a database at one instant.
 *
 * Six queries for any number of tables, two more when some are partitioned, and one for each view, which mo-codegen
 * sends in up to eight texts. Where a view is broken, it is asked twice more and the tables once.
 *
 * @throws {UnknownObjectError} when no database is selected, or it does not exist
 * @throws {ValueError} when `at` is not an instant or the name of a snapshot
 * @throws {PrivilegeError} when `strict` and the role may not read the catalog
 * @throws {UntrustedMetadataError} when the server's answers contradict each other
 *
 * @example
 * const shop = await readDatabaseMetadata(db, { database: 'shop', exclude: ['tmp_*'] })
 * shop.tables.map((table) => table.name)
 *
 * ```sql
 * select rel_id, relname, … from mo_catalog.mo_tables {mo_ts = 1795257723431000000}
 *   where account_id = current_account_id() and reldatabase = 'shop' and relkind in ('r', 'v', …)
 * ```
 */
export async function readDatabaseMetadata(
  db: SqlExecutor,
  options: ReadMetadataOptions = {},
): Promise<DatabaseMetadata> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const reading = await pinConnection(db, (one) => readOnOneConnection(one, options)).catch(
      (error: unknown) => {
        if (!isTorn(error) || attempt === attempts) throw error
        return undefined
      },
    )
    if (reading === undefined) continue
    if ('source' in reading) return reading
    // Views are asked on whatever connections are free.
    const { tables, warnings, unread } = await readViewsOf(db, reading)
    const isDoubtful = options.at === undefined && tables.some(({ broken }) => broken !== undefined)
    if (!(await isUnchanged(db, reading, isDoubtful))) continue
    return Object.freeze({
      name: reading.head.database,
      tables,
      serverVersion: reading.head.version.text,
      subscription: null,
      source: 'catalog',
      warnings: Object.freeze([...reading.warnings, ...warnings, ...findWarnings(tables)]),
      unreadViews: Object.freeze(unread),
    })
  }
  throw new UntrustedMetadataError(
    `The tables of ${options.database ?? 'the database'} changed during each of ${attempts} reads. ` +
      'Read again when no DDL is running, or outside a transaction, where one instant is read.',
  )
}

/**
 * A node that has not yet applied everything up to an instant reads its present instead, a transaction's own
 * DDL included: for some milliseconds a table can be listed without its columns (4.2.0, in 3 of 12 readings of
 * a view that another session replaces, and in 12 of 150 inside a transaction that had created a table).
 */
function isTorn(error: unknown): boolean {
  return error instanceof UntrustedMetadataError
}

interface HeadedReading extends CatalogReading {
  readonly head: CatalogHead
}

async function readOnOneConnection(
  db: SqlExecutor,
  options: ReadMetadataOptions,
): Promise<HeadedReading | DatabaseMetadata> {
  try {
    return await readFromCatalog(db, options)
  } catch (error) {
    if (!(error instanceof PrivilegeError)) throw error
    if (options.strict === true) {
      throw error.message.includes('GRANT') ? error : withGrants(error, await readRole(db))
    }
    const { readInformationSchema } = await import('./read-information-schema.js')
    return readInformationSchema(db, options)
  }
}

async function readFromCatalog(
  db: SqlExecutor,
  { database, at, include, exclude, strict }: ReadMetadataOptions,
): Promise<HeadedReading | DatabaseMetadata> {
  const pastHint = at === undefined ? '' : writeTimeHint(at)
  const head = await readCatalogHead(db, database, pastHint)
  const filter = { include, exclude }
  if (head.subscribedBy !== null) {
    const { readSubscribedDatabase } = await import('./read-subscribed-database.js')
    return readSubscribedDatabase(db, head, filter)
  }
  const presentHint = db.isTransaction ? '' : `{mo_ts = ${head.now}}`
  const hint = at === undefined ? presentHint : pastHint
  const scope = { database: head.database, databaseId: head.databaseId, hint }
  return { head, ...(await readCatalog(db, head, scope, { ...filter, strict })) }
}

/** Loaded for views only: to a tool that reads once, each file costs as much as reading ten tables. */
async function readViewsOf(db: SqlExecutor, reading: CatalogReading): Promise<ReadViews> {
  if (reading.views.size === 0) return { tables: reading.tables, warnings: [], unread: [] }
  const { readViews } = await import('./read-views.js')
  return readViews(db, reading)
}

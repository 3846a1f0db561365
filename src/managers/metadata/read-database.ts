import { PrivilegeError } from '../../errors.js'
import type { TableModel } from '../../schema/schema-model.js'
import { type SqlExecutor, executeSql, pinConnection } from '../statement/execute.js'
import { withGrants } from './catalog-grants.js'
import { writeTimeHint } from '../../sql/time-hint.js'
import { readCatalogHead } from './catalog-head.js'
import { type Cell, readText } from './catalog-values.js'
import { findWarnings } from './find-warnings.js'
import type { DatabaseMetadata, ReadMetadataOptions } from './metadata-types.js'
import { type CatalogReading, readCatalog } from './read-catalog.js'

/**
 * Reads all tables and views of a database at one instant.
 *
 * Six queries for any number of tables, and one more for each view.
 *
 * @throws {UnknownObjectError} when no database is selected, or it does not exist
 * @throws {ValueError} when `at` is no instant or snapshot's name
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
  return pinConnection(db, async (one) => {
    try {
      return await readFromCatalog(one, options)
    } catch (error) {
      if (!(error instanceof PrivilegeError)) throw error
      if (options.strict !== true) {
        const { readInformationSchema } = await import('./read-information-schema.js')
        return readInformationSchema(one, options)
      }
      const [row] = await executeSql<{ role: Cell }>(one, 'select current_role() as role')
      throw withGrants(error, readText(row?.role))
    }
  })
}

async function readFromCatalog(
  db: SqlExecutor,
  { database, at, include, exclude }: ReadMetadataOptions,
): Promise<DatabaseMetadata> {
  const pastHint = at === undefined ? '' : writeTimeHint(at)
  const head = await readCatalogHead(db, database, pastHint)
  const filter = { include, exclude }
  if (head.subscribedBy !== null) {
    const { readSubscribedDatabase } = await import('./read-subscribed-database.js')
    return readSubscribedDatabase(db, head, filter)
  }
  const presentHint = db.isTransaction ? '' : `{mo_ts = ${head.now}}`
  const hint = at === undefined ? presentHint : pastHint
  const { database: name, databaseId } = head
  const reading = await readCatalog(db, head, { database: name, databaseId, hint, filter })
  const { tables, warnings } =
    at === undefined
      ? await probeViews(db, name, reading)
      : { tables: reading.tables, warnings: [] }
  return Object.freeze({
    name,
    serverVersion: head.version.text,
    subscription: null,
    tables: Object.freeze(tables),
    source: 'catalog',
    warnings: Object.freeze([...warnings, ...findWarnings(tables)]),
  })
}

async function probeViews(
  db: SqlExecutor,
  database: string,
  { tables, viewDefinitions }: CatalogReading,
): Promise<{ readonly tables: readonly TableModel[]; readonly warnings: readonly string[] }> {
  if (!tables.some(({ kind }) => kind === 'view')) return { tables, warnings: [] }
  // Loaded for views only: to a tool that reads once, each file costs as much as reading ten tables.
  const [{ readViewDefinition }, { probeView }] = await Promise.all([
    import('./view-definition.js'),
    import('./probe-views.js'),
  ])
  const byName = new Map(tables.map((table) => [table.name.toLowerCase(), table]))
  const findTable = (name: string): TableModel | undefined => byName.get(name)
  const warnings: string[] = []
  const unchecked: string[] = []
  const probed: TableModel[] = []
  for (const table of tables) {
    if (table.kind !== 'view') {
      probed.push(table)
      continue
    }
    const definition = readViewDefinition(viewDefinitions.get(table.name) ?? '')
    const { view, warning, isChecked } = await probeView(db, database, table, definition, findTable)
    probed.push(view)
    if (warning !== null) warnings.push(warning)
    if (!isChecked) unchecked.push(view.name)
  }
  if (unchecked.length > 0) {
    warnings.push(
      'Not checked for changes of their tables, because this role may not select from them or a ' +
        `column is named __proto__: the views ${unchecked.join(', ')}. ` +
        'Their columns are those of their creation.',
    )
  }
  return { tables: probed, warnings }
}

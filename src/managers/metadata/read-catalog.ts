/**
 * Five unjoined queries read everything, whatever the number of tables. Outside a transaction they
 * share one `{mo_ts}` hint, so that DDL of another session cannot tear the read: each statement has
 * its own snapshot, even inside BEGIN (9, then 10 tables seen on 4.2.0). Inside a transaction its own
 * DDL is invisible under the hint, so the list of tables is read twice and compared instead.
 */
import { UntrustedMetadataError } from '../../errors.js'
import type { ColumnModel, TableModel } from '../../schema/schema-model.js'
import { capabilitiesOf } from '../../server/capabilities.js'
import { type SqlExecutor, executeSql, visitRows } from '../statement/execute.js'
import { type CatalogRows, assembleTables, dropTemporaryTables } from './assemble-tables.js'
import type { CatalogHead } from './catalog-head.js'
import {
  type CatalogScope,
  type ColumnRow,
  type ComputedColumnRow,
  type ForeignKeyRow,
  type IndexRow,
  type TableRow,
  columnsQuery,
  computedColumnsQuery,
  foreignKeysQuery,
  indexesQuery,
  tablesQuery,
} from './catalog-queries.js'
import { readText } from './catalog-values.js'
import { ColumnCollector } from './collect-columns.js'
import { isIncluded } from './table-filter.js'
import { quoteIdentifier } from '../../sql/identifiers.js'

const attempts = 3

/** What the catalog says, before views are probed. */
export interface CatalogReading {
  readonly tables: readonly TableModel[]
  /** The text that each view was created with, by name. */
  readonly viewDefinitions: ReadonlyMap<string, string>
}

/**
 * Reads all tables of an ordinary database.
 *
 * @throws {PrivilegeError} when the role may not read the five catalog tables
 * @throws {UntrustedMetadataError} when the answers contradict each other
 */
export async function readCatalog(
  db: SqlExecutor,
  head: CatalogHead,
  scope: CatalogScope,
): Promise<CatalogReading> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const rows = await readRows(db, head, scope)
    if (scope.hint === '' && digest(rows.tables) !== digest(await readTableRows(db, scope))) {
      continue
    }
    if (rows.tables.length === 0) await confirmEmpty(db, scope)
    return {
      tables: markBitmasks(assembleTables(rows, scope.database), head),
      viewDefinitions: readViewDefinitions(rows.tables),
    }
  }
  throw new UntrustedMetadataError(
    `The tables of ${scope.database} changed during each of ${attempts} reads. ` +
      'Read again when no DDL is running, or outside a transaction, where one instant is read.',
  )
}

/** 3.0.x stores a set as the others do and sends it as a bigint; this marks the columns. */
export function markBitmasks(
  tables: readonly TableModel[],
  { version }: CatalogHead,
): readonly TableModel[] {
  if (capabilitiesOf(version).setWire === 'text') return tables
  const mark = (column: ColumnModel): ColumnModel =>
    column.type.name === 'set'
      ? Object.freeze({ ...column, type: Object.freeze({ ...column.type, bitmask: true }) })
      : column
  return Object.freeze(
    tables.map((table) =>
      Object.freeze({ ...table, columns: Object.freeze(table.columns.map(mark)) }),
    ),
  )
}

async function readRows(
  db: SqlExecutor,
  head: CatalogHead,
  scope: CatalogScope,
): Promise<CatalogRows> {
  const capabilities = capabilitiesOf(head.version)
  const tables = await readTableRows(db, scope)
  const indexes = await executeSql<IndexRow>(db, indexesQuery(scope))
  const foreignKeys = await executeSql<ForeignKeyRow>(db, foreignKeysQuery(scope))
  const columns = new ColumnCollector(
    tables,
    await executeSql<ComputedColumnRow>(db, computedColumnsQuery(scope, capabilities)),
  )
  await visitRows<ColumnRow>(db, columnsQuery(scope), (row) => columns.add(row))
  return { tables, columns, indexes, foreignKeys }
}

async function readTableRows(db: SqlExecutor, scope: CatalogScope): Promise<readonly TableRow[]> {
  const rows = dropTemporaryTables(await executeSql<TableRow>(db, tablesQuery(scope)))
  return rows.filter((row) => isIncluded(readText(row.relname), scope.filter))
}

/** Any DDL changes an id or a version of some table (4.2.0). */
function digest(rows: readonly TableRow[]): string {
  return JSON.stringify(
    rows.map((row) => [row.rel_id, row.relname, row.rel_version].map((cell) => readText(cell))),
  )
}

/** An empty answer would make every table look dropped, so it is asked for in a second way. */
async function confirmEmpty(
  db: SqlExecutor,
  { database, hint, filter }: CatalogScope,
): Promise<void> {
  if (filter.include?.length || filter.exclude?.length) return
  const shown = await executeSql(db, `show tables from ${quoteIdentifier(database)} ${hint}`)
  if (shown.length === 0) return
  throw new UntrustedMetadataError(
    `The catalog lists no table of ${database}, but SHOW TABLES lists ${shown.length}. ` +
      'Nothing was read; try again, and if it happens again look at the server.',
  )
}

function readViewDefinitions(rows: readonly TableRow[]): ReadonlyMap<string, string> {
  const definitions = new Map<string, string>()
  for (const row of rows) {
    const text = readText(row.view_definition)
    if (text !== '') definitions.set(readText(row.relname), text)
  }
  return definitions
}

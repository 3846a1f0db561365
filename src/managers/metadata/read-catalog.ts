/**
 * Five unjoined queries read everything, whatever the number of tables, and two more the partitions
 * of tables that have some. Outside a transaction they share one `{mo_ts}` hint, so that DDL of
 * another session cannot tear the read: each statement has its own snapshot, even inside BEGIN (9,
 * then 10 tables seen on 4.2.0). Inside a transaction its own DDL is invisible under the hint, so the
 * list of tables is read twice and compared instead.
 */
import { PrivilegeError, UnknownObjectError, UntrustedMetadataError } from '../../errors.js'
import type { ColumnModel, PartitionsModel, TableModel } from '../../schema/schema-model.js'
import { capabilitiesOf } from '../../server/capabilities.js'
import { rewrap } from '../../server/rewrap-error.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { type SqlExecutor, executeSql, visitRows } from '../statement/execute.js'
import { assembleTables, dropTemporaryTables } from './assemble-tables.js'
import { readRole, writePartitionGrants } from './catalog-grants.js'
import type { CatalogHead } from './catalog-head.js'
import {
  type CatalogScope,
  type ColumnRow,
  type ComputedColumnRow,
  type ForeignKeyRow,
  type IndexRow,
  type PartitionedTableRow,
  type PartitionRow,
  type TableIds,
  type TableRow,
  columnsQuery,
  computedColumnsQuery,
  foreignKeysQuery,
  indexesQuery,
  partitionedTablesQuery,
  partitionsQuery,
  tablesQuery,
} from './catalog-queries.js'
import { readFlag, readText } from './catalog-values.js'
import { ColumnCollector, kindOf } from './collect-columns.js'
import { decodePartitions } from './decode-partitions.js'
import { isIncluded, type TableFilter } from './table-filter.js'
import type { ViewDefinition } from './view-definition.js'

/** The catalog's answer, before views are probed. */
export interface CatalogReading {
  readonly scope: CatalogScope
  /** The wanted tables, and the tables that a wanted view reads. */
  readonly tables: readonly TableModel[]
  /** The names of the wanted tables. */
  readonly wanted: ReadonlySet<string>
  /** The definition of each wanted view, by name. */
  readonly views: ReadonlyMap<string, ViewDefinition>
  readonly warnings: readonly string[]
  /** Of the ids and versions of all tables: any DDL changes one of them (4.2.0). */
  readonly digest: string
}

/**
 * Reads the tables of an ordinary database. The filter selects among the tables that are there, and
 * never decides how they are read: the tables behind a view are read too.
 *
 * @throws {PrivilegeError} when the role may not read the five catalog tables
 * @throws {UntrustedMetadataError} when the answers contradict each other
 */
export async function readCatalog(
  db: SqlExecutor,
  head: CatalogHead,
  scope: CatalogScope,
  { strict = false, ...filter }: TableFilter & { readonly strict?: boolean | undefined },
): Promise<CatalogReading> {
  const all = await readTableRows(db, scope)
  if (all.length === 0) await confirmEmpty(db, scope)
  const { rows, wanted, views } = await selectTables(all, scope.database, filter)
  const { tables, warnings } = await readTables(db, head, scope, rows, strict)
  return { scope, tables, wanted, views, warnings, digest: digestOf(all) }
}

/**
 * Whether the tables are still those of the reading. Without a hint they may have changed meanwhile; with one, a
 * table that was dropped at that very moment may still have been listed, and its views look broken.
 *
 * @param isDoubtful whether the reading shows what such a moment can look like
 */
export async function isUnchanged(
  db: SqlExecutor,
  { scope, digest }: CatalogReading,
  isDoubtful: boolean,
): Promise<boolean> {
  if (scope.hint !== '' && !isDoubtful) return true
  return digest === digestOf(await readTableRows(db, scope))
}

interface SelectedTables extends Pick<CatalogReading, 'wanted' | 'views'> {
  readonly rows: readonly TableRow[]
}

async function selectTables(
  all: readonly TableRow[],
  database: string,
  filter: TableFilter,
): Promise<SelectedTables> {
  const rows = all.filter((row) => isIncluded(readText(row.relname), filter))
  const wanted = new Set(rows.map((row) => readText(row.relname)))
  const views = new Map<string, ViewDefinition>()
  const viewRows = rows.filter((row) => kindOf(row) === 'view')
  if (viewRows.length === 0) return { rows, wanted, views }
  // Loaded for views only: to a tool that reads once, each file costs as much as reading ten tables.
  const { readViewDefinition } = await import('./view-definition.js')
  for (const row of viewRows) {
    views.set(readText(row.relname), readViewDefinition(readText(row.definition), database))
  }
  const needed = new Set([...views.values()].flatMap(({ relations }) => relations ?? []))
  return {
    rows: all.filter((row) => {
      const name = readText(row.relname)
      return wanted.has(name) || needed.has(name.toLowerCase())
    }),
    wanted,
    views,
  }
}

/** Beyond this many ids their list costs the server more than reading every table does. */
const listedIds = 100

async function readTables(
  db: SqlExecutor,
  head: CatalogHead,
  scope: CatalogScope,
  tables: readonly TableRow[],
  strict: boolean,
): Promise<Pick<CatalogReading, 'tables' | 'warnings'>> {
  if (tables.length === 0) return { tables: [], warnings: [] }
  const ids: TableIds =
    tables.length > listedIds ? undefined : tables.map((row) => readText(row.rel_id))
  const indexes = await executeSql<IndexRow>(db, indexesQuery(scope, ids))
  const foreignKeys = await executeSql<ForeignKeyRow>(db, foreignKeysQuery(scope))
  const columns = new ColumnCollector(
    tables,
    await executeSql<ComputedColumnRow>(
      db,
      computedColumnsQuery(scope, ids, capabilitiesOf(head.version)),
    ),
  )
  await visitRows<ColumnRow>(db, columnsQuery(scope, ids), (row) => columns.add(row))
  const { partitions, warnings } = await readPartitions(db, scope, tables, strict)
  const rows = { tables, columns, indexes, foreignKeys, partitions }
  return { tables: markBitmasks(assembleTables(rows, scope.database), head), warnings }
}

async function readPartitions(
  db: SqlExecutor,
  scope: CatalogScope,
  tables: readonly TableRow[],
  strict: boolean,
): Promise<{
  readonly partitions: ReadonlyMap<string, PartitionsModel>
  readonly warnings: readonly string[]
}> {
  const ids = tables.filter((row) => readFlag(row.partitioned)).map((row) => readText(row.rel_id))
  if (ids.length === 0) return { partitions: new Map(), warnings: [] }
  try {
    const partitioned = await executeSql<PartitionedTableRow>(
      db,
      partitionedTablesQuery(scope, ids),
    )
    const parts = await executeSql<PartitionRow>(db, partitionsQuery(scope, ids))
    return { partitions: decodePartitions(partitioned, parts), warnings: [] }
  } catch (error) {
    // 3.0.x keeps partitions elsewhere.
    if (error instanceof UnknownObjectError) return { partitions: new Map(), warnings: [] }
    if (!(error instanceof PrivilegeError)) throw error
    const grants = writePartitionGrants(await readRole(db)).join('\n')
    if (strict) {
      const message = `${error.message}. An account administrator can run:\n${grants}`
      throw rewrap(error, PrivilegeError, message)
    }
    const warning =
      'This role may not read how tables are partitioned, so changes of partitions are not seen. ' +
      `An account administrator can run:\n${grants}`
    return { partitions: new Map(), warnings: [warning] }
  }
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

async function readTableRows(db: SqlExecutor, scope: CatalogScope): Promise<readonly TableRow[]> {
  return dropTemporaryTables(await executeSql<TableRow>(db, tablesQuery(scope)))
}

function digestOf(rows: readonly TableRow[]): string {
  return JSON.stringify(
    rows.map((row) => [row.rel_id, row.relname, row.rel_version].map((cell) => readText(cell))),
  )
}

/** An empty answer would make every table look dropped, so it is asked for in a second way. */
async function confirmEmpty(db: SqlExecutor, { database, hint }: CatalogScope): Promise<void> {
  const shown = await executeSql(db, `show tables from ${quoteIdentifier(database)} ${hint}`)
  if (shown.length === 0) return
  throw new UntrustedMetadataError(
    `The catalog lists no table of ${database}, but SHOW TABLES lists ${shown.length}. ` +
      'Nothing was read; try again, and if it happens again look at the server.',
  )
}

/**
 * The catalog queries: each reads one table and filters it by one literal. Joining two catalog
 * tables by name returns no rows on 3.0.14, 4.1.4 and 4.2.0 when both sides are compared with the
 * same literal (the columns differ in width), so the rows are put together in JS by `rel_id`.
 */
import type { Capabilities } from '../../server/capabilities.js'
import type { Cell } from './catalog-values.js'
import { toLiteral } from '../../sql/literals.js'

/** One row of `mo_tables`. */
export interface TableRow {
  readonly rel_id: Cell
  readonly relname: Cell
  readonly relkind: Cell
  readonly rel_comment: Cell
  readonly partitioned: Cell
  readonly rel_version: Cell
  /** `hex(extra_info)`. */
  readonly extra: Cell
  /** The statement or source of a view or an external table; NULL for others. */
  readonly definition: Cell
}

/** One row of `mo_columns`. */
export interface ColumnRow {
  readonly att_relname_id: Cell
  readonly attname: Cell
  readonly attnum: Cell
  readonly typ: Cell
  readonly attr_enum: Cell
  readonly attnotnull: Cell
  readonly atthasdef: Cell
  readonly def: Cell
  readonly att_is_auto_increment: Cell
  readonly att_comment: Cell
}

/** One row of `mo_columns` for a column that the server writes itself (ON UPDATE, generated) or sorts by. */
export interface ComputedColumnRow {
  readonly att_relname_id: Cell
  readonly attname: Cell
  readonly attr_is_clusterby: Cell
  readonly attr_has_update: Cell
  readonly on_update: Cell
  /** The three below are absent before 4.1. */
  readonly attr_has_generated?: Cell
  readonly gen_expr?: Cell
  readonly gen_kind?: Cell
}

/** One row of `mo_indexes`: index table × column. */
export interface IndexRow {
  readonly table_id: Cell
  readonly name: Cell
  readonly type: Cell
  readonly algo: Cell
  readonly algo_params: Cell
  readonly is_visible: Cell
  readonly comment: Cell
  readonly column_name: Cell
  readonly ordinal_position: Cell
  readonly index_table_name: Cell
}

/** One row of `mo_foreign_keys`: key × column. */
export interface ForeignKeyRow {
  readonly constraint_name: Cell
  readonly table_name: Cell
  readonly column_name: Cell
  readonly refer_db_name: Cell
  readonly refer_table_name: Cell
  readonly refer_column_name: Cell
  readonly on_delete: Cell
  readonly on_update: Cell
}

/** One row of `mo_partition_metadata`. */
export interface PartitionedTableRow {
  readonly table_id: Cell
  readonly partition_description: Cell
}

/** One row of `mo_partition_tables`. */
export interface PartitionRow {
  readonly primary_table_id: Cell
  readonly partition_name: Cell
  readonly partition_ordinal_position: Cell
  readonly partition_expression_str: Cell
}

/** Where and when the catalog is read. */
export interface CatalogScope {
  readonly database: string
  readonly databaseId: string
  /** `{mo_ts=…}`, `{snapshot='…'}` or `''`, written after each table's name. */
  readonly hint: string
}

/** `relkind IN (…)` equals SHOW TABLES; names prove nothing (`__mo_user`, `a%!%b` are legal). */
export function tablesQuery({ database, hint }: CatalogScope): string {
  return (
    'select rel_id, relname, relkind, rel_comment, partitioned, rel_version, hex(extra_info) as extra, ' +
    "case relkind when 'v' then viewdef when 'e' then rel_createsql end as definition " +
    `from mo_catalog.mo_tables ${hint} ` +
    `where account_id = current_account_id() and reldatabase = ${toLiteral(database)} ` +
    "and relkind in ('r','v','e','cluster','m') order by relname"
  )
}

/** The ids of the tables whose rows are read; all when undefined. */
export type TableIds = readonly string[] | undefined

/** Without ORDER BY the rows arrive while the server still reads; they are put in order here. */
export function columnsQuery(scope: CatalogScope, tables: TableIds): string {
  return (
    'select att_relname_id, attname, attnum, hex(atttyp) as typ, attr_enum, attnotnull, ' +
    'atthasdef, mo_show_visible_bin(att_default,1) as def, att_is_auto_increment, att_comment ' +
    `${fromColumns(scope, tables)} and att_is_hidden = 0`
  )
}

/**
 * Asked for apart from the others: few columns are of this kind, and decoding what says so, row by
 * row, took the server as long as all the rest of `mo_columns` (4.2.0).
 */
export function computedColumnsQuery(
  scope: CatalogScope,
  tables: TableIds,
  { generatedColumns }: Pick<Capabilities, 'generatedColumns'>,
): string {
  const [cells, condition] = generatedColumns
    ? [
        ', attr_has_generated, mo_show_visible_bin(attr_generated,5) as gen_expr, ' +
          'mo_show_visible_bin(attr_generated,6) as gen_kind',
        'attr_has_update = 1 or attr_has_generated = 1 or attr_is_clusterby = 1',
      ]
    : ['', 'attr_has_update = 1 or attr_is_clusterby = 1']
  return (
    'select att_relname_id, attname, attr_is_clusterby, attr_has_update, ' +
    `mo_show_visible_bin(attr_update,0) as on_update${cells} ` +
    `${fromColumns(scope, tables)} and (${condition})`
  )
}

function fromColumns({ database, hint }: CatalogScope, tables: TableIds): string {
  return (
    `from mo_catalog.mo_columns ${hint} ` +
    `where account_id = current_account_id() and att_database = ${toLiteral(database)}` +
    among('att_relname_id', tables)
  )
}

export function indexesQuery({ databaseId, hint }: CatalogScope, tables: TableIds): string {
  return (
    'select table_id, name, type, algo, algo_params, is_visible, comment, ' +
    'column_name, ordinal_position, index_table_name ' +
    `from mo_catalog.mo_indexes ${hint} where database_id = ${databaseId}` +
    `${among('table_id', tables)} order by table_id, id, ordinal_position`
  )
}

/** By name, for the catalog has 0 for every id (4.2.0). */
export function foreignKeysQuery({ database, hint }: CatalogScope): string {
  return (
    'select constraint_name, table_name, column_name, refer_db_name, refer_table_name, ' +
    'refer_column_name, on_delete, on_update ' +
    `from mo_catalog.mo_foreign_keys ${hint} where db_name = ${toLiteral(database)}`
  )
}

export function partitionedTablesQuery({ hint }: CatalogScope, tables: readonly string[]): string {
  return (
    `select table_id, partition_description from mo_catalog.mo_partition_metadata ${hint} ` +
    `where table_id in (${tables.join(', ')})`
  )
}

export function partitionsQuery({ hint }: CatalogScope, tables: readonly string[]): string {
  return (
    'select primary_table_id, partition_name, partition_ordinal_position, partition_expression_str ' +
    `from mo_catalog.mo_partition_tables ${hint} where primary_table_id in (${tables.join(', ')})`
  )
}

function among(column: string, tables: TableIds): string {
  return tables === undefined ? '' : ` and ${column} in (${tables.join(', ')})`
}

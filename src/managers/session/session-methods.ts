/**
 * The methods of a session of MatrixOne's Python SDK, on `db` and on every transaction alike. A session
 * is a kysely transaction, not a second concept: these methods only save a few words.
 */
import type { Kysely, QueryResult } from 'kysely'
import { checkArgument, checkOptions } from '../../options/check-options.js'
import { logMode as mode } from '../../observe/query-logger.js'
import {
  callable,
  either,
  filledText,
  flag,
  list,
  object,
  text,
} from '../../options/option-rules.js'
import type { LogMode } from '../../sql/statement-options.js'
import { executeText } from './execute-text.js'
import type { DropOptions } from '../names/drop-options.js'
import type { ColumnName, TableName } from '../names/table-name.js'
import {
  createTable,
  createTableWithIndexes,
  indexesOf,
  type TableBuild,
  type TableIndexes,
} from './create-table.js'
import {
  type BatchOptions,
  type BatchResult,
  insertRows,
  type InsertRow,
} from '../../bulk/insert-rows.js'
import type { BulkReport } from '../../bulk/bulk-report.js'
import { refuseInPast } from '../../time-travel/time-travel-plugin.js'
import { bulkInsert } from '../load-data/bulk-insert.js'
import type { BulkInsertOptions } from '../load-data/bulk-insert-options.js'
import type { TableModel } from '../../schema/schema-model.js'
import { type TableScanOptions, type ScanRow, scanTable, type WholeRow } from './scan-table.js'

/** Methods of `MatrixOne`, `MatrixOneTransaction` and `MatrixOneControlledTransaction`. */
export interface SessionMethods<DB> {
  /**
   * Runs SQL text with a value for each `?`, as kysely's `sql` does: plugins see its rows, not the
   * names in the text, so under `withSchema` a bare name is still the connection's own database.
   * `in (?)` takes an array. `Row` is the assumed type of a row.
   *
   * @throws {ValueError} when the numbers of placeholders and values differ, and for an empty array
   * behind IN
   * @throws {UnsupportedError} under `at`, unless it is a SELECT with the hint behind each table
   *
   * @example
   * const { rows } = await trx.execute<{ id: number }>('select id from users where age > ?', [25])
   * await db.execute('select id from users where city in (?)', [['Oslo', 'Rome']])
   *
   * ```sql
   * select id from users where city in ('Oslo', 'Rome')
   * ```
   */
  execute<Row = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
    options?: { readonly logMode?: LogMode },
  ): Promise<QueryResult<Row>>

  /**
   * Inserts one row.
   *
   * @example
   * await trx.insert('articles', { title: 'a', embedding: new Float32Array(768) })
   *
   * ```sql
   * insert into `articles` (`title`, `embedding`) values ('a', '[0,0,…]')
   * ```
   */
  insert<Table extends TableName<DB>>(table: Table, row: InsertRow<DB, Table>): Promise<BatchResult>

  /**
   * Inserts rows of any number, from an array or a generator, several times faster than INSERT and in memory
   * for a few blocks. Each block (about 8 MiB) commits on its own; in a transaction they are a part of it. Few
   * rows are one INSERT.
   *
   * @returns how many rows are in
   * @throws {BulkInsertError} when the source, the server, a key or the signal ends it: its `report` says
   * exactly which rows are in, and as the option `resume` goes on from there with the same rows
   * @throws {UnsupportedError} for several connections in a transaction, and for `onConflict: 'skip'` into a
   * table with an ivfflat or full-text index
   * @throws {ValueError} for options that contradict each other, or a column that the table does not have
   *
   * @example
   * const { rowsInserted } = await db.bulkInsert('articles', readArticles(), { connections: 4 })
   *
   * try {
   *   await db.bulkInsert('articles', readArticles())
   * } catch (error) {
   *   if (!(error instanceof BulkInsertError)) throw error
   *   await db.bulkInsert('articles', readArticles(), { resume: error.report })
   * }
   *
   * ```sql
   * create table `__load_…` as select `id`, cast(null as text) as `embedding` from `articles` where 1 = 0
   * load data local infile 'rows' into table `__load_…` …
   * insert into `articles` (`id`, `embedding`) select `id`, vecf32_from_base64(`embedding`) from `__load_…`
   * drop table `__load_…`
   * ```
   */
  bulkInsert<Table extends TableName<DB>>(
    table: Table,
    rows: Iterable<InsertRow<DB, Table>> | AsyncIterable<InsertRow<DB, Table>>,
    options?: BulkInsertOptions<ColumnName<DB, Table>>,
  ): Promise<BulkReport>

  /**
   * Inserts rows in few statements (1,000 rows or 8 MiB each), all of them or none. For many rows
   * `bulkInsert` is several times faster.
   *
   * @example
   * const { rows } = await db.batchInsert('articles', articles, { maxRows: 500 })
   */
  batchInsert<Table extends TableName<DB>>(
    table: Table,
    rows: readonly InsertRow<DB, Table>[],
    options?: BatchOptions,
  ): Promise<BatchResult>

  /**
   * Reads a whole table in arrays, in the order of its primary key, as it was when the scan began: each array is
   * a query of its own behind the last key, so a long scan holds no connection and can go on after a break. In
   * a transaction each array is of its own moment, with the transaction's own rows.
   *
   * @throws {UnsupportedError} for a table without a primary key, for a key that is read as a Date or a
   * fraction, which may not be exact, and for several connections in a transaction
   * @throws {ValueError} for a `from` without the primary key
   *
   * @example
   * for await (const articles of db.scan('articles', { columns: ['id', 'title'], batch: 5_000 })) {
   *   await archive(articles)
   * }
   * const rest = db.at({ snapshot: 'friday' }).scan('articles', { from: { id: 70_000 }, connections: 4 })
   *
   * ```sql
   * select `id`, `title` from `articles` {timestamp = '…'} where `id` > 5000 order by `id` limit 5000
   * ```
   */
  scan<Table extends TableName<DB>, Column extends ColumnName<DB, Table> = ColumnName<DB, Table>>(
    table: Table,
    options?: TableScanOptions<Column, WholeRow<DB, Table>>,
  ): AsyncIterableIterator<ScanRow<DB, Table, Column>[]>

  /**
   * Creates a table by kysely's builder, with MatrixOne's types as functions (`vecf32(768)`).
   *
   * @throws {UnsupportedError} for a type that this server does not have, and before 4.2 for a name
   * with a quote
   *
   * @example
   * await db.createTable('articles', (table) => table
   *   .addColumn('id', 'bigint', (column) => column.primaryKey())
   *   .addColumn('embedding', vecf32(768)))
   *
   * ```sql
   * create table `articles` (`id` bigint primary key, `embedding` vecf32(768))
   * ```
   */
  createTable(name: string, build: TableBuild): Promise<void>
  /** Creates a table of a schema model (`metadata.table`, a snapshot file), without its vector and full-text indexes. */
  createTable(definition: TableModel): Promise<void>

  /**
   * Creates a table and its vector and full-text indexes, all or nothing.
   *
   * An ivfflat index on an empty table has one list only: load the rows, then `vectorOps.reindex`.
   *
   * @throws {UnsupportedError} for HNSW in a transaction whose connection lacks the hook `enable_hnsw`
   *
   * @example
   * await db.createTableWithIndex('articles', build, {
   *   vector: [{ column: 'embedding', algorithm: 'hnsw', metric: 'cosine' }],
   *   fulltext: [{ columns: ['title', 'body'] }],
   * })
   */
  createTableWithIndex(name: string, build: TableBuild, indexes: TableIndexes): Promise<void>
  /** Creates a table of a schema model with all its indexes. */
  createTableWithIndex(definition: TableModel): Promise<void>

  /**
   * Drops a table.
   *
   * ```sql
   * drop table if exists `articles`
   * ```
   */
  dropTable(name: string, options?: DropOptions): Promise<void>
}

type AnyRow = Readonly<Record<string, unknown>>

/** The methods as functions of `this`; `database.ts` puts them on its classes. */
export const sessionMethods = {
  async execute<Row>(
    this: Kysely<unknown> & { withLogMode(logMode: LogMode): Kysely<unknown> },
    sql: string,
    parameters: readonly unknown[] = [],
    options: { readonly logMode?: LogMode } = {},
  ): Promise<QueryResult<Row>> {
    checkArgument('execute', 'The SQL', text, sql)
    checkArgument('execute', 'The parameters', list, parameters)
    checkOptions('execute', { logMode: mode }, options)
    const { logMode } = options
    const handle = logMode === undefined ? this : this.withLogMode(logMode)
    return executeText<Row>(handle, sql, parameters)
  },

  async insert(this: Kysely<unknown>, table: string, row: AnyRow): Promise<BatchResult> {
    return insertRows(this, table, [row])
  },

  async bulkInsert(
    this: Kysely<unknown>,
    table: string,
    rows: Iterable<AnyRow> | AsyncIterable<AnyRow>,
    options?: BulkInsertOptions,
  ): Promise<BulkReport> {
    refuseInPast(this, 'bulkInsert')
    return bulkInsert(this, table, rows, options)
  },

  async batchInsert(
    this: Kysely<unknown>,
    table: string,
    rows: readonly AnyRow[],
    options?: BatchOptions,
  ): Promise<BatchResult> {
    return insertRows(this, table, rows, options)
  },

  scan(
    this: Kysely<unknown>,
    table: string,
    options?: TableScanOptions,
  ): AsyncIterableIterator<AnyRow[]> {
    return scanTable(this, table, options)
  },

  async createTable(
    this: Kysely<unknown>,
    table: string | TableModel,
    build?: TableBuild,
  ): Promise<void> {
    return createTable(this, ...sourceOf(table, build))
  },

  async createTableWithIndex(
    this: Kysely<unknown>,
    table: string | TableModel,
    build?: TableBuild,
    indexes: TableIndexes = {},
  ): Promise<void> {
    checkArgument('createTable', 'The indexes', object, indexes)
    const source = sourceOf(table, build)
    const wanted = typeof table === 'string' ? indexes : indexesOf(table)
    return createTableWithIndexes(this, source, wanted)
  },

  async dropTable(this: Kysely<unknown>, name: string, options: DropOptions = {}): Promise<void> {
    checkArgument('dropTable', 'The table', filledText, name)
    checkOptions('dropTable', { ifExists: flag }, options)
    const drop = this.schema.dropTable(name)
    await (options.ifExists === true ? drop.ifExists() : drop).execute()
  },
}

function sourceOf(
  table: string | TableModel,
  build: TableBuild = (builder) => builder,
): readonly [TableModel] | readonly [string, TableBuild] {
  checkArgument('createTable', 'The table', either(filledText, object), table)
  checkArgument('createTable', 'The second argument', callable, build)
  return typeof table === 'string' ? [table, build] : [table]
}

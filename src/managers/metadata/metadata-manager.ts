/** The public methods for metadata, each with its options and docstring; hence over 300 lines. */
import { UnknownObjectError } from '../../errors.js'
import type {
  AnyIndexModel,
  ColumnModel,
  FulltextIndexModel,
  TableModel,
  VectorIndexModel,
} from '../../schema/schema-model.js'
import { type ServerVersion, parseServerVersion } from '../../server/server-version.js'
import { checkOptions } from '../../options/check-options.js'
import { anything, flag, listOf, type OptionRules, text } from '../../options/option-rules.js'
import { pinTo, refuseInPast, timeTravelOf } from '../../time-travel/time-travel-plugin.js'
import { currentDatabase } from '../names/current-database.js'
import { HandleNames } from '../names/handle-names.js'
import { parseTableReference } from '../names/names.js'
import { executeSql, type ManagerDb } from '../statement/execute.js'
import { presentHandle } from '../statement/present-handle.js'
import { type Cell, readText } from './catalog-values.js'
import type { DatabaseMetadata, ReadMetadataOptions } from './metadata-types.js'
import { readDatabaseMetadata } from './read-database.js'
import {
  type ObjectColumn,
  type ObjectStatistics,
  scanObjects,
  type ScanOptions,
  sumObjects,
} from './scan-objects.js'
import { readTableSize, readTableSizes, type TableSize } from './table-size.js'
import { type IndexVerification, verifyIndexes } from './verify-indexes.js'

/** Where a table is looked for: one database, at the present or a past instant. */
export type MetadataScope = Pick<ReadMetadataOptions, 'database' | 'at' | 'strict'>

/** The database of a table; default: the one in its name, `withSchema`'s, the connection's own. */
export interface SizeScope {
  readonly database?: string
}

const READ: OptionRules<ReadMetadataOptions> = {
  database: text,
  at: anything,
  strict: flag,
  include: listOf(text),
  exclude: listOf(text),
}
const SCOPE: OptionRules<MetadataScope> = { database: text, at: anything, strict: flag }
const SIZE: OptionRules<SizeScope> = { database: text }
const STATISTICS: OptionRules<Omit<ScanOptions, 'column'> & SizeScope> = {
  ...SIZE,
  index: text,
  tombstones: flag,
}
const SCAN: OptionRules<ScanOptions & SizeScope> = { ...STATISTICS, column: text }

/**
 * Tables, columns and indexes of a database, as the schema model of `kysely-matrixone/schema` holds
 * them: what a table has none of is absent. Results are frozen plain objects, with the names that the
 * database has.
 *
 * A table is named by `table` or `database.table`; with the option `database`, by its bare name, which
 * may hold dots. On a transaction it sees the transaction's own uncommitted DDL, and under `db.at(…)`
 * the tables of that time.
 */
export class MetadataManager {
  readonly #db: ManagerDb
  /** Writes time hints of its own. */
  readonly #catalog: ManagerDb
  readonly #names: HandleNames

  constructor(db: ManagerDb) {
    this.#db = db
    this.#catalog = presentHandle(db)
    this.#names = new HandleNames(db)
  }

  /**
   * Reads all tables and views of a database at one instant; six queries and one a view.
   *
   * @throws {UnknownObjectError} when no database is selected, or it does not exist
   * @throws {PrivilegeError} when `strict` and the role may not read the catalog
   * @throws {UntrustedMetadataError} when the server's answers contradict each other
   *
   * @example
   * const { tables } = await db.metadata.read({ database: 'shop', include: ['order*'] })
   * const before = await db.metadata.read({ at: { snapshot: 'friday' } })
   *
   * ```sql
   * select … from mo_catalog.mo_tables {mo_ts = 1795257723431000000} where …
   * select … from mo_catalog.mo_columns {mo_ts = 1795257723431000000} where …
   * ```
   */
  async read(options: ReadMetadataOptions = {}): Promise<DatabaseMetadata> {
    checkOptions('metadata.read', READ, options)
    return this.#read(options)
  }

  /** All tables and views, sorted by name; see {@link read}. */
  async tables(options: ReadMetadataOptions = {}): Promise<readonly TableModel[]> {
    checkOptions('metadata.tables', READ, options)
    return (await this.#read(options)).tables
  }

  /**
   * One table or view.
   *
   * @throws {UnknownObjectError} when it does not exist
   *
   * @example
   * const { primaryKey } = await db.metadata.table('shop.orders')
   */
  async table(name: string, scope: MetadataScope = {}): Promise<TableModel> {
    checkOptions('metadata.table', SCOPE, scope)
    const { found, database } = await this.#find(name, scope)
    if (found !== undefined) return found
    throw new UnknownObjectError(
      `The database ${database} has no table or view ${tableIn(name, scope)}. ` +
        'Temporary tables, sequences and index tables are never listed.',
    )
  }

  /** Whether a table or view of that name exists. */
  async exists(name: string, scope: MetadataScope = {}): Promise<boolean> {
    checkOptions('metadata.exists', SCOPE, scope)
    return (await this.#find(name, scope)).found !== undefined
  }

  /** The columns of a table or view in declared order; see {@link table}. */
  async columns(table: string, scope: MetadataScope = {}): Promise<readonly ColumnModel[]> {
    checkOptions('metadata.columns', SCOPE, scope)
    return (await this.table(table, scope)).columns
  }

  /** The indexes of a table of every kind but the primary key; see {@link table}. */
  async indexes(table: string, scope: MetadataScope = {}): Promise<readonly AnyIndexModel[]> {
    checkOptions('metadata.indexes', SCOPE, scope)
    return Object.freeze(indexesOf(await this.table(table, scope)))
  }

  /** The vector indexes of one table, or of all tables with the table's name. */
  async vectorIndexes(
    table?: string,
    scope: MetadataScope = {},
  ): Promise<readonly (VectorIndexModel & { readonly table: string })[]> {
    checkOptions('metadata.vectorIndexes', SCOPE, scope)
    const tables = await this.#oneOrAll(table, scope)
    return Object.freeze(
      tables.flatMap(({ name, vectorIndexes = [] }) =>
        vectorIndexes.map((index) => Object.freeze({ ...index, table: name })),
      ),
    )
  }

  /** The full-text indexes of one table, or of all tables with the table's name. */
  async fulltextIndexes(
    table?: string,
    scope: MetadataScope = {},
  ): Promise<readonly (FulltextIndexModel & { readonly table: string })[]> {
    checkOptions('metadata.fulltextIndexes', SCOPE, scope)
    const tables = await this.#oneOrAll(table, scope)
    return Object.freeze(
      tables.flatMap(({ name, fulltextIndexes = [] }) =>
        fulltextIndexes.map((index) => Object.freeze({ ...index, table: name })),
      ),
    )
  }

  /**
   * How many rows a table has, and how many bytes they take; views have neither.
   *
   * ```sql
   * show table status from `shop`
   * ```
   */
  async size(table: string, scope: SizeScope = {}): Promise<TableSize> {
    checkOptions('metadata.size', SIZE, scope)
    const found = await this.#present('size', table, scope)
    return readTableSize(this.#db, found.database, found.table)
  }

  /** The sizes of all tables of a database; see {@link size}. */
  async sizes(scope: SizeScope = {}): Promise<readonly TableSize[]> {
    checkOptions('metadata.sizes', SIZE, scope)
    refuseInPast(this.#db, 'metadata.sizes')
    const database = this.#databaseOf(scope) ?? (await currentDatabase(this.#db))
    return readTableSizes(this.#db, database)
  }

  /**
   * The objects (files) that hold a table or an index, column by column. Only flushed rows are in
   * objects; `moCtl.flush` flushes a table.
   *
   * @throws {ValueError} for a name with a dot, which `metadata_scan` cannot reach
   *
   * @example
   * const [id] = await db.metadata.scan('orders', { column: 'id' })
   *
   * ```sql
   * select … from metadata_scan('shop.orders', 'id') as m
   * ```
   */
  async scan(
    table: string,
    options: ScanOptions & SizeScope = {},
  ): Promise<readonly ObjectColumn[]> {
    checkOptions('metadata.scan', SCAN, options)
    return this.#scan('scan', table, options)
  }

  /**
   * How many objects, rows and bytes a table or an index takes; each object is counted once. See
   * {@link scan}.
   */
  async statistics(
    table: string,
    options: Omit<ScanOptions, 'column'> & SizeScope = {},
  ): Promise<ObjectStatistics> {
    checkOptions('metadata.statistics', STATISTICS, options)
    return sumObjects(await this.#scan('statistics', table, options))
  }

  /**
   * Compares the number of rows that each index holds with what the table holds, in one statement.
   *
   * @example
   * const { consistent, indexes } = await db.metadata.verifyIndexes('orders')
   *
   * ```sql
   * select (select count(*) from `shop`.`orders`) as n,
   *   (select count(case when `email` is not null then 1 end) from `shop`.`orders`) as e0,
   *   (select count(*) from `shop`.`__mo_index_unique_…`) as f0
   * ```
   */
  async verifyIndexes(table: string, scope: SizeScope = {}): Promise<IndexVerification> {
    checkOptions('metadata.verifyIndexes', SIZE, scope)
    const found = await this.#present('verifyIndexes', table, scope)
    return verifyIndexes(this.#db, found.database, found.table)
  }

  /**
   * The names of the account's databases, sorted, the server's own ones included.
   *
   * ```sql
   * show databases
   * ```
   */
  async databases(): Promise<readonly string[]> {
    refuseInPast(this.#db, 'metadata.databases')
    const rows = await executeSql<Readonly<Record<string, Cell>>>(this.#db, 'show databases')
    return Object.freeze(rows.map((row) => readText(Object.values(row)[0])).toSorted())
  }

  /**
   * The server's version.
   *
   * ```sql
   * select @@version as version
   * ```
   */
  async serverVersion(): Promise<ServerVersion> {
    const [row] = await executeSql<{ readonly version: Cell }>(
      this.#catalog,
      'select @@version as version',
    )
    return parseServerVersion(readText(row?.version))
  }

  /**
   * The git commit that the server was built from; null where the build does not tell.
   *
   * ```sql
   * select git_version() as commit_id
   * ```
   */
  async gitVersion(): Promise<string | null> {
    const [row] = await executeSql<{ readonly commit_id: Cell }>(
      this.#catalog,
      'select git_version() as commit_id',
    )
    const commit = readText(row?.commit_id)
    return commit === '' || commit === 'unknown' ? null : commit
  }

  /** Reads at the handle's own time, which no option may contradict. */
  async #read(options: ReadMetadataOptions): Promise<DatabaseMetadata> {
    const at =
      options.at === undefined
        ? timeTravelOf(this.#db)?.instant
        : pinTo(this.#db, options.at).instant
    const database = this.#databaseOf(options)
    return readDatabaseMetadata(this.#catalog, { ...options, at, database })
  }

  async #oneOrAll(table: string | undefined, scope: MetadataScope): Promise<readonly TableModel[]> {
    return table === undefined ? (await this.#read(scope)).tables : [await this.table(table, scope)]
  }

  async #scan(
    call: string,
    table: string,
    options: ScanOptions & SizeScope,
  ): Promise<readonly ObjectColumn[]> {
    const { column, index, ...rest } = options
    const found = await this.#present(call, table, options)
    return scanObjects(this.#db, found.database, found.table, {
      ...rest,
      ...(column === undefined ? {} : { column: this.#names.column(column) }),
      ...(index === undefined ? {} : { index: this.#names.column(index) }),
    })
  }

  /** A table as it is now. */
  async #present(
    call: string,
    table: string,
    { database: wanted }: SizeScope,
  ): Promise<{ readonly database: string; readonly table: string }> {
    refuseInPast(this.#db, `metadata.${call}`)
    const scope = wanted === undefined ? {} : { database: wanted }
    const { found, database } = await this.#find(table, scope)
    if (found !== undefined) return { database, table: found.name }
    throw new UnknownObjectError(`The database ${database} has no table ${tableIn(table, scope)}.`)
  }

  #databaseOf({ database }: MetadataScope): string | undefined {
    return database === undefined ? this.#names.schema : this.#names.database(database)
  }

  async #find(
    reference: string,
    scope: MetadataScope,
  ): Promise<{ readonly found: TableModel | undefined; readonly database: string }> {
    const named =
      scope.database === undefined ? parseTableReference(reference).database : scope.database
    const place = named === undefined ? scope : { ...scope, database: named }
    const name = this.#names.bareTable(tableIn(reference, scope))
    // `*` and `?` are legal in names but patterns in `include`, so JS has the last word.
    const { tables, name: database } = await this.#read({ ...place, include: [name] })
    const wanted = [name, name.toLowerCase()]
    return { found: tables.find((table) => wanted.includes(table.name)), database }
  }
}

/** The bare name of a table; where its database is an option, dots belong to the name. */
function tableIn(reference: string, { database }: MetadataScope): string {
  return database === undefined ? parseTableReference(reference).table : reference
}

function indexesOf(table: TableModel): readonly AnyIndexModel[] {
  const { uniqueKeys = [], indexes = [], vectorIndexes = [], fulltextIndexes = [] } = table
  return [
    ...uniqueKeys.map((index) => Object.freeze({ ...index, kind: 'unique' as const })),
    ...indexes.map((index) => Object.freeze({ ...index, kind: 'plain' as const })),
    ...vectorIndexes.map((index) => Object.freeze({ ...index, kind: 'vector' as const })),
    ...fulltextIndexes.map((index) => Object.freeze({ ...index, kind: 'fulltext' as const })),
  ]
}

/** The public methods for vector indexes, each with its options and docstring; hence over 300 lines. */
import type { Kysely } from 'kysely'
import { UnsupportedError, ValueError, VectorIndexError } from '../../errors.js'
import { checkGivenOptions, checkOptions } from '../../options/check-options.js'
import { flag, integer, isObject, type OptionRules, required } from '../../options/option-rules.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { executeSql, type ManagerDb } from '../statement/execute.js'
import { findTable } from '../names/find-table.js'
import type { DropOptions } from '../names/drop-options.js'
import { HandleNames, renameIndex } from '../names/handle-names.js'
import { indexKind } from '../names/index-kind.js'
import { type DroppableKind, dropNamed, NamedObjects } from '../names/named-objects.js'
import { quoteTable, sameName } from '../names/names.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import {
  type BatchOptions,
  type BatchResult,
  insertRows,
  type InsertRow,
} from '../../bulk/insert-rows.js'
import { withSessionVariables } from '../statement/session-variables.js'
import type { TableName, VectorColumnName } from '../names/table-name.js'
import { wrapError } from '../statement/wrap-error.js'
import { createVectorIndex, warnOfFewVectors, withIndexAlgorithms } from './create-vector-index.js'
import { type IvfStatistics, readIvfStatistics } from './ivf-statistics.js'
import { planRebuild, type RebuiltIndex } from './reindex-after-load.js'
import { writeReindexParts } from './reindex-parts.js'
import {
  autoUpdateSql,
  checkVectorIndex,
  schedule,
  vectorIndexName,
  type VectorIndexOptions,
} from './vector-index-options.js'
import type {
  ReindexOptions,
  VectorIndexChange,
  TableVectorIndex,
  VectorSettings,
} from './vector-ops-types.js'
import { type IndexReadiness, waitForIndex, type WaitForIndexOptions } from './wait-for-index.js'
import type { VectorIndexModel } from '../../schema/schema-model.js'

/**
 * Vector indexes: create, rebuild, drop and inspect them.
 *
 * Everything takes part in a transaction and is undone by its rollback. Only the switch that HNSW
 * needs cannot be set there: set it by the hook `'enable_hnsw'`.
 */
export class VectorOpsManager<DB, Handle = Kysely<DB>> {
  readonly #db: ManagerDb
  readonly #names: HandleNames

  constructor(db: ManagerDb) {
    this.#db = db
    this.#names = new HandleNames(db)
  }

  /**
   * Creates a vector index.
   *
   * An ivfflat index learns its lists from the rows that are there: create it after loading, or
   * {@link reindexAfterLoad} then; with fewer vectors than lists, a warning of the process says so.
   * `experimental_hnsw_index` is switched on for HNSW and off again.
   *
   * @throws {VectorIndexError} when the server refuses it: a second ivfflat on the column, HNSW without a bigint key
   * @throws {UnsupportedError} for HNSW in a transaction whose connection has the switch off
   *
   * @example
   * await db.vectorOps.create('articles', 'embedding', { algorithm: 'ivfflat', metric: 'cosine', lists: 100 })
   *
   * ```sql
   * create index `idx_embedding` using ivfflat on `articles` (`embedding`) lists = 100 op_type 'vector_cosine_ops'
   * ```
   */
  async create<Table extends TableName<DB>>(
    table: Table,
    column: VectorColumnName<DB, Table>,
    options: VectorIndexOptions,
  ): Promise<TableVectorIndex> {
    checkVectorIndex(options)
    const named = renameIndex(options, this.#names)
    const place = [this.#names.table(table), this.#names.column(column)] as const
    await withIndexAlgorithms(this.#db, [options.algorithm], (one) =>
      createVectorIndex(one, ...place, named),
    )
    await warnOfFewVectors(this.#db, ...place, named)
    return this.#on(table).get(vectorIndexName(place[1], named))
  }

  /**
   * One vector index of a table.
   *
   * @throws {VectorIndexError} when the table has no such vector index
   */
  async get(table: TableName<DB>, index: string): Promise<TableVectorIndex> {
    return this.#on(table).get(this.#names.column(index))
  }

  /** The vector indexes of a table. */
  async list(table: TableName<DB>): Promise<readonly TableVectorIndex[]> {
    return this.#on(table).list()
  }

  /** Whether the table has a vector index of that name. */
  async exists(table: TableName<DB>, index: string): Promise<boolean> {
    return this.#on(table).exists(this.#names.column(index))
  }

  /**
   * Builds an index again: after loading into an empty table, after INSERT IGNORE, or with another
   * number of lists. The algorithm is read from the catalog: the server says OK to a wrong one and
   * does nothing (4.2.0).
   *
   * @throws {VectorIndexError} when there is no such index
   *
   * ```sql
   * alter table `articles` alter reindex `idx_embedding` ivfflat lists = 200 force_sync
   * ```
   */
  async reindex(
    table: TableName<DB>,
    index: string,
    options: ReindexOptions = {},
  ): Promise<TableVectorIndex> {
    checkOptions('vectorOps.reindex', REINDEX, options)
    return this.#rebuild(table, await this.get(table, index), options)
  }

  async #rebuild(
    table: TableName<DB>,
    found: VectorIndexModel,
    options: ReindexOptions,
  ): Promise<TableVectorIndex> {
    const parts = writeReindexParts(found, options, await readCapabilities(this.#db))
    const statement =
      `alter table ${quoteTable(this.#names.table(table))} alter reindex ${quoteIdentifier(found.name)} ` +
      [found.algorithm, ...parts].join(' ')
    await withIndexAlgorithms(this.#db, [found.algorithm], (one) =>
      wrapError(VectorIndexError, `reindex ${found.name} of ${table}`, () =>
        executeSql(one, statement),
      ),
    )
    return this.#on(table).get(found.name)
  }

  /**
   * Rebuilds the ivfflat indexes of a table that need it after a load: an index made on an empty table, one that
   * misses rows or holds rows that are gone, and, with fewer lists, one with many empty lists.
   *
   * @returns what was rebuilt, with the reasons; empty when nothing had to be
   *
   * @example
   * await db.loadData.csv('articles', file)
   * await db.vectorOps.reindexAfterLoad('articles')
   *
   * ```sql
   * alter table `articles` alter reindex `idx_embedding` ivfflat lists = 141 force_sync
   * ```
   */
  async reindexAfterLoad(table: TableName<DB>): Promise<readonly RebuiltIndex[]> {
    const found = await findTable(this.#db, this.#names.table(table))
    const rebuilt: RebuiltIndex[] = []
    for (const index of found.table.vectorIndexes ?? []) {
      if (index.algorithm !== 'ivfflat') continue
      const plan = planRebuild(await readIvfStatistics(this.#db, found, index))
      if (plan === undefined) continue
      await this.#rebuild(table, index, plan.lists === undefined ? {} : { lists: plan.lists })
      rebuilt.push(Object.freeze(plan))
    }
    return Object.freeze(rebuilt)
  }

  /**
   * Waits until an index has followed all writes that were committed before, and says whether searches find
   * them. An ivfflat index follows at once, an HNSW index and one made with `async` after 10 to 20 s.
   *
   * @returns `state`: `'ready'`, `'stale'` or `'stalled'`; look at it, nothing is thrown for the latter two
   * @throws {VectorIndexError} when there is no such index, or no job follows it
   * @throws {UnsupportedError} in a transaction, and for an HNSW index before MatrixOne 4.1
   *
   * @example
   * const { state } = await db.vectorOps.waitForIndex('articles', 'idx_embedding', { rows: [id] })
   * if (state === 'stale') await db.vectorOps.reindex('articles', 'idx_embedding')
   *
   * ```sql
   * select l.watermark, … from mo_catalog.mo_iscp_log l …
   * ```
   */
  async waitForIndex(
    table: TableName<DB>,
    index: string,
    options: WaitForIndexOptions = {},
  ): Promise<IndexReadiness> {
    const found = await findTable(this.#db, this.#names.table(table))
    return waitForIndex(this.#db, found, await this.get(table, index), options)
  }

  /**
   * Changes whether an ivfflat index rebuilds itself.
   *
   * ```sql
   * alter table `articles` alter index `idx_embedding` ivfflat auto_update = true day 1 hour 2
   * ```
   */
  async alter(
    table: TableName<DB>,
    index: string,
    change: VectorIndexChange,
  ): Promise<TableVectorIndex> {
    checkOptions('vectorOps.alter', ALTER, change)
    const found = await this.get(table, index)
    if (found.algorithm !== 'ivfflat') {
      throw new UnsupportedError(
        `Only an ivfflat index rebuilds itself; ${index} is ${found.algorithm}.`,
      )
    }
    if (!(await readCapabilities(this.#db)).indexAutoUpdate) {
      throw new UnsupportedError('auto_update needs MatrixOne 4.1. Call reindex() instead.')
    }
    const setting =
      change.autoUpdate === false ? 'auto_update = false' : autoUpdateSql(change.autoUpdate)
    const statement = `alter table ${quoteTable(this.#names.table(table))} alter index ${quoteIdentifier(found.name)} ivfflat ${setting}`
    await wrapError(VectorIndexError, `alter the index ${index} of ${table}`, () =>
      executeSql(this.#db, statement),
    )
    return this.#on(table).get(found.name)
  }

  /**
   * Drops a vector index, and only a vector index.
   *
   * @throws {VectorIndexError} when the table has no such vector index, unless `ifExists`
   *
   * ```sql
   * drop index `idx_embedding` on `articles`
   * ```
   */
  async drop(table: TableName<DB>, index: string, options: DropOptions = {}): Promise<void> {
    const kind = vectorIndexesOf(this.#names.table(table))
    await dropNamed(this.#db, kind, this.#names.column(index), options)
  }

  /**
   * Runs the callback on one connection with settings of vector indexes. They end with it, so other
   * connections' searches do not change.
   *
   * @throws {UnsupportedError} in a transaction, where any SET commits; use hooks there
   *
   * @example
   * await db.vectorOps.withSettings({ probeLimit: 50 }, async (one) => one.selectFrom('articles')…)
   */
  async withSettings<T>(
    settings: VectorSettings,
    callback: (one: Handle) => Promise<T>,
  ): Promise<T> {
    checkGivenOptions('vectorOps.withSettings', SETTINGS, settings)
    const { hnsw, ivf, probeLimit } = settings
    const values = {
      ...(hnsw === undefined ? {} : { experimental_hnsw_index: hnsw }),
      ...(ivf === undefined ? {} : { experimental_ivf_index: ivf }),
      ...(probeLimit === undefined ? {} : { probe_limit: probeLimit }),
    }
    if (Object.keys(values).length === 0) {
      throw new ValueError('withSettings() needs at least one of hnsw, ivf and probeLimit.')
    }
    const instead = 'Set it by a hook: new MatrixOne({ hooks: [setSession({ probe_limit: 20 })] }).'
    return withSessionVariables(this.#db, values, instead, (one) => callback(one as Handle))
  }

  /**
   * Inserts one row; vectors as `number[]`, `Float32Array` or `Float64Array`.
   *
   * @throws {VectorDimensionError} when a vector does not have the column's dimension
   */
  async insert<Table extends TableName<DB>>(
    table: Table,
    row: InsertRow<DB, Table>,
  ): Promise<BatchResult> {
    return this.batchInsert(table, [row])
  }

  /** Inserts rows in few statements, all or none; see `db.batchInsert`. */
  async batchInsert<Table extends TableName<DB>>(
    table: Table,
    rows: readonly InsertRow<DB, Table>[],
    options: BatchOptions = {},
  ): Promise<BatchResult> {
    return insertRows(
      this.#db,
      table,
      rows as readonly Readonly<Record<string, unknown>>[],
      options,
    )
  }

  /**
   * Inspects an ivfflat index: lists, entries, how even they are, and whether to rebuild it.
   *
   * @throws {VectorIndexError} when the column has no ivfflat index
   *
   * @example
   * const { reindexReasons, usedLists } = await db.vectorOps.ivfStatistics('articles', 'embedding')
   * if (reindexReasons.includes('empty lists')) {
   *   await db.vectorOps.reindex('articles', 'idx_embedding', { lists: usedLists })
   * }
   */
  async ivfStatistics<Table extends TableName<DB>>(
    table: Table,
    column: VectorColumnName<DB, Table>,
  ): Promise<IvfStatistics> {
    const found = await findTable(this.#db, this.#names.table(table))
    const wanted = this.#names.column(column)
    const index = found.table.vectorIndexes?.find(
      (each) => each.algorithm === 'ivfflat' && sameName(each.column, wanted),
    )
    if (index === undefined) {
      throw new VectorIndexError(`The column ${column} of ${table} has no ivfflat index.`)
    }
    return wrapError(VectorIndexError, `read the index ${index.name} of ${table}`, () =>
      readIvfStatistics(this.#db, found, index),
    )
  }

  #on(table: string): NamedObjects<TableVectorIndex> {
    return new NamedObjects(this.#db, vectorIndexesOf(this.#names.table(table)))
  }
}

const REINDEX: OptionRules<ReindexOptions> = { lists: integer(1), forceSync: flag }

const ALTER: OptionRules<VectorIndexChange> = {
  autoUpdate: required({
    expected: 'false, or an object with days and hour',
    accepts: (value) => value === false || isObject(value),
    inside: schedule,
  }),
}

const SETTINGS: OptionRules<VectorSettings> = {
  hnsw: flag,
  ivf: flag,
  probeLimit: integer(1, 80_000),
}

function vectorIndexesOf(table: string): DroppableKind<TableVectorIndex> {
  return {
    ...indexKind('vectorOps', 'vector index', table),
    ErrorClass: VectorIndexError,
    read: async (db) => {
      const { table: found } = await findTable(db, table)
      return (found.vectorIndexes ?? []).map((index) =>
        Object.freeze({ ...index, table: found.name }),
      )
    },
  }
}

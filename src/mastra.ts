/** Tables as the vector indexes of Mastra, on the records of `db.vectorIndex`; its peer `@mastra/core` is optional. */
import {
  type CreateIndexParams,
  type DeleteIndexParams,
  type DeleteVectorParams,
  type DeleteVectorsParams,
  type DescribeIndexParams,
  type IndexStats,
  MastraVector,
  type QueryResult,
  type QueryVectorParams,
  type UpdateVectorParams,
  type UpsertVectorParams,
} from '@mastra/core/vector'
import type { Kysely } from 'kysely'
import { UnsupportedError, ValueError } from './errors.js'
import { checkOptions } from './options/check-options.js'
import { anything, filledText, type OptionRules, required } from './options/option-rules.js'
import type { AnyHandle } from './search/any-query.js'
import {
  chosenBy,
  MastraIndex,
  type RecordChange,
  toRecords,
  toResult,
} from './search/records/mastra-index.js'
import {
  createMastraTable,
  dropMastraTable,
  findMastraTables,
  plainHandle,
} from './search/records/mastra-tables.js'
import type { RecordFilter } from './search/records/record-filter.js'
import type { AnyMetadata } from './search/records/vector-index-types.js'

export interface MatrixOneVectorOptions {
  /** The id of the store in Mastra. */
  readonly id: string
  /** The database in which the tables of the indexes are. */
  readonly db: Pick<Kysely<unknown>, 'getExecutor'>
}

type Filter = RecordFilter<AnyMetadata>

const OPTIONS: OptionRules<MatrixOneVectorOptions> = {
  id: required(filledText),
  db: required(anything),
}

/**
 * Vector indexes of Mastra in MatrixOne, a table each: `id`, `embedding`, `metadata` as JSON. Filters are
 * those of `vectorIndex`, where an unknown operator is an error; a score is the larger the nearer.
 *
 * A search compares all rows, until the schema value of `db` knows a vector index of the table with the metric.
 *
 * @example
 * const store = new MatrixOneVector({ id: 'docs', db })
 * await store.createIndex({ indexName: 'chunks', dimension: 1536 })
 * await store.upsert({ indexName: 'chunks', vectors, metadata })
 * const near = await store.query({ indexName: 'chunks', queryVector, topK: 5, filter: { lang: 'en' } })
 */
export class MatrixOneVector extends MastraVector<Filter> {
  readonly #db: AnyHandle

  constructor(options: MatrixOneVectorOptions) {
    checkOptions('MatrixOneVector', OPTIONS, options)
    super({ id: options.id })
    this.#db = plainHandle(options.db)
  }

  /** Creates the table; one that is there already must have the same dimension and metric. */
  override async createIndex({ indexName, dimension, metric }: CreateIndexParams): Promise<void> {
    await createMastraTable(this.#db, indexName, { dimension, metric: metric ?? 'cosine' })
    await this.validateExistingIndex(indexName, dimension, metric ?? 'cosine')
  }

  override async listIndexes(): Promise<string[]> {
    return [...(await findMastraTables(this.#db)).keys()]
  }

  override async describeIndex({ indexName }: DescribeIndexParams): Promise<IndexStats> {
    const { table, records } = await MastraIndex.open(this.#db, indexName)
    return { ...table, count: (await records.describeStats()).totalRecordCount }
  }

  /** Drops the table. */
  override async deleteIndex({ indexName }: DeleteIndexParams): Promise<void> {
    await dropMastraTable(this.#db, indexName)
  }

  /** Writes vectors and replaces those with the same id; with `deleteFilter`, in one transaction. */
  override async upsert(params: UpsertVectorParams): Promise<string[]> {
    const { indexName, vectors, metadata, sparseVectors, deleteFilter } = params
    refuseSparse(sparseVectors)
    const records = toRecords(vectors, params.ids, metadata)
    await this.#db.transaction().execute(async (trx) => {
      const index = await MastraIndex.open(trx, indexName)
      for (const vector of vectors) index.check(vector)
      if (deleteFilter) await index.records.delete({ filter: deleteFilter as Filter })
      await index.records.upsert(records)
    })
    return records.map(({ id }) => id)
  }

  /** Finds the nearest vectors; without a vector those of the filter, by id, with the score 0. */
  override async query(params: QueryVectorParams<Filter>): Promise<QueryResult[]> {
    const { indexName, queryVector, topK = 10, filter, includeVector = false } = params
    refuseSparse(params.sparseVector)
    const index = await MastraIndex.open(this.#db, indexName)
    if (queryVector === undefined) {
      if (!filter) throw new ValueError('query takes a queryVector, a filter, or both.')
      const records = await index.list(filter, topK, includeVector)
      return records.map((record) => toResult({ ...record, score: 0 }, includeVector))
    }
    index.check(queryVector)
    const { matches } = await index.records.query({
      vector: queryVector,
      topK,
      includeValues: includeVector,
      filter: filter ?? {},
    })
    return matches.map((match) => toResult(match, includeVector))
  }

  /** Replaces the vector, the metadata as a whole, or both. */
  override async updateVector(params: UpdateVectorParams<Filter>): Promise<void> {
    const { vector, metadata } = params.update
    const change: RecordChange = {
      ...(vector === undefined ? {} : { values: vector }),
      ...(metadata === undefined ? {} : { metadata }),
    }
    const which = chosenBy('updateVector', params.id && [params.id], params.filter)
    await (await MastraIndex.open(this.#db, params.indexName)).update(which, change)
  }

  override async deleteVector({ indexName, id }: DeleteVectorParams): Promise<void> {
    await this.deleteVectors({ indexName, ids: [id] })
  }

  override async deleteVectors(params: DeleteVectorsParams<Filter>): Promise<void> {
    const which = chosenBy('deleteVectors', params.ids, params.filter)
    await (await MastraIndex.open(this.#db, params.indexName)).records.delete(which)
  }
}

function refuseSparse(vectors: unknown): void {
  if (vectors !== undefined) throw new UnsupportedError('MatrixOne has no sparse vectors.')
}

/** A table as an index of vectors in Pinecone's manner, on top of `vectorSearch`. */
import { sql, type SqlBool } from 'kysely'
import { sendBatches, splitRows } from '../../bulk/insert-rows.js'
import { ValueError } from '../../errors.js'
import type { AnyHandle, AnyQuery, AnyRow } from '../any-query.js'
import { columnOf } from '../hits-table.js'
import { keyText } from '../key-text.js'
import { type KeyPart, rowOf } from '../vector/row-of.js'
import type { VectorSearchOptions } from '../vector/vector-options.js'
import { createVectorSearch } from '../vector/vector-search.js'
import type { VectorTarget } from '../vector/vector-target.js'
import { writeFilter } from './record-filter.js'
import { checkDelete, checkIds, checkQuery, checkRecords, checkSame } from './check-records.js'
import { fieldOf, readRecord, type RecordColumns, selectRecord, writeRow } from './record-rows.js'
import type {
  AnyMetadata,
  DeleteRecords,
  NewRecord,
  VectorIndex,
  VectorIndexQuery,
  VectorIndexStats,
  VectorMatch,
  VectorRecord,
} from './vector-index-types.js'

/** The methods of an index; `createVectorIndex` makes it, and `SearchMethods.vectorIndex` types it. */
export class TableIndex implements VectorIndex<AnyRow, AnyMetadata, AnyMetadata> {
  readonly #db: AnyHandle
  readonly #columns: RecordColumns
  readonly #target: VectorTarget
  readonly #options: VectorSearchOptions

  constructor(
    db: AnyHandle,
    columns: RecordColumns,
    target: VectorTarget,
    options: VectorSearchOptions,
  ) {
    this.#db = db
    this.#columns = columns
    this.#target = target
    this.#options = options
  }

  async upsert(
    records: readonly NewRecord<AnyMetadata>[],
  ): Promise<{ readonly upsertedCount: number }> {
    checkRecords(records)
    const { table, id } = this.#columns
    const rows = records.map((record) => writeRow(this.#columns, record))
    const names = Object.keys(rows[0] ?? {})
    for (const [at, row] of rows.entries()) checkSame(names, Object.keys(row), at)
    const update = Object.fromEntries(
      names
        .filter((name) => name !== id)
        .map((name) => [name, sql`values(${columnOf(undefined, name)})`]),
    )
    await sendBatches(this.#db, splitRows(rows, {}), (one, batch) =>
      one
        .insertInto(table)
        .values([...batch])
        .onDuplicateKeyUpdate(update)
        .execute(),
    )
    return { upsertedCount: rows.length }
  }

  async query(
    query: VectorIndexQuery<AnyRow>,
  ): Promise<{ readonly matches: readonly VectorMatch<AnyMetadata>[] }> {
    checkQuery(query)
    const { table, vector } = this.#columns
    const { topK = 10, filter = {}, includeValues = false } = query
    const from = query.vector ?? rowOf(table, query.id as KeyPart)
    const search = createVectorSearch(this.#db, table, vector, from, this.#options).limit(topK)
    const condition = writeFilter('vectorIndex', filter, (name) => fieldOf(this.#columns, name))
    const chosen = condition === undefined ? search : search.where(condition)
    const rows = await selectRecord(this.#columns, includeValues)
      .reduce((query, selection) => query.select(selection), chosen)
      .execute()
    const matches = rows.map((row) => {
      const { id, values, metadata } = readRecord(this.#columns, row)
      const distance = Number(row['distance'])
      const match = { id, score: this.#score(distance), distance, metadata }
      return includeValues ? { ...match, values } : match
    })
    return { matches }
  }

  async fetch(
    ids: readonly KeyPart[],
  ): Promise<{ readonly records: Readonly<Record<string, VectorRecord<AnyMetadata>>> }> {
    checkIds(ids)
    if (ids.length === 0) return { records: {} }
    const { table, id } = this.#columns
    const query = this.#db
      .selectFrom(table)
      .where(columnOf(table, id), 'in', ids) as unknown as AnyQuery
    const rows = await query.select(selectRecord(this.#columns, true)).execute()
    const records = rows.map((row) => readRecord(this.#columns, row))
    return { records: Object.fromEntries(records.map((record) => [keyText(record.id), record])) }
  }

  async delete(which: DeleteRecords<AnyRow>): Promise<{ readonly deletedCount: number }> {
    const { table, id } = this.#columns
    checkDelete(which)
    if ('ids' in which && which.ids.length === 0) return { deletedCount: 0 }
    const condition =
      'ids' in which
        ? sql<SqlBool>`${columnOf(table, id)} in (${sql.join(which.ids)})`
        : 'filter' in which
          ? writeFilter('vectorIndex', which.filter, (name) => fieldOf(this.#columns, name))
          : sql<SqlBool>`true`
    if (condition === undefined) {
      throw new ValueError(
        'A filter without conditions would delete all records. Say so: { all: true }.',
      )
    }
    const { numDeletedRows } = await this.#db.deleteFrom(table).where(condition).executeTakeFirst()
    return { deletedCount: Number(numDeletedRows) }
  }

  async describeStats(): Promise<VectorIndexStats> {
    const { n } = await this.#db
      .selectFrom(this.#columns.table)
      .select(sql<unknown>`count(*)`.as('n'))
      .executeTakeFirstOrThrow()
    const dimension = this.#target.column?.dimension ?? 0
    return { dimension, metric: this.#target.metric, totalRecordCount: Number(n) }
  }

  #score(distance: number): number {
    const { metric } = this.#target
    if (metric === 'cosine') return 1 - distance
    return metric === 'ip' ? 0 - distance : 1 / (1 + distance)
  }
}

/** One index of Mastra: its records, and what `db.vectorIndex` has no method for. */
import { type Expression, sql, type SqlBool } from 'kysely'
import { ValueError } from '../../errors.js'
import { runtimeOf } from '../../managers/statement/runtime-of.js'
import { checkVector } from '../../dialect/vector-checks.js'
import type { VectorInput } from '../../types/column-types.js'
import type { AnyHandle, AnyQuery, AnyRow } from '../any-query.js'
import { checkLimit } from '../check-limit.js'
import { columnOf } from '../hits-table.js'
import { findTableValue } from '../table-value.js'
import { findTarget } from '../vector/vector-target.js'
import { columnsOf, findMastraTable, type MastraTable, metricOf } from './mastra-tables.js'
import { type RecordFilter, writeFilter } from './record-filter.js'
import { fieldOf, readRecord, type RecordColumns, selectRecord } from './record-rows.js'
import { TableIndex } from './vector-index.js'
import type { AnyMetadata, VectorMatch, VectorRecord } from './vector-index-types.js'

/** The records of an update or a delete. */
export type Which = { readonly ids: readonly string[] } | { readonly filter: RecordFilter<AnyRow> }

/** New parts of records; what is missing stays as it is. */
export interface RecordChange {
  readonly values?: VectorInput
  readonly metadata?: AnyMetadata
}

/** An index of Mastra on one handle. */
export class MastraIndex {
  readonly records: TableIndex
  readonly table: MastraTable
  readonly #db: AnyHandle
  readonly #columns: RecordColumns

  private constructor(db: AnyHandle, name: string, table: MastraTable) {
    this.#db = db
    this.#columns = columnsOf(name)
    this.table = table
    const metric = metricOf[table.metric]
    const value = findTableValue(db, runtimeOf(db)?.schema, name)
    const { indexes = [] } = value?.vectors?.[this.#columns.vector] ?? {}
    // An index that the schema value does not know may be gone or built of other rows.
    const isServed = indexes.some((index) => index.metric === metric)
    const options = isServed ? { metric } : { metric, exact: true as const }
    const target = findTarget(db, name, this.#columns.vector, options)
    this.records = new TableIndex(db, this.#columns, target, options)
  }

  /** @throws {VectorIndexError} for an index that does not exist */
  static async open(db: AnyHandle, name: string): Promise<MastraIndex> {
    const lower = name.toLowerCase()
    return new MastraIndex(db, lower, await findMastraTable(db, lower))
  }

  /** @throws {VectorDimensionError} for a vector of another length: the server would name neither table nor row */
  check(vector: VectorInput): void {
    const { table, vector: column } = this.#columns
    checkVector(`${table}.${column}`, { element: 'f32', dimension: this.table.dimension }, vector)
  }

  /** The first records that a filter chooses, by id. */
  async list(
    filter: RecordFilter<AnyRow>,
    limit: number,
    withValues: boolean,
  ): Promise<readonly VectorRecord<AnyMetadata>[]> {
    const { table, id } = this.#columns
    const query = this.#db
      .selectFrom(table)
      .where(this.#condition({ filter }))
      .orderBy(columnOf(table, id))
      .limit(checkLimit('query', limit)) as unknown as AnyQuery
    const rows = await query.select(selectRecord(this.#columns, withValues)).execute()
    return rows.map((row) => readRecord(this.#columns, row))
  }

  /** Changes the records of ids or of a filter; the metadata is replaced as a whole. */
  async update(which: Which, { values, metadata }: RecordChange): Promise<void> {
    const { table, vector, json } = this.#columns
    if (values !== undefined) this.check(values)
    const set: AnyRow = {
      ...(values === undefined ? {} : { [vector]: values }),
      ...(metadata === undefined || json === undefined ? {} : { [json]: metadata }),
    }
    if (Object.keys(set).length === 0) {
      throw new ValueError('updateVector needs a vector, metadata or both in update.')
    }
    await this.#db.updateTable(table).set(set).where(this.#condition(which)).execute()
  }

  #condition(which: Which): Expression<SqlBool> {
    const { table, id } = this.#columns
    if ('ids' in which) return sql<SqlBool>`${columnOf(table, id)} in (${sql.join(which.ids)})`
    const condition = writeFilter('MatrixOneVector', which.filter, (name) =>
      fieldOf(this.#columns, name),
    )
    if (condition !== undefined) return condition
    throw new ValueError('A filter without conditions would take all records of the index.')
  }
}

/** A hit as Mastra has it. */
interface MastraResult {
  id: string
  score: number
  metadata: Record<string, unknown>
  vector?: number[]
}

/** @throws {ValueError} unless there are either ids or a filter */
export function chosenBy(
  call: string,
  ids: readonly string[] | '' | undefined,
  filter: RecordFilter<AnyRow> | undefined,
): Which {
  if (ids && filter === undefined) return { ids }
  if (!ids && filter) return { filter }
  throw new ValueError(
    `${call} takes either ${call === 'updateVector' ? 'an id' : 'ids'} or a filter.`,
  )
}

/** A record as Mastra has it: its id is text, its vector an array. */
export function toResult(
  {
    id,
    score,
    metadata,
    values,
  }: Pick<VectorMatch<AnyMetadata>, 'id' | 'score' | 'metadata' | 'values'>,
  withVector: boolean,
): MastraResult {
  const result = { id: String(id), score, metadata }
  return withVector && values !== undefined ? { ...result, vector: [...values] } : result
}

/**
 * Records to write; an id that is not given is a new UUID.
 *
 * @throws {ValueError} unless there is an id for each vector, and metadata for each or for none
 */
export function toRecords(
  vectors: readonly (readonly number[])[],
  ids: readonly string[] | undefined,
  metadata: readonly AnyMetadata[] | undefined,
): readonly {
  readonly id: string
  readonly values: readonly number[]
  readonly metadata: AnyMetadata
}[] {
  for (const [name, { length } = vectors] of Object.entries({ ids, metadata })) {
    if (length === vectors.length) continue
    throw new ValueError(`upsert got ${vectors.length} vectors, but ${length} of ${name}.`)
  }
  return vectors.map((values, at) => ({
    id: ids?.[at] ?? crypto.randomUUID(),
    values,
    metadata: metadata?.[at] ?? {},
  }))
}

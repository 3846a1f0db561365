/** Compile time only: `db.vectorIndex` and its records. */
import type { Insertable, Selectable } from 'kysely'
import type { VectorInput } from '../../types/column-types.js'
import type { IndexableMetric } from '../../managers/vector-ops/vector-index-options.js'
import type { KeyPart } from '../vector/row-of.js'
import type { RecordFilter } from './record-filter.js'

/** Options of `vectorIndex`. */
export interface VectorIndexOptions<Vector, Metadata, Json> {
  /** The vector column; the only one of the table unless given. */
  readonly column?: Vector
  /** Columns that belong to a record's metadata. */
  readonly metadata?: readonly Metadata[]
  /** A JSON column that holds all other members of the metadata. */
  readonly json?: Json
  /** The metric, where the column has indexes for several, or none; else it is the index's own. */
  readonly metric?: IndexableMetric
  /** Compares all records: for a column without an index, and then with a `metric`. */
  readonly exact?: boolean
}

/** A record to write. */
export interface NewRecord<Metadata> {
  readonly id: KeyPart
  readonly values: VectorInput
  readonly metadata?: Metadata
}

/** A record as it is read. */
export interface VectorRecord<Metadata> {
  readonly id: KeyPart
  readonly values: readonly number[] | Float32Array | Float64Array
  readonly metadata: Metadata
}

/** A record that was found. */
export interface VectorMatch<Metadata> {
  readonly id: KeyPart
  /** The larger the nearer: the cosine, the inner product, or for `l2` 1 / (1 + distance). */
  readonly score: number
  /** The smaller the nearer, as `vectorSearch` has it. */
  readonly distance: number
  readonly metadata: Metadata
  /** With `includeValues`. */
  readonly values?: readonly number[] | Float32Array | Float64Array
}

/** A search for records. */
export type VectorIndexQuery<Row> = (
  | { readonly vector: VectorInput; readonly id?: never }
  | { readonly id: KeyPart; readonly vector?: never }
) & {
  /** Matches at most; 10 unless set. */
  readonly topK?: number
  readonly filter?: RecordFilter<Row>
  readonly includeValues?: boolean
}

/** The records to delete. */
export type DeleteRecords<Row> =
  | { readonly ids: readonly KeyPart[] }
  | { readonly filter: RecordFilter<Row> }
  | { readonly all: true }

/** Figures of an index. */
export interface VectorIndexStats {
  readonly dimension: number
  readonly metric: IndexableMetric
  /** Rows of the table, those without a vector included. */
  readonly totalRecordCount: number
}

/** A table as an index of vectors. `Row` is what filters go by, `New` and `Metadata` what is written and read. */
export interface VectorIndex<Row, New, Metadata> {
  /**
   * Writes records, and replaces the vector and the metadata of existing ones; columns that the
   * metadata does not name keep their values.
   *
   * @throws {VectorDimensionError} for a vector of another length; nothing was sent
   * @throws {ValueError} for metadata of different columns, and for an unknown column, without `json`
   */
  upsert(records: readonly NewRecord<New>[]): Promise<{ readonly upsertedCount: number }>
  /** Finds the records nearest to a vector, or to the one of an id, which is not among the matches. */
  query(
    query: VectorIndexQuery<Row>,
  ): Promise<{ readonly matches: readonly VectorMatch<Metadata>[] }>
  /**
   * Reads records by id; an id without a record is left out.
   *
   * @returns the records by their id as a text: a Date in ISO form, bytes as hexadecimal digits
   */
  fetch(ids: readonly KeyPart[]): Promise<{
    readonly records: Readonly<Record<string, VectorRecord<Metadata>>>
  }>
  /** @throws {ValueError} for a filter without conditions: that is `{ all: true }` */
  delete(which: DeleteRecords<Row>): Promise<{ readonly deletedCount: number }>
  describeStats(): Promise<VectorIndexStats>
}

/** Members of metadata by any name, in a JSON column. */
export type AnyMetadata = Readonly<Record<string, unknown>>

/** Columns of metadata, and members by any name where there is a JSON column. */
type With<Columns, Json> = [Json] extends [never] ? Columns : Columns & AnyMetadata

/** The index of a table: a filter goes by its columns, or by the metadata where that is in a JSON column. */
export type VectorIndexOf<Row, Metadata extends keyof Row, Json> = VectorIndex<
  [Json] extends [never]
    ? Selectable<Row>
    : Pick<Selectable<Row>, Metadata & keyof Selectable<Row>> & AnyMetadata,
  [Json] extends [never] ? Partial<Insertable<Row>> : With<Partial<Insertable<Row>>, Json>,
  With<Pick<Selectable<Row>, Metadata & keyof Selectable<Row>>, Json>
>

/**
 * The schema as a value: the part of the model that the run time needs, written by mo-codegen beside
 * the types as `export const schema = {…} as const`. Types are erased, so without it the program
 * does not know how a column is spelled, read or searched. A plain table takes one line or none.
 *
 * @example
 * import { type DB, schema } from './generated/db.js'
 * const db = new MatrixOne<DB>({ connection, schema })
 */
import type { ColumnRead, ColumnTypeOptions } from '../types/column-type-options.js'
import type { VectorElement } from '../types/column-types.js'
import type { VectorIndexAlgorithm, VectorMetric } from '../types/indexes.js'

/** The value that `new MatrixOne({ schema })` takes. */
export interface SchemaValue {
  /** The column types of `mo-codegen.config`; an absent one is the default. */
  readonly types?: ColumnTypeOptions
  /** By table, or by `database.table` when several databases were generated. */
  readonly tables: { readonly [table: string]: TableValue }
}

/** One table or view; every member is absent when there is nothing to say. */
export interface TableValue {
  /** The columns of the primary key, in the key's order. */
  readonly key?: readonly string[]
  /** Every column in declared order, for a table with capitals in a name, or `enum`, `set`, `vecf32` or `vecf64` columns. */
  readonly columns?: readonly string[]
  /**
   * Columns that are read otherwise than `types` says; among them `bit` and `year` columns where a
   * UNION, which makes them bigint (4.2.0), would change their type.
   */
  readonly types?: { readonly [column: string]: ColumnRead }
  /** The members of `enum` columns, in declared order. */
  readonly enums?: { readonly [column: string]: readonly string[] }
  /** The members of `set` columns, in declared order. */
  readonly sets?: { readonly [column: string]: readonly string[] }
  /** `json` columns, into which a string is written as a JSON string. */
  readonly json?: readonly string[]
  /** Geometry columns, whose text an UPDATE has to convert. */
  readonly geometries?: readonly string[]
  /** Vector columns, indexed or not. */
  readonly vectors?: { readonly [column: string]: VectorColumnValue }
  /** The columns of each full-text index, in the index's order. */
  readonly fulltext?: { readonly [index: string]: readonly string[] }
  /** The parsers of full-text indexes that have another than the default one. */
  readonly parsers?: { readonly [index: string]: string }
}

/** A vector column. */
export interface VectorColumnValue {
  readonly element: VectorElement
  /** The number of elements. */
  readonly dimension: number
  readonly indexes?: readonly VectorIndexValue[]
}

/** A vector index. */
export interface VectorIndexValue {
  readonly name: string
  readonly algo: VectorIndexAlgorithm
  readonly metric: VectorMetric
  /** Columns that the index holds as well; a search that filters by one must not use it. */
  readonly include?: readonly string[]
}

/**
 * The searchable indexes of a schema value, by table: the type of `[indexes]` in a generated `DB`. A table
 * with nothing to search has empty ones: leaving it out would make the compiler look at every table of
 * the schema for the first search.
 */
export type SearchIndexes<Schema extends { readonly tables: object }> = {
  readonly [Table in keyof Schema['tables']]: {
    readonly vector: IndexedVectors<Schema['tables'][Table]>
    readonly fulltext: FulltextIndexes<Schema['tables'][Table]>
  }
}

/** By column; several indexes on a column are a union. */
type IndexedVectors<Table> = Table extends { readonly vectors: infer Columns }
  ? {
      readonly [
        Column in keyof Columns as Columns[Column] extends { readonly indexes: unknown }
          ? Column
          : never
      ]: IndexesOf<Columns[Column]>
    }
  : Readonly<Record<never, never>>

type IndexesOf<Column> = Column extends {
  readonly dimension: infer Dimension
  readonly indexes: readonly (infer Index)[]
}
  ? IndexType<Index, Dimension>
  : never

type IndexType<Index, Dimension> = Index extends VectorIndexValue
  ? {
      readonly index: Index['name']
      readonly algo: Index['algo']
      readonly metric: Index['metric']
      readonly dimension: Dimension
    }
  : never

type FulltextIndexes<Table> = Table extends { readonly fulltext: infer Indexes }
  ? Indexes
  : Readonly<Record<never, never>>

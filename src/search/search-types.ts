/** Compile time only: what of a generated `DB` can be searched how, and the reasons that the compiler prints. */
import type { InsertType } from 'kysely'
import type { IndexableMetric } from '../managers/vector-ops/vector-index-options.js'
import type { Vector, VectorInput } from '../types/column-types.js'
import type { indexes } from '../types/indexes.js'
import type { RowOf } from './vector/row-of.js'

/** Stands where no argument would be right, so that the compiler prints the reason. */
export interface Misuse<Reason extends string> {
  readonly [misuse]: Reason
}

declare const misuse: unique symbol

type Nothing = Readonly<Record<never, never>>

/** The indexes of a generated `DB`; none for one without `[indexes]`. */
type IndexesOf<Indexed> = Indexed extends { readonly [indexes]: infer Tables } ? Tables : Nothing

/** Whether tables are not known one by one, so that only the run time can check them. */
type IsOpen<DB> = string extends keyof DB ? true : false

type VectorIndexesOf<Indexed, Table> = Table extends keyof IndexesOf<Indexed>
  ? IndexesOf<Indexed>[Table] extends { readonly vector: infer Columns }
    ? Columns
    : Nothing
  : Nothing

type FulltextIndexesOf<Indexed, Table> = Table extends keyof IndexesOf<Indexed>
  ? IndexesOf<Indexed>[Table] extends { readonly fulltext: infer Indexes }
    ? Indexes
    : Nothing
  : Nothing

/** The metrics that the indexes of a column serve. */
export type MetricsOf<Indexed, Table, Column> = Column extends keyof VectorIndexesOf<Indexed, Table>
  ? VectorIndexesOf<Indexed, Table>[Column] extends { readonly metric: infer Metric }
    ? Metric & IndexableMetric
    : never
  : never

/** Nothing more, when an index serves the column; else the reason. */
export type Indexed<DB, Indexes, Table extends keyof DB & string, Column extends string> =
  IsOpen<DB> extends true
    ? unknown
    : [MetricsOf<Indexes, Table, Column>] extends [never]
      ? IsVector<DB, Table, Column> extends true
        ? Misuse<`${Table}.${Column} has no vector index: pass { exact: true, metric } to compare all rows`>
        : Misuse<`${Table}.${Column} is not a vector column`>
      : unknown

/** Nothing more, when the column holds vectors; else the reason. */
export type HasVectors<DB, Table extends keyof DB & string, Column extends string> =
  IsVector<DB, Table, Column> extends true
    ? unknown
    : Misuse<`${Table}.${Column} is not a vector column`>

type IsVector<DB, Table extends keyof DB, Column> =
  IsOpen<DB[Table]> extends true
    ? true
    : Column extends keyof DB[Table]
      ? HoldsVector<Exclude<InsertType<DB[Table][Column]>, null | undefined>>
      : false

type HoldsVector<Written> = [Written] extends [never]
  ? false
  : [Written] extends [VectorInput]
    ? true
    : false

/** The number of elements of a column, where its type says it. */
type DimensionOf<DB, Table extends keyof DB, Column> = Column extends keyof DB[Table]
  ? NonNullable<DB[Table][Column]> extends Vector<infer _Element, infer Dimension, infer _Read>
    ? Dimension
    : number
  : number

/** Nothing more, when a query fits the column; else the reason. A `number[]` is checked at run time. */
export type Fits<DB, Table extends keyof DB & string, Column, Query> =
  Query extends RowOf<infer Other>
    ? FitsRow<DB, Table, Column, Other>
    : Query extends readonly number[]
      ? FitsLength<Query['length'], DimensionOf<DB, Table, Column>, `${Table}.${Column & string}`>
      : unknown

type FitsLength<
  Length extends number,
  Dimension extends number,
  Place extends string,
> = number extends Length
  ? unknown
  : number extends Dimension
    ? unknown
    : Length extends Dimension
      ? unknown
      : Misuse<`${Place} holds vectors of ${Dimension} elements, got ${Length}`>

type FitsRow<DB, Table extends keyof DB & string, Column, Other> =
  IsOpen<DB> extends true
    ? unknown
    : Other extends keyof DB & string
      ? IsVector<DB, Other, Column> extends true
        ? DimensionOf<DB, Other, Column> extends DimensionOf<DB, Table, Column>
          ? unknown
          : Misuse<`${Other}.${Column & string} and ${Table}.${Column & string} have different dimensions`>
        : Misuse<`${Other} has no vector column ${Column & string}`>
      : Misuse<`there is no table ${Other & string}`>

/** Nothing more, when one full-text index covers exactly these columns, in any order; else the reason. */
export type Covered<DB, Indexes, Table extends string, Columns extends readonly string[]> =
  IsOpen<DB> extends true
    ? unknown
    : [CoveringIndex<FulltextIndexesOf<Indexes, Table>, Columns>] extends [never]
      ? Misuse<`no full-text index of ${Table} covers exactly these columns`>
      : unknown

type CoveringIndex<Indexes, Columns extends readonly string[]> = {
  [Name in keyof Indexes]: Indexes[Name] extends readonly (infer Column)[]
    ? [Columns[number]] extends [Column]
      ? [Column] extends [Columns[number]]
        ? Name
        : never
      : never
    : never
}[keyof Indexes]

/** Whether a type is a union of several. */
export type IsUnion<Type, Each = Type> = [Type] extends [never]
  ? false
  : Each extends Type
    ? [Type] extends [Each]
      ? false
      : true
    : false

/** Compile time only: the legs of a hybrid search and the columns that they add to its hits. */
import type { VectorInput } from '../../types/column-types.js'
import type { Covered, Fits, HasVectors, Indexed as IsIndexed } from '../search-types.js'
import type { TextQuery } from '../text/text-query.js'
import type { ExactSearchOptions, IndexSearchParameters } from '../vector/vector-options.js'
import type { RowOf } from '../vector/row-of.js'
import type { LegsByName, TextLeg, VectorLeg } from './legs.js'

type Weighted<Parameters extends readonly unknown[]> = {
  [At in keyof Parameters]: number | (Parameters[At] & { readonly weight?: number })
}

/** Makes the legs of a hybrid search. */
export interface LegMaker<DB, Indexed, Table extends keyof DB & string> {
  /**
   * The rows nearest to a vector, or to the vector of a row (`rowOf`), which is left out of this leg; none for null.
   *
   * @param options a weight, or the options of `vectorSearch` with a `weight`; 1 unless set
   */
  vector<
    Column extends keyof DB[Table] & string,
    const Query extends VectorInput | RowOf<string> | null,
  >(
    column: Column & IsIndexed<DB, Indexed, Table, Column>,
    query: Query & Fits<DB, Table, Column, Query>,
    ...options: Weighted<IndexSearchParameters<Indexed, Table, Column>>
  ): VectorLeg
  /** The same by comparing all rows: any vector column, any metric. */
  vector<
    Column extends keyof DB[Table] & string,
    const Query extends VectorInput | RowOf<string> | null,
  >(
    column: Column & HasVectors<DB, Table, Column>,
    query: Query & Fits<DB, Table, Column, Query>,
    options: ExactSearchOptions & { readonly weight?: number },
  ): VectorLeg
  /**
   * The rows that match a text best; none for a text without words.
   *
   * @param columns exactly the columns of one full-text index, in any order
   * @param weight 1 unless set
   */
  text<const Columns extends readonly (keyof DB[Table] & string)[]>(
    columns: Columns & Covered<DB, Indexed, Table, Columns>,
    text: string | TextQuery,
    weight?: number,
  ): TextLeg
}

/** A hit of a hybrid search before anything is selected. */
export type HybridHit<Legs extends LegsByName> = {
  /** The larger the better. */
  score: number
} & {
  [Name in keyof Legs & string as `${Name}Rank`]: number | null
} & {
  [
    Name in keyof Legs & string as Legs[Name] extends VectorLeg ? `${Name}Distance` : `${Name}Score`
  ]: number | null
}

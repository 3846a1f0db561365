/**
 * Distances as expressions, for queries of your own. A query that sorts by one of them and does nothing
 * else uses the index; `vectorSearch` writes such queries, and keeps the index under joins and filters.
 */
import { type Expression, type RawBuilder, sql } from 'kysely'
import type { VectorInput } from '../types/column-types.js'

/** A vector column as it is read. */
export type ReadVector = readonly number[] | Float32Array | Float64Array

/** A number, or null where the vector can be. */
type Distance<Read> = null extends Read ? number | null : number

type Other = VectorInput | Expression<ReadVector | null>

/**
 * The Euclidean distance: 0 for equal vectors.
 *
 * @example
 * db.selectFrom('articles').select((eb) => ['id', l2Distance(eb.ref('embedding'), query).as('d')]).orderBy('d').limit(10)
 *
 * ```sql
 * select `id`, l2_distance(`embedding`, '[…]') as `d` from `articles` order by `d` limit 10
 * ```
 */
export function l2Distance<Read extends ReadVector | null>(
  column: Expression<Read>,
  other: Other,
): RawBuilder<Distance<Read>> {
  return measure('l2_distance', column, other)
}

/** One minus the cosine of the angle: 0 for the same direction, 1 for a right angle, 2 for the opposite. */
export function cosineDistance<Read extends ReadVector | null>(
  column: Expression<Read>,
  other: Other,
): RawBuilder<Distance<Read>> {
  return measure('cosine_distance', column, other)
}

/**
 * MatrixOne's `inner_product`, which is *negated* so that the smallest value is the nearest: two vectors
 * whose product is 10 have -10.
 */
export function innerProduct<Read extends ReadVector | null>(
  column: Expression<Read>,
  other: Other,
): RawBuilder<Distance<Read>> {
  return measure('inner_product', column, other)
}

/** The cosine of the angle, from -1 to 1, larger is nearer. No index serves a query that sorts by it. */
export function cosineSimilarity<Read extends ReadVector | null>(
  column: Expression<Read>,
  other: Other,
): RawBuilder<Distance<Read>> {
  return measure('cosine_similarity', column, other)
}

function measure<Read>(
  name: string,
  column: Expression<Read>,
  other: Other,
): RawBuilder<Distance<Read>> {
  return sql<Distance<Read>>`${sql.raw(name)}(${column}, ${other})`
}

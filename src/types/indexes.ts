/**
 * The key under which a generated `DB` interface lists its searchable columns. It is a symbol, so
 * kysely's own `keyof DB & string` never sees it.
 *
 * @example
 * export interface DB {
 *   articles: Articles
 *   readonly [indexes]: {
 *     articles: {
 *       vector: { embedding: { index: 'idx_embedding'; algo: 'ivfflat'; metric: 'l2'; dimension: 768 } }
 *       fulltext: { ft_title_body: readonly ['title', 'body'] }
 *     }
 *   }
 * }
 */
export const indexes: unique symbol = Symbol.for('kysely-matrixone.indexes') as never

/** The index algorithms that MatrixOne has for vector columns. */
export type VectorIndexAlgorithm = 'ivfflat' | 'hnsw' | 'ivfpq' | 'cagra'

/** The distances that a vector index can be built for (`op_type 'vector_…_ops'`). */
export type VectorMetric = 'l2' | 'l2sq' | 'l1' | 'ip' | 'cosine'

/** One vector index of a generated `DB` interface. */
export interface VectorIndexType {
  readonly index: string
  readonly algo: VectorIndexAlgorithm
  readonly metric: VectorMetric
  readonly dimension: number
}

/** The searchable columns of a table: vector columns, and the exact column sets of full-text indexes. */
export interface TableIndexesType {
  readonly vector: { readonly [column: string]: VectorIndexType }
  readonly fulltext: { readonly [index: string]: readonly string[] }
}

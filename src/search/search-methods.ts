/** The searches of a handle; `handle-methods.ts` puts them on `MatrixOne` and its transactions. */
import type { VectorInput } from '../types/column-types.js'
import type { AnyHandle } from './any-query.js'
import { type Fusion, rrf } from './hybrid/fusion.js'
import { createHybridSearch, type HybridSearch } from './hybrid/hybrid-search.js'
import type { HybridHit, LegMaker } from './hybrid/hybrid-types.js'
import type { createLegMaker, LegsByName } from './hybrid/legs.js'
import { createVectorIndex } from './records/create-vector-index.js'
import type { VectorIndexOf, VectorIndexOptions } from './records/vector-index-types.js'
import type { Covered, Fits, HasVectors, Indexed as IsIndexed } from './search-types.js'
import { createMatch, type Match } from './text/match.js'
import type { TextQuery } from './text/text-query.js'
import { createTextSearch, type TextSearch } from './text/text-search.js'
import type { RowOf } from './vector/row-of.js'
import type {
  ExactSearchOptions,
  IndexSearchParameters,
  VectorSearchOptions,
} from './vector/vector-options.js'
import { createVectorSearch, type VectorSearch } from './vector/vector-search.js'

/** A hit of a vector search before anything is selected. */
export interface VectorHit {
  /** The smaller the nearer, in every metric. */
  distance: number
}

/** A hit of a text search before anything is selected. */
export interface TextHit {
  /** The larger the better; below zero for a word that counts against a row. */
  score: number
}

/** The searches; `Indexed` is the generated interface that says what is indexed. */
export interface SearchMethods<DB, Indexed> {
  /**
   * Finds the rows nearest to a vector, or to the vector of a row (`rowOf`). The metric is the index's.
   *
   * As many rows come back as match, up to the limit: up to `rowBudget` matching rows (20,000, and 5,000
   * of `vecf16` and `vecuint8`) are compared one by one, above that the index is asked, and where it gives
   * too few, all are compared. Rows without a vector are left out.
   *
   * @param query as many numbers as the column has elements
   * @throws {VectorDimensionError} for another number of elements; nothing was sent
   * @throws {ValueError} for NaN and infinities; nothing was sent
   * @throws {UnsupportedError} for a metric that no index of the column serves
   * @throws {ConfigurationError} without the `schema` value, unless `{ exact: true, metric }` is given
   *
   * @example
   * const near = db.vectorSearch('articles', 'embedding', query).where('lang', '=', 'en').select(['id', 'title'])
   * const hits = await near.limit(5).execute()
   * const withAuthors = await db
   *   .selectFrom(near.as('hit'))
   *   .innerJoin('authors', 'authors.id', 'hit.author_id')
   *   .select(['hit.title', 'hit.distance', 'authors.name'])
   *   .orderBy('hit.rank')
   *   .execute()
   *
   * ```sql
   * select `id`, `title`, l2_distance(`articles`.`embedding`, '[…]') as `distance` from `articles`
   * where `lang` = 'en' order by `distance` asc limit 5
   * ```
   */
  vectorSearch<
    Table extends keyof DB & string,
    Column extends keyof DB[Table] & string,
    const Query extends VectorInput | RowOf<string>,
  >(
    table: Table,
    column: Column & IsIndexed<DB, Indexed, Table, Column>,
    query: Query & Fits<DB, Table, Column, Query>,
    ...options: IndexSearchParameters<Indexed, Table, Column>
  ): VectorSearch<DB, Table, VectorHit>
  /** Finds the nearest rows by comparing all of them: any vector column, any metric. */
  vectorSearch<
    Table extends keyof DB & string,
    Column extends keyof DB[Table] & string,
    const Query extends VectorInput | RowOf<string>,
  >(
    table: Table,
    column: Column & HasVectors<DB, Table, Column>,
    query: Query & Fits<DB, Table, Column, Query>,
    options: ExactSearchOptions,
  ): VectorSearch<DB, Table, VectorHit>

  /**
   * Finds the rows that match a text best, the best first. A string is words joined by OR, whatever signs it
   * has: it may come from a user as it is, and without words there are no rows and no statement. `allOf`,
   * `phrase`, `prefix`, `without` and `boost` make stricter queries.
   *
   * @param columns exactly the columns of one full-text index, in any order
   * @throws {UnsupportedError} for columns that no index covers, and under `at`; nothing was sent
   *
   * @example
   * const found = await db
   *   .textSearch('articles', ['title', 'body'], 'cheap flights')
   *   .where('lang', '=', 'en')
   *   .select(['id', 'title'])
   *   .execute()
   *
   * ```sql
   * select `id`, `title`, match(`title`, `body`) against('cheap flights' in boolean mode) as `score` from `articles`
   * where `lang` = 'en' and match(`title`, `body`) against('cheap flights' in boolean mode)
   * order by `score` desc, `id` limit 10
   * ```
   */
  textSearch<
    Table extends keyof DB & string,
    const Columns extends readonly (keyof DB[Table] & string)[],
  >(
    table: Table,
    columns: Columns & Covered<DB, Indexed, Table, Columns>,
    text: string | TextQuery,
  ): TextSearch<DB, Table, TextHit>

  /**
   * Finds the rows that several legs find best together, vectors and words in any number, in one statement.
   * Each hit has its `score` and, of each leg by its name, the rank there and the distance or score, null
   * where the leg has not found it.
   *
   * A filter chooses the candidates of every leg, and then vectors are compared one by one. A text without words
   * and a null vector find nothing; the other legs decide. Ties share a rank; hits with the same score are
   * sorted by the primary key.
   *
   * @param fusion how ranks or values add up: `rrf()` unless given, or `weighted({ normalize: 'minmax' })`
   * @throws {ConfigurationError} without a primary key in the schema value
   * @throws as `vectorSearch` and `textSearch` for their legs
   *
   * @example
   * const found = await db
   *   .hybridSearch('articles', (leg) => ({
   *     meaning: leg.vector('embedding', query),
   *     words: leg.text(['title', 'body'], 'cheap flights', 2),
   *   }))
   *   .where('lang', '=', 'en')
   *   .select(['id', 'title'])
   *   .execute()
   * // { id: 77, title: '…', score: 0.049, meaningRank: 2, meaningDistance: 0.21, wordsRank: 1, wordsScore: 3.2 }[]
   *
   * ```sql
   * select `title`, … from `articles` inner join (select …, sum of weight / (60 + rank) … from
   *   (select …, rank() over (partition by leg order by value) from ((…) union all (…)) …) group by `id` …)
   * ```
   */
  hybridSearch<Table extends keyof DB & string, const Legs extends LegsByName>(
    table: Table,
    legs: (leg: LegMaker<DB, Indexed, Table>) => Legs,
    fusion?: Fusion,
  ): HybridSearch<DB, Table, HybridHit<Legs>>

  /**
   * A table as an index of records in Pinecone's manner: `upsert`, `query`, `fetch`, `delete`,
   * `describeStats`, and filters as objects. A record's id is the primary key, its `values` are the vector, its
   * metadata the columns that are named, and the members of a JSON column.
   *
   * @param options `column` where the table has several vector columns; `metadata` and `json`
   * @throws {ConfigurationError} without a primary key of one column in the schema value
   *
   * @example
   * const index = db.vectorIndex('articles', { metadata: ['title', 'lang'] })
   * await index.upsert([{ id: 77, values: embedding, metadata: { title: 'Low-cost airlines', lang: 'en' } }])
   * const { matches } = await index.query({ vector, topK: 5, filter: { lang: { $in: ['en', 'de'] } } })
   * // { id: 77, score: 0.83, distance: 0.2, metadata: { title: '…', lang: 'en' } }[]
   */
  vectorIndex<
    Table extends keyof DB & string,
    Vector extends keyof DB[Table] & string,
    const Metadata extends keyof DB[Table] & string = never,
    Json extends keyof DB[Table] & string = never,
  >(
    table: Table,
    options?: VectorIndexOptions<Vector & HasVectors<DB, Table, Vector>, Metadata, Json>,
  ): VectorIndexOf<DB[Table], Metadata, Json>

  /**
   * The condition of a text search and its score, for a query of your own. It stands in WHERE, alone or
   * joined by AND: MatrixOne has no MATCH under OR or NOT, nor in a SELECT with a LEFT JOIN; there, put
   * `textSearch(…).as('hit')`.
   *
   * @param table the table as the query names it
   * @throws {UnsupportedError} as `textSearch`; from the query, where MATCH cannot stand
   *
   * @example
   * const match = db.match('articles', ['title', 'body'], allOf('cheap flights'))
   * const rows = await db.selectFrom('articles').where(match).select(['id', match.score.as('score')]).execute()
   *
   * ```sql
   * select `id`, match(`articles`.`title`, `articles`.`body`) against('+cheap +flights' in boolean mode) as `score`
   * from `articles` where match(`articles`.`title`, `articles`.`body`) against('+cheap +flights' in boolean mode)
   * ```
   */
  match<
    Table extends keyof DB & string,
    const Columns extends readonly (keyof DB[Table] & string)[],
  >(
    table: Table,
    columns: Columns & Covered<DB, Indexed, Table, Columns>,
    text: string | TextQuery,
  ): Match
}

/** The methods as functions of `this`. */
export const searchMethods = {
  vectorSearch(
    this: AnyHandle,
    table: string,
    column: string,
    query: VectorInput | RowOf<string>,
    options?: VectorSearchOptions,
  ) {
    return createVectorSearch(this, table, column, query, options)
  },

  textSearch(this: AnyHandle, table: string, columns: readonly string[], text: string | TextQuery) {
    return createTextSearch(this, table, columns, text)
  },

  hybridSearch(
    this: AnyHandle,
    table: string,
    legs: (leg: ReturnType<typeof createLegMaker>) => LegsByName,
    fusion: Fusion = rrf(),
  ) {
    return createHybridSearch(this, table, legs, fusion)
  },

  vectorIndex(
    this: AnyHandle,
    table: string,
    options?: VectorIndexOptions<string, string, string>,
  ) {
    return createVectorIndex(this, table, options)
  },

  match(this: AnyHandle, table: string, columns: readonly string[], text: string | TextQuery) {
    return createMatch(this, 'match', table, columns, text)
  },
}

/** The verbs that all searches share; each search adds its own. */
import type {
  AliasedExpression,
  ComparisonOperatorExpression,
  CompiledQuery,
  ExpressionOrFactory,
  OperandValueExpressionOrList,
  ReferenceExpression,
  Simplify,
  SqlBool,
} from 'kysely'

/** The verbs of a search whose `where` and `limit` give out `this`. */
export interface Search<DB, Table extends keyof DB & string, Hit> {
  /**
   * Chooses the candidates, before the limit: as many matching rows come back as there are, up to the
   * limit. Takes what kysely's `where` takes.
   */
  where<
    RE extends ReferenceExpression<DB, Table>,
    VE extends OperandValueExpressionOrList<DB, Table, RE>,
  >(
    lhs: RE,
    op: ComparisonOperatorExpression,
    rhs: VE,
  ): this
  where<E extends ExpressionOrFactory<DB, Table, SqlBool>>(expression: E): this

  /**
   * The number of hits; 10 unless set.
   *
   * @param count at least 1
   */
  limit(count: number): this

  /**
   * The hits as a table for any other query, with `rank` from 1: joins, filters, counts, common table
   * expressions, unions, `in (…)`. The index is kept under all of them.
   */
  as<Alias extends string>(alias: Alias): AliasedExpression<Simplify<Hit & { rank: number }>, Alias>

  /**
   * A page of hits, and the cursor of the next one: undefined behind the last.
   *
   * Pages of a vector search go on from the last distance, so they neither repeat nor lose rows, with equal
   * distances too; pages of the other searches go on by position, and a hybrid search has no hits beyond the
   * windows of its legs.
   *
   * @param size hits of a page, at least 1
   *
   * @example
   * const first = await near.page(20)
   * const second = first.next === undefined ? undefined : await near.after(first.next).page(20)
   */
  page(size: number): Promise<SearchPage<Hit>>
  /**
   * Goes on behind a page, with `page` or `execute`.
   *
   * @throws {ValueError} from these, for a cursor of another search
   */
  after(cursor: string): this

  /** The hits, the best first. */
  execute(): Promise<Simplify<Hit>[]>
  /** The best hit; undefined when there is none. */
  executeTakeFirst(): Promise<Simplify<Hit> | undefined>
  /** The hits, and how they were found. */
  executeWithReport(): Promise<SearchResult<Hit>>
  /** The statement that would run now, and the server's plan of it. */
  explain(): Promise<SearchPlan>
  /** The search as one statement; the same that `as` puts into a query. */
  compile(): CompiledQuery<Simplify<Hit>>
}

/** How a search was run. */
export type SearchPath =
  | 'exact'
  | 'index'
  | 'index, then exact'
  | 'full-text index'
  | 'nothing sent'

/** A page of hits. */
export interface SearchPage<Hit> {
  readonly rows: Simplify<Hit>[]
  /** For `after`; undefined when there are no more hits. */
  readonly next: string | undefined
}

/** The hits of a search with the way they were found. */
export interface SearchResult<Hit> {
  readonly rows: Simplify<Hit>[]
  readonly report: SearchReport
}

/** How the hits were found. */
export interface SearchReport {
  readonly path: SearchPath
  /**
   * Rows to choose from, as the server's planner expects or counted up to one more than the row budget;
   * undefined when neither was needed.
   */
  readonly candidates: number | undefined
  /** How many statements were sent for it. */
  readonly statements: number
  /** Why this path was taken. */
  readonly reason: string
}

/** A table function of a plan that shows that an index is read. */
export type IndexFunction = 'ivf_search' | 'hnsw_search' | 'fulltext_index_scan'

/** The server's plan of a search. */
export interface SearchPlan {
  readonly path: SearchPath
  readonly reason: string
  readonly candidates: number | undefined
  /** The indexes that the plan reads; none for an exact search. */
  readonly indexes: readonly IndexFunction[]
  readonly sql: string
  /** The lines of EXPLAIN. */
  readonly plan: readonly string[]
}

import type { Kysely } from 'kysely'
import type { TableName, VectorColumnName } from '../../managers/names/table-name.js'
import type { JudgedQuery } from '../quality/beir.js'
import type { AnySearch, Evaluation, EvaluationOptions } from './evaluation.js'
import type { IndexExaminationOptions } from './examine-index.js'
import type { IndexReport } from './index-report.js'
import type { IndexedSearch, RecallOptions, RecallReport } from './measure-recall.js'

/**
 * Quality of searches: what is wrong with an index, and how good searches are.
 *
 * It only reads. Its parts are loaded when they are first called.
 */
export class Doctor<DB, Handle = Kysely<DB>> {
  readonly #db: Kysely<unknown>

  constructor(db: Kysely<unknown>) {
    this.#db = db
  }

  /**
   * Examines a vector column and its indexes: how the lists of an ivfflat index are filled, entries without
   * rows and rows without entries, how far an HNSW index is behind, vectors of another dimension, and whether
   * searches read enough lists to find the nearest rows.
   *
   * @param options `search` is a search that should read an index; `sample` is the number of rows that are
   *   looked at one by one at most. What was left out for it is in `notes`
   * @returns the findings, each with what it means and what to do; none for a healthy index
   * @throws {ValueError} for a column that holds no vectors
   *
   * @example
   * const { findings } = await db.doctor.index('articles', 'embedding')
   * for (const { code, message, advice } of findings) console.log(code, message, advice)
   *
   * ```sql
   * select x.__mo_index_pri_col as found, count(*) - 1 as extra from `__mo_index_secondary_…` x
   * where x.__mo_index_centroid_fk_version = 0 group by x.__mo_index_pri_col having count(*) > 1
   * ```
   */
  async index<Table extends TableName<DB>>(
    table: Table,
    column: VectorColumnName<DB, Table>,
    options: IndexExaminationOptions = {},
  ): Promise<IndexReport> {
    const { examineIndex } = await import('./examine-index.js')
    return examineIndex(this.#db, table, column, options)
  }

  /**
   * Measures which share of the nearest rows a search through the index finds, and how long it takes, for each
   * of some probe limits. Every query is run exactly and with each limit in turn, on one connection; rows at the
   * same distance count as the same row.
   *
   * @param search makes the search of a query on the connection it is given
   * @param options `limits` are values of `probe_limit`; without them the session's own is measured
   * @throws {ValueError} for a search of texts, which reads no vector index
   * @throws {UnsupportedError} for limits in a transaction, which a SET would commit
   *
   * @example
   * const { limits } = await db.doctor.recall(
   *   (one, query) => one.vectorSearch('articles', 'embedding', query).limit(10),
   *   queries,
   *   { limits: [1, 5, 20, 50] },
   * )
   * // [{ probeLimit: 1, recall: 0.82, worst: 0.3, latency: { median: 2.1, … } }, …]
   *
   * ```sql
   * set probe_limit = 20
   * select `id` as `keyofhita`, l2_distance(`embedding`, '[…]') as `distance` from `articles` order by `distance` limit 10
   * ```
   */
  async recall<Query>(
    search: (one: Handle, query: Query) => IndexedSearch,
    queries: readonly Query[],
    options: RecallOptions = {},
  ): Promise<RecallReport> {
    const { measureRecall } = await import('./measure-recall.js')
    return measureRecall(this.#db, search, queries, options)
  }

  /**
   * Measures searches over judged queries: nDCG@k, MRR and recall@k of each search and of each leg of a hybrid one,
   * compared with the first search, or with `baseline`. Two searches differ only when a paired bootstrap says
   * so, for as many comparisons as were made.
   *
   * @param searches by name, each making the search of a query
   * @param judged queries with the grades of documents, from `readBeir` or your own; queries without a relevant
   *   document do not count
   * @param options `grid` tries settings of hybrid searches in memory
   * @throws {ConfigurationError} where the table's key has not one column and no `id` is given
   *
   * @example
   * const { searches } = await db.doctor.evaluate(
   *   {
   *     words: (it, q) => it.textSearch('articles', ['title', 'body'], q.text),
   *     both: (it, q) => it.hybridSearch('articles', (leg) => ({
   *       meaning: leg.vector('embedding', q.vector),
   *       words: leg.text(['title', 'body'], q.text),
   *     })),
   *   },
   *   judged,
   *   { k: 10 },
   * )
   * // [{ name: 'words', ndcg: 0.33, … }, { name: 'both', ndcg: 0.42, compared: { difference: 0.09, isDifferent: true, … } }, …]
   */
  async evaluate<Query, Name extends string>(
    searches: Readonly<Record<Name, (db: Handle, query: Query) => AnySearch>>,
    judged: readonly JudgedQuery<Query>[],
    options: EvaluationOptions<NoInfer<Name>> = {},
  ): Promise<Evaluation> {
    const { evaluate } = await import('./evaluate.js')
    return evaluate(this.#db, searches, judged, options)
  }
}

import type { BootstrapResult } from '../quality/paired-bootstrap.js'
import type { Latency } from './latency.js'
import type { RunOptions } from './run-options.js'

/** A search of any kind, whatever it selects. */
export interface AnySearch {
  limit(count: number): unknown
  execute(): Promise<readonly object[]>
}

/** Settings of a hybrid search to try, beside its own: each combination is a point of the grid. */
export interface EvaluationGrid {
  /** Constants of `rrf`. */
  readonly k?: readonly number[]
  /** Hits that each leg contributes. */
  readonly window?: readonly number[]
  /** Weights by leg; a leg that is not there keeps its own. */
  readonly weights?: Readonly<Record<string, readonly number[]>>
}

/** Options of `doctor.evaluate`. */
export interface EvaluationOptions<Name extends string = string> extends RunOptions {
  /** The rank that nDCG, MRR and recall look to; 10 unless set. */
  readonly k?: number
  /** The selected column that holds the ids of the judgements; the primary key unless set. */
  readonly id?: string
  /** The search that the others are compared with; the first one unless set. */
  readonly baseline?: Name
  /** Whether each leg of a hybrid search is measured by itself; true unless set. */
  readonly legs?: boolean
  /** Tries settings of the hybrid searches. It costs one statement a leg and query, however large it is. */
  readonly grid?: EvaluationGrid
}

/** The measures of one query. */
export interface QueryScore {
  readonly id: string
  readonly ndcg: number
  readonly reciprocalRank: number
  readonly recall: number
}

/** A search, or a leg of one, over all queries. */
export interface EvaluatedSearch {
  /** The search's name; of a leg `hybrid.words`. */
  readonly name: string
  readonly ndcg: number
  readonly mrr: number
  readonly recall: number
  readonly latency: Latency
  /** Its nDCG beside that of the baseline; undefined for the baseline itself. */
  readonly compared: BootstrapResult | undefined
  readonly scores: readonly QueryScore[]
}

/** A combination of settings. */
export interface GridPoint {
  /** Undefined for `weighted`. */
  readonly k: number | undefined
  readonly window: number
  readonly weights: Readonly<Record<string, number>>
  readonly ndcg: number
}

/** The grid of one hybrid search. */
export interface EvaluatedGrid {
  readonly name: string
  /** The best ones first. */
  readonly points: readonly GridPoint[]
  /**
   * The gain of choosing the best point over the search as it is: chosen on one half of the queries and
   * measured on the other, because the best of many always looks good on the queries that it was chosen by.
   */
  readonly gain: BootstrapResult
}

/** Searches over judged queries. */
export interface Evaluation {
  readonly k: number
  /** Queries that were measured. */
  readonly queries: number
  readonly baseline: string
  readonly searches: readonly EvaluatedSearch[]
  readonly grids: readonly EvaluatedGrid[]
  /** Sentences on what was sampled or left out. */
  readonly notes: readonly string[]
}

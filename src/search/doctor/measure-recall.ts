/** Recall of searches through an index against exact ones, for several probe limits. */
import { UnsupportedError, ValueError } from '../../errors.js'
import { checkArgument, checkOptions } from '../../options/check-options.js'
import { callable, integer, list, listOf, type OptionRules } from '../../options/option-rules.js'
import {
  type ManagerDb,
  pinConnection,
  type SqlExecutor,
} from '../../managers/statement/execute.js'
import { setVariables } from '../../managers/statement/session-variables.js'
import type { AnyRow } from '../any-query.js'
import { HybridSearcher } from '../hybrid/hybrid-search.js'
import { averageOf } from '../quality/paired-bootstrap.js'
import type { SearchReport } from '../search.js'
import type { SearchUsing } from '../vector/vector-state.js'
import { edge } from '../vector/vector-page.js'
import { VectorSearcher } from '../vector/vector-search.js'
import { keyReader } from './key-reader.js'
import { type Latency, latencyOf, timed } from './latency.js'
import { readProbeLimit } from './read-probe-limit.js'
import { chooseQueries, forEachQuery, RUN_RULES, type RunOptions } from './run-options.js'

/** A vector or hybrid search, whatever it selects. */
export interface IndexedSearch {
  using(path: SearchUsing): unknown
  executeWithReport(): Promise<{ readonly report: SearchReport }>
}

/** Options of `doctor.recall`. */
export interface RecallOptions extends RunOptions {
  /** The values of `probe_limit` to measure; the session's own unless given. */
  readonly limits?: readonly number[]
}

/** One probe limit. */
export interface LimitRecall {
  readonly probeLimit: number
  /** The average share of the nearest rows that was found, from 0 to 1. */
  readonly recall: number
  /** The lowest share of a query. */
  readonly worst: number
  readonly latency: Latency
}

/** Recall and latency by probe limit. */
export interface RecallReport {
  /** Queries that were measured. */
  readonly queries: number
  /** Of exact searches. */
  readonly exact: Latency
  /** In the order of the option. */
  readonly limits: readonly LimitRecall[]
  /** Sentences on what was sampled or left out. */
  readonly notes: readonly string[]
}

const RULES: OptionRules<RecallOptions> = { ...RUN_RULES, limits: listOf(integer(1, 80_000)) }

/** Makes the search of one query on the connection that is measured. */
export type MakeSearch<Query> = (one: never, query: Query) => unknown

/** Measures; `Doctor.recall` documents it. */
export async function measureRecall<Query>(
  db: ManagerDb,
  search: MakeSearch<Query>,
  queries: readonly Query[],
  options: RecallOptions,
): Promise<RecallReport> {
  checkArgument('doctor.recall', 'The search', callable, search)
  checkArgument('doctor.recall', 'The queries', list, queries)
  checkOptions('doctor.recall', RULES, options)
  if (db.isTransaction && options.limits !== undefined) {
    throw new UnsupportedError(
      'doctor.recall sets probe_limit, and MatrixOne commits a transaction at any SET. Call it outside, or without limits.',
    )
  }
  const notes: string[] = []
  const chosen = chooseQueries(queries, options, notes)
  return pinConnection(db, async (one) => {
    const own = await readProbeLimit(one)
    const limits = [...new Set(options.limits ?? [own])]
    const runs = new Runs(one, own)
    const tried = limits.map(() => ({ shares: [] as number[], times: [] as number[] }))
    const exactTimes: number[] = []
    try {
      await forEachQuery(chosen, options, async (query, at) => {
        const made = keyedSearch(search(one as never, query))
        if (at === 0) await warmUp(runs, made, limits, notes)
        const truth = await timed(() => made.find('exact'))
        exactTimes.push(truth.milliseconds)
        // Each query begins with another limit, so that none is always the first one after the exact search.
        for (const turn of limits.keys()) {
          const place = (turn + at) % limits.length
          await runs.setLimit(limits[place] as number)
          const found = await timed(() => made.find('index'))
          tried[place]?.times.push(found.milliseconds)
          const share = made.share(found.result, truth.result)
          if (share !== undefined) tried[place]?.shares.push(share)
        }
      })
    } finally {
      await runs.setLimit(own)
    }
    const measured = tried[0]?.shares.length ?? 0
    if (measured < chosen.length) {
      notes.push(`${chosen.length - measured} queries have no hits at all, and do not count.`)
    }
    return Object.freeze({
      queries: chosen.length,
      exact: latencyOf(exactTimes),
      limits: Object.freeze(
        limits.map((probeLimit, at) => {
          const { shares = [], times = [] } = tried[at] ?? {}
          const worst = shares.length === 0 ? 0 : Math.min(...shares)
          return Object.freeze({
            probeLimit,
            recall: averageOf(shares),
            worst,
            latency: latencyOf(times),
          })
        }),
      ),
      notes: Object.freeze(notes),
    })
  })
}

/** The connection's `probe_limit`, set only where it differs. */
class Runs {
  readonly #db: SqlExecutor
  #limit: number

  constructor(db: SqlExecutor, limit: number) {
    this.#db = db
    this.#limit = limit
  }

  async setLimit(limit: number): Promise<void> {
    if (limit === this.#limit) return
    await setVariables(this.#db, [['probe_limit', limit]])
    this.#limit = limit
  }
}

interface Keyed {
  readonly find: (path: SearchUsing) => Promise<readonly AnyRow[]>
  readonly share: (found: readonly AnyRow[], truth: readonly AnyRow[]) => number | undefined
  readonly report: () => Promise<SearchReport>
}

/** The search with the key of its rows, by which they are compared. */
function keyedSearch(made: unknown): Keyed {
  if (!(made instanceof VectorSearcher || made instanceof HybridSearcher)) {
    throw new ValueError(
      'doctor.recall measures vector and hybrid searches: give it a function that returns one, as ' +
        "(one, query) => one.vectorSearch('articles', 'embedding', query).",
    )
  }
  const [search, keyNames] = made.keyed()
  const keyOf = keyReader(keyNames)
  return {
    find: (path) => search.using(path).execute(),
    report: async () => (await search.executeWithReport()).report,
    share: (found, truth) => {
      if (truth.length === 0) return undefined
      const nearest = new Set(truth.map(keyOf))
      const isNearest = made instanceof VectorSearcher ? nearerThan(truth) : () => false
      const right = new Set(
        found.filter((row) => nearest.has(keyOf(row)) || isNearest(row)).map(keyOf),
      )
      return Math.min(truth.length, right.size) / truth.length
    },
  }
}

/**
 * Rows at the same distance as the last one have no order. Scores of a hybrid search say nothing of the kind:
 * they come from ranks.
 */
function nearerThan(truth: readonly AnyRow[]): (row: AnyRow) => boolean {
  const last = Number(truth.at(-1)?.['distance'])
  return (row) => Number(row['distance']) <= last + edge(last)
}

/** The first statements of a kind are slower; and whether the program's own searches use the index at all. */
async function warmUp(
  runs: Runs,
  made: Keyed,
  limits: readonly number[],
  notes: string[],
): Promise<void> {
  const { path, reason } = await made.report()
  if (path !== 'index') {
    notes.push(
      `As it is this search is run as '${path}' (${reason}); what was measured is the index.`,
    )
  }
  for (const limit of limits) {
    await runs.setLimit(limit)
    await made.find('index')
  }
  await made.find('exact')
}

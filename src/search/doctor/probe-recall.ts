/** Whether searches through an ivfflat index find the nearest rows, with stored vectors as queries. */
import { executeSql, type SqlExecutor } from '../../managers/statement/execute.js'
import { withSessionVariables } from '../../managers/statement/session-variables.js'
import { distanceFunction } from '../../managers/vector-ops/metric-functions.js'
import type { IvfStatistics } from '../../managers/vector-ops/ivf-statistics.js'
import type { VectorIndexModel } from '../../schema/schema-model.js'
import { averageOf } from '../quality/paired-bootstrap.js'
import { count, type Examined, type Findings } from './examination.js'
import type { ProbedRecall } from './index-report.js'
import { readProbeLimit } from './read-probe-limit.js'

/** Rows that all exact searches together may compare. */
const MOST_COMPARED = 5_000_000
const MOST_QUERIES = 20
const HITS = 10
const ENOUGH = 0.95
const TOO_LOW = 0.9

type Distances = readonly number[]

/** Measures the recall at the session's probe limit, and where it is low, at which limit it would not be. */
export async function probeRecall(
  examined: Examined,
  index: VectorIndexModel,
  statistics: IvfStatistics,
  findings: Findings,
): Promise<ProbedRecall | undefined> {
  const distance = distanceFunction(index.metric)
  const { vectors, usedLists } = statistics
  if (distance === undefined || vectors === 0) return undefined
  const { db } = examined
  const probeLimit = await readProbeLimit(db)
  if (probeLimit >= usedLists) return { probeLimit, recall: 1, queries: 0, enough: undefined }
  const queries = await chooseQueries(examined, vectors)
  if (queries.length === 0) {
    findings.note(
      `The recall of ${index.name} was not measured: an exact search would compare ${count(vectors, 'vector')}. db.doctor.recall measures it.`,
    )
    return undefined
  }
  findings.note(
    `The recall of ${index.name} was measured with ${count(queries.length, 'stored vector')} as queries; db.doctor.recall measures it with your own.`,
  )
  const search = (one: SqlExecutor, isExact: boolean) => (query: string) =>
    findDistances(one, examined, distance, query, isExact)
  const truth = await inTurn(queries, search(db, true))
  const measure = async (one: SqlExecutor): Promise<number> => {
    const found = await inTurn(queries, search(one, false))
    return averageOf(found.map((own, at) => shareFound(own, truth[at] ?? [])))
  }
  const recall = await measure(db)
  if (recall >= TOO_LOW) return { probeLimit, recall, queries: queries.length, enough: undefined }
  const enough = db.isTransaction ? undefined : await findEnough(db, probeLimit, usedLists, measure)
  findings.add(
    'low-probe-limit',
    index.name,
    `With probe_limit = ${probeLimit} searches read ${probeLimit} of the ${count(usedLists, 'list')} of ${index.name} and find ${Math.round(recall * 100)} % of the nearest rows.`,
    enough === undefined
      ? 'Raise it for all connections by the hook setSession({ probe_limit: … }); db.doctor.recall says what each limit gives.'
      : `Raise it for all connections by the hook setSession({ probe_limit: ${enough} }), which finds at least ${Math.round(ENOUGH * 100)} % of them, or rebuild the index with fewer lists.`,
    { count: usedLists },
  )
  return { probeLimit, recall, queries: queries.length, enough }
}

/** Doubles the limit until the recall is enough. */
async function findEnough(
  db: SqlExecutor,
  probeLimit: number,
  usedLists: number,
  measure: (one: SqlExecutor) => Promise<number>,
): Promise<number | undefined> {
  for (let limit = probeLimit * 2; limit < usedLists * 2; limit *= 2) {
    const tried = Math.min(limit, usedLists)
    const recall = await withSessionVariables(db, { probe_limit: tried }, '', measure)
    if (recall >= ENOUGH) return tried
  }
  return undefined
}

/** Vectors of random rows, as text; fewer of a large table, none of a very large one. */
async function chooseQueries(
  { db, from, vector }: Examined,
  vectors: number,
): Promise<readonly string[]> {
  const wanted = Math.min(MOST_QUERIES, Math.floor(MOST_COMPARED / vectors))
  if (wanted === 0) return []
  const share = Math.min(1, (4 * wanted) / vectors)
  const rows = await executeSql<{ readonly query: unknown }>(
    db,
    `select ${vector} as query from ${from} where ${vector} is not null and rand() < ${share} limit ${wanted}`,
  )
  return rows.map(({ query }) => toText(query))
}

/** A handle without types for vectors reads them as text. */
function toText(vector: unknown): string {
  return typeof vector === 'string'
    ? vector
    : `[${Array.from(vector as Iterable<number>).join(',')}]`
}

/**
 * ```sql
 * select `id` as found, l2_distance(`embedding`, '[…]') as d from `articles` order by d limit 10
 * ```
 */
async function findDistances(
  db: SqlExecutor,
  { from, vector, rowKey }: Examined,
  distance: string,
  query: string,
  isExact: boolean,
): Promise<Distances> {
  // Rows without a vector come first in an exact order.
  const rest = isExact
    ? `where ${vector} is not null order by d limit ${HITS} by rank with option 'mode=force'`
    : `order by d limit ${HITS}`
  const rows = await executeSql<{ readonly d: number | null }>(
    db,
    `select ${rowKey} as found, ${distance}(${vector}, ?) as d from ${from} ${rest}`,
    [query],
  )
  return rows.flatMap(({ d }) => (d === null ? [] : [Number(d)]))
}

/** The share of the nearest rows that was found; equal distances count as the same row. */
function shareFound(found: Distances, truth: Distances): number {
  const last = truth.at(-1)
  if (last === undefined) return 1
  const edge = last + 1e-5 * Math.max(1, Math.abs(last))
  return Math.min(truth.length, found.filter((each) => each <= edge).length) / truth.length
}

/** One after the other: a connection has one statement at a time. */
async function inTurn<From, To>(
  items: readonly From[],
  task: (item: From) => Promise<To>,
): Promise<readonly To[]> {
  const done: To[] = []
  for (const item of items) done.push(await task(item))
  return done
}

/** Searches over judged queries: each search and leg by itself, compared, and hybrid settings tried. */
import { ConfigurationError, ValueError } from '../../errors.js'
import { checkArgument, checkOptions } from '../../options/check-options.js'
import {
  filledText,
  flag,
  integer,
  isObject,
  listOf,
  object,
  type OptionRules,
} from '../../options/option-rules.js'
import type { ManagerDb } from '../../managers/statement/execute.js'
import type { AnyRow } from '../any-query.js'
import { HybridSearcher } from '../hybrid/hybrid-search.js'
import type { JudgedQuery } from '../quality/beir.js'
import { averageOf, pairedBootstrap } from '../quality/paired-bootstrap.js'
import { ndcgAt, recallAt, reciprocalRankAt } from '../quality/ranking-metrics.js'
import { Searcher, type SearchState } from '../searcher.js'
import type { EvaluatedSearch, Evaluation, EvaluationOptions, QueryScore } from './evaluation.js'
import { latencyOf, timed } from './latency.js'
import { readLegHits } from './read-leg-hits.js'
import { chooseQueries, forEachQuery, RUN_RULES } from './run-options.js'
import { checkGrid, type JudgedLegs, spanGrid, tryGrid } from './try-grid.js'

const RULES: OptionRules<EvaluationOptions> = {
  ...RUN_RULES,
  k: integer(1, 1_000),
  id: filledText,
  baseline: filledText,
  legs: flag,
  grid: { expected: 'an object with k, window and weights', accepts: isObject },
}

/** The search of each name, made for a query. */
export type MakeSearches<Query> = Readonly<Record<string, (db: never, query: Query) => unknown>>

type AnySearcher = Searcher<SearchState>

/** The measures of one search while they are taken. */
interface Course {
  readonly scores: QueryScore[]
  readonly times: number[]
  hits: number
  judgedHits: number
}

/** Measures; `Doctor.evaluate` documents it. */
export async function evaluate<Query>(
  db: ManagerDb,
  searches: MakeSearches<Query>,
  judged: readonly JudgedQuery<Query>[],
  options: EvaluationOptions,
): Promise<Evaluation> {
  checkArgument('doctor.evaluate', 'The searches', object, searches)
  checkArgument('doctor.evaluate', 'The judged queries', listOf(object), judged)
  checkOptions('doctor.evaluate', RULES, options)
  const { k = 10, seed = 1, grid, legs = true } = options
  if (grid !== undefined) checkGrid(grid)
  const names = Object.keys(searches)
  const baseline = options.baseline ?? names[0]
  if (baseline === undefined || !names.includes(baseline)) {
    throw new ValueError(
      `doctor.evaluate takes searches by name, and a baseline that is one of them; got ${names.join(', ') || 'none'}.`,
    )
  }
  const notes: string[] = []
  const usable = judged.filter(({ grades }) => [...grades.values()].some((grade) => grade > 0))
  if (usable.length < judged.length) {
    const left = judged.length - usable.length
    notes.push(
      left === 1
        ? '1 query has no relevant document, and does not count.'
        : `${left} queries have no relevant document, and do not count.`,
    )
  }
  const chosen = chooseQueries(usable, options, notes)
  const courses = new Map<string, Course>()
  const grids = new Map<string, GridCourse>()
  const measure = async (
    name: string,
    search: AnySearcher,
    query: JudgedQuery<Query>,
  ): Promise<QueryScore> => {
    const course = courses.get(name) ?? { scores: [], times: [], hits: 0, judgedHits: 0 }
    courses.set(name, course)
    const [keyed, keyNames] = search.keyed()
    const idOf = findId(name, keyNames, options.id)
    const { result, milliseconds } = await timed(() => keyed.limit(k).execute())
    course.times.push(milliseconds)
    const score = scoreOf(query, result.map(idOf), k)
    course.scores.push(score)
    course.hits += result.length
    course.judgedHits += result.filter((row) => query.grades.has(idOf(row))).length
    return score
  }
  await forEachQuery(chosen, options, async (query, at) => {
    // Each query begins with another search, so that none always finds the rows in the server's cache.
    for (const turn of names.keys()) {
      const name = names[(turn + at) % names.length] as string
      const search = asSearcher(name, searches[name]?.(db as never, query.query))
      const { ndcg } = await measure(name, search, query)
      if (!(search instanceof HybridSearcher)) continue
      const { window } = search.settings
      if (legs && search.legNames.length > 1) {
        for (const leg of search.legNames) {
          await measure(`${name}.${leg}`, search.alone(leg, Math.max(window, k)), query)
        }
      }
      if (grid === undefined) continue
      const course = grids.get(name) ?? { points: spanGrid(grid, search.settings), judged: [] }
      grids.set(name, course)
      const deepest = Math.max(...course.points.map((point) => point.window))
      const found = await readLegHits(search, deepest, options.id)
      course.judged.push({ legs: found, grades: query.grades, ndcg })
    }
  })
  noteStrangers(courses, notes)
  return Object.freeze({
    k,
    queries: chosen.length,
    baseline,
    searches: Object.freeze(finish(sortCourses(names, courses), baseline, seed)),
    grids: Object.freeze(
      [...grids].map(([name, course]) => tryGrid(name, course.points, course.judged, k, seed)),
    ),
    notes: Object.freeze(notes),
  })
}

interface GridCourse {
  readonly points: ReturnType<typeof spanGrid>
  readonly judged: JudgedLegs[]
}

function asSearcher(name: string, made: unknown): AnySearcher {
  if (made instanceof Searcher) return made as AnySearcher
  throw new ValueError(
    `doctor.evaluate needs a function for ${name} that returns a search, as ` +
      `(db, query) => db.vectorSearch('articles', 'embedding', query).`,
  )
}

/** Reads the id of a hit: a selected column, or the key. */
function findId(
  name: string,
  keyNames: readonly string[],
  id: string | undefined,
): (row: AnyRow) => string {
  const column = id ?? keyNames[0]
  if (column === undefined || (id === undefined && keyNames.length > 1)) {
    throw new ConfigurationError(
      `doctor.evaluate cannot tell which column of ${name} holds the ids of the judgements: the table has no ` +
        'primary key of one column in the schema value. Select the column and pass { id }.',
    )
  }
  return (row) => {
    if (column in row) return String(row[column])
    throw new ValueError(
      `The hits of ${name} have no column ${column}, which holds the ids of the judgements. Select it, or pass { id }.`,
    )
  }
}

function scoreOf<Query>(
  { id, grades }: JudgedQuery<Query>,
  ranking: readonly string[],
  k: number,
): QueryScore {
  return Object.freeze({
    id,
    ndcg: ndcgAt(ranking, grades, k),
    reciprocalRank: reciprocalRankAt(ranking, grades, k),
    recall: recallAt(ranking, grades, k),
  })
}

/** A search whose hits were never judged is measured against ids of another kind. */
function noteStrangers(courses: ReadonlyMap<string, Course>, notes: string[]): void {
  for (const [name, { hits, judgedHits }] of courses) {
    if (hits === 0) notes.push(`${name} found nothing for any query.`)
    else if (judgedHits === 0) {
      notes.push(
        `No hit of ${name} was ever judged: does its id column hold the ids of the judgements?`,
      )
    }
  }
}

/** As the searches were given, each with its legs behind it. */
function sortCourses(
  names: readonly string[],
  courses: ReadonlyMap<string, Course>,
): readonly (readonly [string, Course])[] {
  return names.flatMap((name) =>
    [...courses].filter(([each]) => each === name || each.startsWith(`${name}.`)),
  )
}

function finish(
  courses: readonly (readonly [string, Course])[],
  baseline: string,
  seed: number,
): EvaluatedSearch[] {
  const ndcgOf = ({ scores }: Course): readonly number[] => scores.map(({ ndcg }) => ndcg)
  const base = courses.find(([name]) => name === baseline)?.[1]
  const comparisons = Math.max(1, courses.length - 1)
  return courses.map(([name, course]) =>
    Object.freeze({
      name,
      ndcg: averageOf(ndcgOf(course)),
      mrr: averageOf(course.scores.map(({ reciprocalRank }) => reciprocalRank)),
      recall: averageOf(course.scores.map(({ recall }) => recall)),
      latency: latencyOf(course.times),
      compared:
        base === undefined || name === baseline
          ? undefined
          : pairedBootstrap(ndcgOf(base), ndcgOf(course), { comparisons, seed }),
      scores: Object.freeze(course.scores),
    }),
  )
}

import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import {
  integer,
  isObject,
  listOf,
  numberFrom,
  type OptionRules,
} from '../../options/option-rules.js'
import { averageOf, pairedBootstrap } from '../quality/paired-bootstrap.js'
import { sampleOf } from '../quality/random.js'
import { ndcgAt, type Grades } from '../quality/ranking-metrics.js'
import type { EvaluatedGrid, EvaluationGrid, GridPoint } from './evaluation.js'
import { fuseLegs, type FusionSettings, type LegHit } from './fuse-legs.js'

const MOST_POINTS = 1_000

const RULES: OptionRules<EvaluationGrid> = {
  k: listOf(integer(0)),
  window: listOf(integer(1)),
  weights: { expected: 'an object with a list of weights for each leg', accepts: isObject },
}

const weights = listOf(numberFrom(0))

/** @throws {ValueError} for a setting that a fusion does not have */
export function checkGrid(grid: EvaluationGrid): void {
  checkOptions('doctor.evaluate({ grid })', RULES, grid)
  for (const [leg, list] of Object.entries(grid.weights ?? {})) {
    if (weights.accepts(list)) continue
    throw new ValueError(`The weights of the leg ${leg} in the grid must be ${weights.expected}.`)
  }
}

/** All combinations, the search's own settings where the grid says nothing. */
export function spanGrid(grid: EvaluationGrid, own: FusionSettings): readonly FusionSettings[] {
  for (const leg of Object.keys(grid.weights ?? {})) {
    if (Object.hasOwn(own.weights, leg)) continue
    throw new ValueError(
      `The grid has weights of a leg ${leg}; the legs are ${Object.keys(own.weights).join(', ')}.`,
    )
  }
  let points: FusionSettings[] = [own]
  const vary = <T>(
    values: readonly T[] | undefined,
    change: (point: FusionSettings, value: T) => FusionSettings,
  ): void => {
    if (values === undefined || values.length === 0) return
    points = points.flatMap((point) => values.map((value) => change(point, value)))
    if (points.length <= MOST_POINTS) return
    throw new ValueError(`The grid has more than ${MOST_POINTS} points. Leave some out.`)
  }
  if (own.k !== undefined) vary(grid.k, (point, k) => ({ ...point, k }))
  vary(grid.window, (point, window) => ({ ...point, window }))
  for (const [leg, values] of Object.entries(grid.weights ?? {})) {
    vary(values, (point, weight) => ({ ...point, weights: { ...point.weights, [leg]: weight } }))
  }
  return points
}

/** The hits of every leg for one judged query, as deep as the largest window. */
export interface JudgedLegs {
  readonly legs: ReadonlyMap<string, readonly LegHit[]>
  readonly grades: Grades
  /** nDCG of the search as it is. */
  readonly ndcg: number
}

/** Measures every point, and what choosing the best one gains. */
export function tryGrid(
  name: string,
  points: readonly FusionSettings[],
  judged: readonly JudgedLegs[],
  k: number,
  seed: number,
): EvaluatedGrid {
  const table = points.map((point) =>
    judged.map(({ legs, grades }) => ndcgAt(fuseLegs(legs, point, k), grades, k)),
  )
  const measured = points
    .map((point, at): GridPoint => Object.freeze({ ...point, ndcg: averageOf(table[at] ?? []) }))
    .toSorted((a, b) => b.ndcg - a.ndcg)
  const held = scoreHeldOut(table, judged.length, seed)
  return Object.freeze({
    name,
    points: Object.freeze(measured),
    gain: pairedBootstrap(
      judged.map(({ ndcg }) => ndcg),
      held,
      { seed },
    ),
  })
}

/** Each query by the point that is best on the other half of the queries. */
function scoreHeldOut(
  table: readonly (readonly number[])[],
  queries: number,
  seed: number,
): readonly number[] {
  const order = sampleOf([...Array(queries).keys()], queries, seed)
  const halves = [order.filter((_, at) => at % 2 === 0), order.filter((_, at) => at % 2 === 1)]
  const held = Array.from({ length: queries }, () => 0)
  for (const [at, half] of halves.entries()) {
    const chosenBy = halves[1 - at] as readonly number[]
    const averages = table.map((row) => averageOf(chosenBy.map((query) => row[query] as number)))
    const best = table[averages.indexOf(Math.max(...averages))] as readonly number[]
    for (const query of half) held[query] = best[query] as number
  }
  return held
}

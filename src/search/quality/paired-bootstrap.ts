import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { integer, type OptionRules } from '../../options/option-rules.js'
import { seededRandom } from './random.js'

/** Options of `pairedBootstrap`. */
export interface BootstrapOptions {
  /** How many times queries are drawn; 10,000 unless set. */
  readonly samples?: number
  /** Of the random numbers: the same seed gives the same result; 1 unless set. */
  readonly seed?: number
  /**
   * How many comparisons are made in all, this one included; 1 unless set. The more there are, the larger a
   * difference must be, so that all of them together err in one of twenty cases (Bonferroni).
   */
  readonly comparisons?: number
}

/** Two searches compared over the same queries. */
export interface BootstrapResult {
  /** The average of the second one minus that of the first. */
  readonly difference: number
  /** The interval that the difference lies in with a probability of 95 %. */
  readonly low: number
  readonly high: number
  readonly pairs: number
  /** Whether the interval leaves out 0; never with fewer than ten pairs. */
  readonly isDifferent: boolean
}

/** From fewer pairs the interval comes out too narrow to go by. */
const FEWEST = 10

const RISK = 0.05

const RULES: OptionRules<BootstrapOptions> = {
  samples: integer(100),
  seed: integer(0),
  comparisons: integer(1),
}

/**
 * Tells whether two searches differ, or only the queries happened to suit one of them: draws as many
 * queries as there are, with repetition, again and again, and looks at how the difference varies.
 *
 * @param first a measure of one search by query; `second` that of the other one, in the same order
 * @throws {ValueError} for lists of different lengths, and values that are not numbers
 *
 * @example
 * const { difference, isDifferent } = pairedBootstrap(ndcgOfVectors, ndcgOfHybrid)
 */
export function pairedBootstrap(
  first: readonly number[],
  second: readonly number[],
  options: BootstrapOptions = {},
): BootstrapResult {
  checkOptions('pairedBootstrap', RULES, options)
  const differences = subtract(first, second)
  const pairs = differences.length
  const difference = averageOf(differences)
  const { low, high } = spread(differences, difference, options)
  const isDifferent = pairs >= FEWEST && (low > 0 || high < 0)
  return Object.freeze({ difference, low, high, pairs, isDifferent })
}

function subtract(first: readonly number[], second: readonly number[]): readonly number[] {
  if (first.length !== second.length || first.length === 0) {
    throw new ValueError(
      'pairedBootstrap compares two measures of the same queries, of at least one, ' +
        `got ${first.length} and ${second.length} values.`,
    )
  }
  return first.map((value, at) => {
    const difference = (second[at] as number) - value
    if (Number.isFinite(difference)) return difference
    throw new ValueError(`pairedBootstrap takes numbers; those of the pair ${at} are not.`)
  })
}

/** The quantiles of the averages of all draws. */
function spread(
  differences: readonly number[],
  difference: number,
  { samples = 10_000, seed = 1, comparisons = 1 }: BootstrapOptions,
): { readonly low: number; readonly high: number } {
  const random = seededRandom(seed)
  const pairs = differences.length
  const averages = new Float64Array(samples)
  for (let draw = 0; draw < samples; draw += 1) {
    let sum = 0
    for (let pair = 0; pair < pairs; pair += 1) {
      sum += differences[Math.floor(random() * pairs)] as number
    }
    averages[draw] = sum / pairs
  }
  averages.sort()
  const tail = RISK / comparisons / 2
  // Draws vary less than queries do, by this factor.
  const widen = pairs > 1 ? Math.sqrt(pairs / (pairs - 1)) : 1
  const at = (share: number): number => {
    const found = averages[Math.min(samples - 1, Math.floor(share * samples))] as number
    return difference + (found - difference) * widen
  }
  return { low: at(tail), high: at(1 - tail) }
}

/** The average; 0 of nothing. */
export function averageOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

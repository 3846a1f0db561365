import { ValueError } from '../errors.js'
import type { IndexableMetric } from '../managers/vector-ops/vector-index-options.js'
import { indexableMetrics } from '../managers/vector-ops/vector-index-options.js'
import { checkOptions } from '../options/check-options.js'
import { integer, oneOf, type OptionRule, type OptionRules } from '../options/option-rules.js'
import type { ReadVector } from './distances.js'

/** Options of `diversify`. */
export interface DiversifyOptions {
  /** Rows to return at most; all unless set. */
  readonly top?: number
  /** From 0, where only the difference between the rows counts, to 1, where only the query does; 0.5 unless set. */
  readonly lambda?: number
  /** The measure of both; `'cosine'` unless set. */
  readonly metric?: IndexableMetric
}

const share: OptionRule = {
  expected: 'a number from 0 to 1',
  accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1,
}

const RULES: OptionRules<DiversifyOptions> = {
  top: integer(1),
  lambda: share,
  metric: oneOf(...indexableMetrics),
}

/**
 * Sorts hits so that each is near to the query and far from those before it (maximal marginal relevance):
 * search for many, diversify, show few. The first one is the nearest; of equally good rows the earlier one
 * comes first.
 *
 * @param vectorOf the vector of a row, with as many elements as the query
 * @throws {ValueError} for a vector of another length
 *
 * @example
 * const near = await db.vectorSearch('articles', 'embedding', query).select(['id', 'embedding']).limit(50).execute()
 * const varied = diversify(near, query, ({ embedding }) => embedding, { top: 5, lambda: 0.7 })
 */
export function diversify<Row>(
  rows: readonly Row[],
  query: ReadVector,
  vectorOf: (row: Row) => ReadVector | null,
  options: DiversifyOptions = {},
): Row[] {
  checkOptions('diversify', RULES, options)
  const { top = rows.length, lambda = 0.5, metric = 'cosine' } = options
  const distance = DISTANCES[metric]
  const left = rows.map((row, at) => {
    const vector = checkVector(vectorOf(row), query.length, at)
    return { row, vector, far: distance(query, vector), apart: Infinity }
  })
  const chosen: Row[] = []
  while (left.length > 0 && chosen.length < top) {
    let best = 0
    let bestScore = -Infinity
    for (const [at, { far, apart }] of left.entries()) {
      const score = (1 - lambda) * (apart === Infinity ? 0 : apart) - lambda * far
      if (score > bestScore) [best, bestScore] = [at, score]
    }
    const [next] = left.splice(best, 1) as [(typeof left)[number]]
    chosen.push(next.row)
    for (const other of left) {
      other.apart = Math.min(other.apart, distance(next.vector, other.vector))
    }
  }
  return chosen
}

function checkVector(vector: ReadVector | null, length: number, at: number): ReadVector {
  if (vector?.length === length) return vector
  throw new ValueError(
    `diversify needs a vector of ${length} elements for each row, as long as the query; row ${at} has ` +
      `${vector === null ? 'none' : String(vector.length)}.`,
  )
}

/** The same measures as MatrixOne's, the smaller the nearer. */
const DISTANCES: Readonly<Record<IndexableMetric, (one: ReadVector, other: ReadVector) => number>> =
  {
    l2: (one, other) => {
      let sum = 0
      for (let at = 0; at < one.length; at++) sum += ((one[at] ?? 0) - (other[at] ?? 0)) ** 2
      return Math.sqrt(sum)
    },
    cosine: (one, other) => {
      const norms = Math.sqrt(product(one, one) * product(other, other))
      return norms === 0 ? 1 : 1 - product(one, other) / norms
    },
    ip: (one, other) => -product(one, other),
  }

function product(one: ReadVector, other: ReadVector): number {
  let sum = 0
  for (let at = 0; at < one.length; at++) sum += (one[at] ?? 0) * (other[at] ?? 0)
  return sum
}

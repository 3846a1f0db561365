import { ownMember } from '../../schema/schema-index.js'
import type { IndexableMetric } from './vector-index-options.js'

/**
 * The function of each metric; the nearest row has the smallest value. MatrixOne's `inner_product` is
 * negated for that: the larger the product, the smaller the value.
 */
export const metricFunctions: { readonly [Metric in IndexableMetric]: string } = {
  l2: 'l2_distance',
  cosine: 'cosine_distance',
  ip: 'inner_product',
}

/** The function of an index's metric; undefined for the metrics that no search uses an index for. */
export function distanceFunction(metric: string | null): string | undefined {
  return ownMember<string>(metricFunctions, metric ?? '')
}

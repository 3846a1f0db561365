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

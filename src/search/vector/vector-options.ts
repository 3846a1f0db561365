import { checkOptions } from '../../options/check-options.js'
import { flag, integer, oneOf, type OptionRules } from '../../options/option-rules.js'
import {
  type IndexableMetric,
  indexableMetrics,
} from '../../managers/vector-ops/vector-index-options.js'
import type { IsUnion, MetricsOf } from '../search-types.js'

/** Options of a search through an index. */
export interface IndexSearchOptions<Metric = IndexableMetric> {
  /** The metric, where the column has indexes for several; else it is the index's own. */
  readonly metric?: Metric
  readonly exact?: false
  /** Matching rows up to which a search compares them all; unless set, 20,000, and 5,000 of `vecf16` and `vecuint8`. */
  readonly rowBudget?: number
}

/** Options of a search that compares all rows: any vector column, any metric. */
export interface ExactSearchOptions {
  readonly exact: true
  readonly metric: IndexableMetric
}

/** Options of `vectorSearch`. */
export type VectorSearchOptions = IndexSearchOptions | ExactSearchOptions

/** The options parameter: required where one column has indexes for several metrics. */
export type IndexSearchParameters<Indexed, Table, Column> = [
  IsUnion<Column>,
  IsUnion<MetricsOf<Indexed, Table, Column>>,
] extends [false, true]
  ? [
      options: IndexSearchOptions<MetricsOf<Indexed, Table, Column>> & {
        readonly metric: MetricsOf<Indexed, Table, Column>
      },
    ]
  : [
      options?: IndexSearchOptions<
        [MetricsOf<Indexed, Table, Column>] extends [never]
          ? IndexableMetric
          : MetricsOf<Indexed, Table, Column>
      >,
    ]

const RULES: OptionRules<VectorSearchOptions> = {
  metric: oneOf(...indexableMetrics),
  exact: flag,
  rowBudget: integer(0),
}

/** @throws {ValueError} for an option that `vectorSearch` does not have, or a value that it cannot be */
export function checkVectorOptions(options: VectorSearchOptions): void {
  checkOptions('vectorSearch', RULES, options)
}

/** The column of a vector search, from the schema value; an exact search can do without. */
import type { Kysely } from 'kysely'
import { ConfigurationError, UnsupportedError, ValueError } from '../../errors.js'
import { HandleNames } from '../../managers/names/handle-names.js'
import { parseTableReference } from '../../managers/names/names.js'
import { runtimeOf, schemaOf } from '../../managers/statement/runtime-of.js'
import {
  type IndexableMetric,
  indexableMetrics,
} from '../../managers/vector-ops/vector-index-options.js'
import { ownMember } from '../../schema/schema-index.js'
import type { VectorColumnValue, VectorIndexValue } from '../../schema/value.js'
import type { VectorSearchOptions } from './vector-options.js'

/** The column that is searched, with names as the server has them. */
export interface VectorTarget {
  /** `database.table`, or `table`. */
  readonly table: string
  /** For messages: `articles.embedding`. */
  readonly place: string
  /** The columns of the primary key; empty when unknown, or when there is none. */
  readonly key: readonly string[]
  /** Element type and dimension; undefined without the schema value. */
  readonly column: VectorColumnValue | undefined
  readonly metric: IndexableMetric
  /** The indexes that serve the metric; none for an exact search. */
  readonly indexes: readonly VectorIndexValue[]
}

const METRICS: readonly string[] = indexableMetrics

/**
 * Finds the column in the schema value, and the indexes that can serve the search.
 *
 * @throws {ConfigurationError} when the schema value is missing or does not know the table
 * @throws {ValueError} for a column that is not a vector, and a metric that is not said or not served
 */
export function findTarget(
  db: Pick<Kysely<unknown>, 'getExecutor'>,
  tableName: string,
  columnName: string,
  options: VectorSearchOptions,
): VectorTarget {
  const names = new HandleNames(db)
  const table = names.table(tableName)
  const place = `${tableName}.${columnName}`
  const isExact = options.exact === true
  const needsSchema = !isExact || runtimeOf(db)?.schema !== undefined
  const { database, table: bare } = parseTableReference(table)
  const value = needsSchema ? schemaOf(db, 'vectorSearch').find(database, bare) : undefined
  if (value === undefined) {
    if (!isExact) throw unknownTable(tableName)
    return { table, place, key: [], column: undefined, metric: options.metric, indexes: [] }
  }
  const column = ownMember(value.vectors, names.column(columnName))
  if (column === undefined) {
    throw new ValueError(
      `${place} is not a vector column of the schema value. Its vector columns are: ${Object.keys(value.vectors ?? {}).join(', ') || 'none'}.`,
    )
  }
  const key = value.key ?? []
  if (isExact) return { table, place, key, column, metric: options.metric, indexes: [] }
  return { table, place, key, column, ...chooseIndexes(place, column, options.metric) }
}

function chooseIndexes(
  place: string,
  { indexes = [] }: VectorColumnValue,
  wanted: IndexableMetric | undefined,
): Pick<VectorTarget, 'metric' | 'indexes'> {
  // Indexes for l1 and l2sq exist, and no search ever uses them (4.2.0).
  const usable = indexes.filter(({ metric }) => METRICS.includes(metric))
  const metrics = [...new Set(usable.map(({ metric }) => metric as IndexableMetric))]
  const metric = wanted ?? metrics[0]
  if (metric === undefined || !metrics.includes(metric)) {
    throw new UnsupportedError(
      `${place} has no index for ${wanted === undefined ? 'any metric' : `the metric '${wanted}'`}` +
        `${metrics.length === 0 ? '' : `, only for '${metrics.join("', '")}'`}. Pass { exact: true, metric: '${metric ?? 'l2'}' } to ` +
        'compare all rows, or create an index by db.vectorOps.create and generate again.',
    )
  }
  if (wanted === undefined && metrics.length > 1) {
    throw new ValueError(
      `${place} has indexes for '${metrics.join("' and '")}'. Say which one: { metric: '${metrics[0]}' }.`,
    )
  }
  return { metric, indexes: usable.filter((index) => index.metric === metric) }
}

function unknownTable(table: string): ConfigurationError {
  return new ConfigurationError(
    `The schema value does not know the table ${table}. Run mo-codegen generate again, or pass ` +
      '{ exact: true, metric } to compare all rows.',
  )
}

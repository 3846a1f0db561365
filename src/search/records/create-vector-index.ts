import { ConfigurationError } from '../../errors.js'
import { runtimeOf } from '../../managers/statement/runtime-of.js'
import { indexableMetrics } from '../../managers/vector-ops/vector-index-options.js'
import { checkOptions } from '../../options/check-options.js'
import {
  filledText,
  flag,
  listOf,
  oneOf,
  type OptionRules,
  text,
} from '../../options/option-rules.js'
import type { AnyHandle } from '../any-query.js'
import { findTableValue } from '../table-value.js'
import type { VectorSearchOptions } from '../vector/vector-options.js'
import { findTarget } from '../vector/vector-target.js'
import { TableIndex } from './vector-index.js'
import type { VectorIndexOptions } from './vector-index-types.js'

type Options = VectorIndexOptions<string, string, string>

const RULES: OptionRules<Options> = {
  column: filledText,
  metadata: listOf(text),
  json: filledText,
  metric: oneOf(...indexableMetrics),
  exact: flag,
}

/** Makes an index of a table; `SearchMethods.vectorIndex` types it. */
export function createVectorIndex(db: AnyHandle, table: string, options: Options = {}): TableIndex {
  checkOptions('vectorIndex', RULES, options)
  const { metadata = [], json, metric, exact = false } = options
  const vector = options.column ?? onlyVector(db, table)
  const search = {
    ...(metric === undefined ? {} : { metric }),
    ...(exact ? { exact } : {}),
  } as VectorSearchOptions
  const target = findTarget(db, table, vector, search)
  const [id, ...others] = target.key
  if (id === undefined || others.length > 0) {
    throw new ConfigurationError(
      `vectorIndex('${table}') needs a primary key of one column from the schema value, which is a record's id; ` +
        `${table} has ${id === undefined ? 'none' : target.key.join(', ')}.`,
    )
  }
  return new TableIndex(db, { table, id, vector, metadata, json }, target, search)
}

function onlyVector(db: AnyHandle, table: string): string {
  const columns = Object.keys(findTableValue(db, runtimeOf(db)?.schema, table)?.vectors ?? {})
  if (columns.length === 1) return columns[0] as string
  throw new ConfigurationError(
    `vectorIndex('${table}') needs the option column: the schema value knows ` +
      `${columns.length === 0 ? 'no vector column' : `the vector columns ${columns.join(', ')}`} of ${table}.`,
  )
}

/**
 * Which tables are ours, by glob patterns. A pattern is matched against the table's name, one with a
 * dot against `database.table` as well.
 */
import { globMatcher } from '../glob.js'

/** Tables to take and to leave out; no include pattern means every table. */
export interface TablePatterns {
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
}

/** A table; the only database of a snapshot has no name. */
export interface TableName {
  readonly database?: string | undefined
  readonly table: string
}

/** Says whether a table is wanted; the only database of a snapshot has no name (undefined). */
export type TableFilter = (database: string | undefined, table: string) => boolean

/**
 * Makes the function that says whether a table is wanted. An include pattern with a dot was applied
 * when the snapshot was written, for then the database still had a name: it is not held against the
 * tables of a database without one.
 */
export function tableFilter(patterns: TablePatterns): TableFilter {
  const include = (patterns.include ?? []).map((pattern) => patternMatcher(pattern))
  const exclude = (patterns.exclude ?? []).map((pattern) => patternMatcher(pattern))
  const isQualified = (patterns.include ?? []).map((pattern) => pattern.includes('.'))
  return (database, table) =>
    (include.length === 0 ||
      include.some(
        (matches, at) => (database === undefined && isQualified[at]) || matches(database, table),
      )) &&
    !exclude.some((matches) => matches(database, table))
}

/** Makes the function that says whether a pattern matches a table. */
export function patternMatcher(pattern: string): TableFilter {
  const matches = globMatcher(pattern)
  return pattern.includes('.')
    ? (database, table) =>
        matches(table) || (database !== undefined && matches(`${database}.${table}`))
    : (_database, table) => matches(table)
}

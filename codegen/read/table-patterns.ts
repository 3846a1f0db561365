/**
 * Which tables are ours: the glob patterns of kysely-codegen, by the library that it uses too.
 * `*` any text, `?` one character, `{a,b}` alternatives, `[a-z]` and `[!a-z]` characters,
 * `!(a|b)` anything but; upper and lower case are the same. A pattern is matched against the
 * table's name, one with a dot against `database.table` as well.
 */
import picomatch from 'picomatch'

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

/** Whether a pattern has special characters, so that it may match several tables. */
export function isGlob(pattern: string): boolean {
  return /[*?{}[\]()!\\]/.test(pattern)
}

/** Makes the function that says whether a pattern matches a table. */
export function patternMatcher(pattern: string): TableFilter {
  const matches = globMatcher(pattern)
  return pattern.includes('.')
    ? (database, table) =>
        matches(table) || (database !== undefined && matches(`${database}.${table}`))
    : (_database, table) => matches(table)
}

/** A table's name is not a path: `*` matches `/` and a leading dot too. */
const globOptions = { nocase: true, bash: true, dot: true, posix: true, debug: true, flags: 'is' }

function globMatcher(pattern: string): (text: string) => boolean {
  const literal = pattern.toLowerCase()
  const isLiteral = (text: string): boolean => text.toLowerCase() === literal
  if (!isGlob(pattern)) return isLiteral
  try {
    const expression = picomatch.makeRe(pattern, globOptions)
    return (text) => expression.test(text) || isLiteral(text)
  } catch {
    // `[z-a]` is not a range: taken literally.
    return isLiteral
  }
}

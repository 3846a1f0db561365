/**
 * Which tables are read. The patterns are applied in SQL first, so that a large database costs
 * only what is asked for, and once more in JS, which decides.
 */
import { toLiteral } from '../../sql/literals.js'

/** Names with `*` for any characters and `?` for one; everything else stands for itself. */
export interface TableFilter {
  /** Tables to read; all when absent or empty. */
  readonly include?: readonly string[] | undefined
  /** Tables to leave out, also of those included. */
  readonly exclude?: readonly string[] | undefined
}

/**
 * The filter as a condition on a column that holds table names; `''` when nothing is filtered.
 *
 * ```sql
 * and (lower(relname) like 'shop\\_%' or lower(relname) = 'orders') and not (lower(relname) = 'tmp')
 * ```
 */
export function tableCondition(column: string, { include, exclude }: TableFilter): string {
  const condition = (patterns: readonly string[]): string =>
    patterns.map((pattern) => matchPattern(column, pattern)).join(' or ')
  const excluded = (exclude ?? []).filter(isExactInSql)
  return (
    (include?.length ? ` and (${condition(include)})` : '') +
    (excluded.length > 0 ? ` and not (${condition(excluded)})` : '')
  )
}

/** `'a\\b' like 'a\\\\%'` is false, in every spelling (4.2.0): such a pattern is decided in JS. */
function isExactInSql(pattern: string): boolean {
  return !(pattern.includes('\\') && /[*?]/.test(pattern))
}

const likeText: Readonly<Record<string, string>> = {
  '%': '\\%',
  _: '\\_',
  '*': '%',
  '?': '_',
  '\\': '_',
}

/** Names are stored in lower case unless lower_case_table_names=0; patterns match in any case. */
function matchPattern(column: string, pattern: string): string {
  const lower = pattern.toLowerCase()
  if (!/[*?]/.test(lower)) return `lower(${column}) = ${toLiteral(lower)}`
  const like = lower.replaceAll(/[%_*?\\]/g, (character) => likeText[character] ?? character)
  return `lower(${column}) like ${toLiteral(like)}`
}

/** Whether a table passes the filter; the same rule as {@link tableCondition}. */
export function isIncluded(name: string, { include, exclude }: TableFilter): boolean {
  const matches = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => toRegExp(pattern).test(name.toLowerCase()))
  return (!include?.length || matches(include)) && !(exclude?.length && matches(exclude))
}

function toRegExp(pattern: string): RegExp {
  const source = pattern
    .toLowerCase()
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]')
  return new RegExp(`^${source}$`, 'u')
}

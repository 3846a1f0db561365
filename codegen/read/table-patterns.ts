/**
 * Which tables are ours: glob patterns as kysely-codegen has them. `*` any text, `?` one character,
 * `{a,b}` alternatives, `[a-z]` a character class; upper and lower case are the same; a pattern with
 * a dot is matched against `database.table`, one without against the table's name.
 */

/** What to take and what to leave; no include pattern means every table. */
export interface TablePatterns {
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
}

/** Says whether a table is wanted; the only database of a snapshot has no name (undefined). */
export type TableFilter = (database: string | undefined, table: string) => boolean

/**
 * Makes the function that says whether a table is wanted. A pattern with a dot was applied when the
 * snapshot was written, for then the database still had a name: it is not held against its tables.
 */
export function tableFilter(patterns: TablePatterns): TableFilter {
  const include = (patterns.include ?? []).map((pattern) => patternMatcher(pattern, true))
  const exclude = (patterns.exclude ?? []).map((pattern) => patternMatcher(pattern, false))
  return (database, table) =>
    (include.length === 0 || include.some((matches) => matches(database, table))) &&
    !exclude.some((matches) => matches(database, table))
}

function patternMatcher(pattern: string, withoutDatabase: boolean): TableFilter {
  const expression = new RegExp(`^${globSource(pattern)}$`, 'isu')
  return pattern.includes('.')
    ? (database, table) =>
        database === undefined ? withoutDatabase : expression.test(`${database}.${table}`)
    : (_database, table) => expression.test(table)
}

/** The regular expression that a glob stands for, without anchors. */
export function globSource(glob: string): string {
  let source = ''
  let depth = 0
  for (let at = 0; at < glob.length; at++) {
    const char = glob.charAt(at)
    const closing = char === '[' ? glob.indexOf(']', at + 2) : -1
    if (char === '*') source += '.*'
    else if (char === '?') source += '.'
    else if (char === '{' && glob.indexOf('}', at) > at) {
      depth++
      source += '(?:'
    } else if (char === '}' && depth > 0) {
      depth--
      source += ')'
    } else if (char === ',' && depth > 0) source += '|'
    else if (closing > at) {
      source += characterClass(glob.slice(at + 1, closing))
      at = closing
    } else source += escaped(char)
  }
  return source + ')'.repeat(depth)
}

function characterClass(inside: string): string {
  const negated = inside.startsWith('!') || inside.startsWith('^')
  const members = negated ? inside.slice(1) : inside
  const source = `[${negated ? '^' : ''}${members.replace(/[\\\]^[]/g, '\\$&')}]`
  try {
    return new RegExp(source, 'u').source
  } catch {
    // `[z-a]` is no range: taken literally.
    return escaped(`[${inside}]`)
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

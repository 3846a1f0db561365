import { findCtes } from './find-ctes.js'
import { isName, readName, type SqlToken } from './tokenize.js'
import { TokenKind } from './tokens.js'

/** Words that end a list of tables. */
const endsTables = new Set(
  'WHERE GROUP ORDER HAVING LIMIT UNION INTERSECT EXCEPT MINUS WINDOW FOR SET BY'.split(' '),
)
const beginsQuery = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE'])

/**
 * The tokens that stand in the place of a table: behind FROM of a SELECT, JOIN, and the commas
 * between tables. `extract(year from day)` and `delete from t` have a FROM of another kind.
 */
export function findTablePlaces(tokens: readonly SqlToken[], inTables: boolean): readonly number[] {
  const places: number[] = []
  const scopes = [{ isSelect: false, listsTables: inTables }]
  let isTableNext = inTables
  for (const [index, token] of tokens.entries()) {
    const scope = scopes.at(-1) ?? { isSelect: false, listsTables: false }
    if (tokens[index - 1]?.text === '.') continue
    switch (token.word || token.text) {
      case '(':
        if (beginsQuery.has(tokens[index + 1]?.word ?? '')) isTableNext = false
        scopes.push({ isSelect: false, listsTables: isTableNext })
        break
      case ')':
        scopes.pop()
        isTableNext = false
        break
      case ',':
        isTableNext = scope.listsTables
        break
      case 'SELECT':
        scope.isSelect = true
        scope.listsTables = false
        break
      case 'JOIN':
      case 'STRAIGHT_JOIN':
        scope.listsTables = isTableNext = true
        break
      case 'FROM':
        if (scope.isSelect) scope.listsTables = isTableNext = true
        break
      case 'LATERAL':
        break
      default:
        if (endsTables.has(token.word)) scope.listsTables = isTableNext = false
        if (!isTableNext || !(token.kind === TokenKind.placeholder || isName(token))) break
        places.push(index)
        isTableNext = false
    }
  }
  return places
}

/** The index of the last token of `shop . orders`. */
export function endOfName(tokens: readonly SqlToken[], index: number): number {
  let end = index
  while (tokens[end + 1]?.text === '.' && isName(tokens[end + 2])) end += 2
  return end
}

/** A table that a statement reads. */
export interface NamedTable {
  readonly database: string | undefined
  readonly table: string
  /** The name that columns of it are qualified with, in lower case. */
  readonly alias: string
  /** The index of the first token of its name. */
  readonly place: number
}

const NOT_ALIASES = new Set(
  'JOIN LEFT RIGHT INNER CROSS FULL OUTER NATURAL STRAIGHT_JOIN ON USING LATERAL PARTITION'.split(
    ' ',
  ),
)

/** Finds the tables that a statement reads, without common table expressions and functions. */
export function findNamedTables(tokens: readonly SqlToken[]): readonly NamedTable[] {
  const ctes = new Set([...findCtes(tokens), 'dual'])
  return findTablePlaces(tokens, false).flatMap((place) => {
    const end = endOfName(tokens, place)
    const [first, last] = [tokens[place], tokens[end]]
    if (!isName(first) || !isName(last) || tokens[end + 1]?.text === '(') return []
    const table = readName(last)
    if (end === place && ctes.has(table.toLowerCase())) return []
    const database = end === place ? undefined : readName(first)
    return [{ database, table, alias: (aliasBehind(tokens, end) ?? table).toLowerCase(), place }]
  })
}

function aliasBehind(tokens: readonly SqlToken[], end: number): string | undefined {
  let at = end + 1
  if (tokens[at]?.text === '{') {
    while (at < tokens.length && tokens[at]?.text !== '}') at++
    at++
  }
  if (tokens[at]?.word === 'AS') at++
  const token = tokens[at]
  if (!isName(token) || endsTables.has(token.word) || NOT_ALIASES.has(token.word)) return undefined
  return readName(token)
}

/**
 * A condition on the primary key beside a search through an ivfflat index loses rows, often all of
 * them, or panics (3.0.14 to 4.2.0). An exact search keeps them, and is faster on few rows. On 3.0.14 a
 * descending search goes through the index too, ivfflat or HNSW, and gives the nearest rows, turned round.
 */
import { capabilitiesOf } from '../server/capabilities.js'
import { parseServerVersion } from '../server/server-version.js'
import { callsDistance, findDistanceSorts, type Scope, scopeOf } from '../sql/distance-sort.js'
import { findNamedTables, type NamedTable } from '../sql/table-places.js'
import { isName, readName, splitStatements, type SqlToken, tokenize } from '../sql/tokenize.js'
import { TextCache } from '../sql/text-cache.js'
import { type CatalogGuard, lookUpIndexes } from './catalog.js'
import { applyGuard, type GuardAction } from './guards.js'

/** Distances that an index of each kind answers. */
const METRICS: readonly (readonly [params: RegExp, distance: RegExp])[] = [
  [/l2/i, /^l2_/i],
  [/cosine/i, /^cosine_distance$/i],
  [/ip_ops|inner/i, /^inner_product$/i],
]

const ENDS_WHERE = new Set('GROUP ORDER HAVING LIMIT UNION WINDOW FOR'.split(' '))

/** A column in a condition, in lower case; the qualifier is `''` when it has none. */
interface Condition {
  readonly qualifier: string
  readonly column: string
}

interface Search {
  readonly isDescending: boolean
  readonly tables: readonly NamedTable[]
  readonly conditions: readonly Condition[]
  readonly distances: readonly string[]
}

const known = new TextCache((text) => splitStatements(tokenize(text)).flatMap(findSearches))

/**
 * Refuses a search by an ivfflat index beside a condition on the key, and a descending one where the
 * server answers it from the index; `mode=force` makes both exact.
 *
 * @param text with or without values
 */
export function guardIndexedSearch(
  text: string,
  action: GuardAction,
  serverVersion: string,
): CatalogGuard | undefined {
  if (action === 'off') return undefined
  const searches = known
    .get(text)
    .filter(({ conditions, isDescending }) =>
      isDescending ? !isExactDescending(serverVersion) : conditions.length > 0,
    )
  if (searches.length === 0) return undefined
  return async (lookUp) => {
    for (const search of searches) {
      for (const table of search.tables) {
        refuseSearch(search, table, await lookUpIndexes(lookUp, table), action)
      }
    }
  }
}

function isExactDescending(serverVersion: string): boolean {
  return capabilitiesOf(parseServerVersion(serverVersion)).descendingSearchIsExact
}

function refuseSearch(
  { conditions, distances, isDescending }: Search,
  table: NamedTable,
  indexes: readonly Readonly<Record<string, unknown>>[],
  action: GuardAction,
): void {
  const searched = indexes.filter(({ params }) =>
    distances.some((distance) => answers(String(params), distance)),
  )
  if (isDescending) {
    const isIndexed = searched.some(({ algo }) => algo === 'ivfflat' || algo === 'hnsw')
    if (isIndexed) refuse(explainDescending(table.table), action)
    return
  }
  if (!searched.some(({ algo }) => algo === 'ivfflat')) return
  const key = indexes.find(
    ({ type, column_name: name }) =>
      type === 'PRIMARY' && isAmong(String(name).toLowerCase(), table, conditions),
  )
  if (key !== undefined) refuse(explainKey(table.table, String(key['column_name'])), action)
}

function refuse(problem: string, action: GuardAction): void {
  applyGuard(
    'indexedSearch',
    action,
    () => `${problem} Make the search exact: end the SELECT with by rank with option 'mode=force'.`,
  )
}

function explainDescending(table: string): string {
  return (
    `A descending search through the vector index of ${table} gives the nearest rows, turned round, ` +
    'where the farthest are asked for (MatrixOne 3.0).'
  )
}

function explainKey(table: string, column: string): string {
  return (
    `A condition on the key ${column} beside a search through the vector index of ${table} loses rows, or ` +
    'makes MatrixOne panic.'
  )
}

function answers(params: string, distance: string): boolean {
  return METRICS.some(([kind, calls]) => kind.test(params) && calls.test(distance))
}

function isAmong(column: string, { alias }: NamedTable, conditions: readonly Condition[]): boolean {
  return conditions.some(
    (each) => each.column === column && (each.qualifier === '' || each.qualifier === alias),
  )
}

/** The sorted SELECTs with a limit, and those inside that compute their distance. */
function findSearches(tokens: readonly SqlToken[]): readonly Search[] {
  const named = findNamedTables(tokens)
  return findDistanceSorts(tokens).flatMap(({ order, scope }) => {
    const behind = tokens.slice(order, scope[1])
    if (!behind.some(({ word }) => word === 'LIMIT')) return []
    const isDescending = behind.some(({ word }) => word === 'DESC')
    // The index answers no order of several columns.
    if (isDescending && sortsBySeveral(behind)) return []
    const calls = tokens.flatMap((_, index) =>
      index > scope[0] && index < scope[1] && callsDistance(tokens, index) ? [index] : [],
    )
    const distances = calls.map((call) => readName(tokens[call] as SqlToken).toLowerCase())
    const scopes = new Map(
      [scope, ...calls.map((call) => selectAround(tokens, call))].map((each) => [each[0], each]),
    )
    return [...scopes.values()].map((each) => ({
      isDescending,
      tables: named.filter(({ place }) => isDirectly(tokens, place, each)),
      conditions: conditionsIn(tokens, each),
      distances,
    }))
  })
}

/** @param behind the tokens from ORDER on */
function sortsBySeveral(behind: readonly SqlToken[]): boolean {
  let depth = 0
  for (const { text, word } of behind) {
    if (text === '(') depth++
    if (text === ')') depth--
    if (depth === 0 && word === 'LIMIT') return false
    if (depth === 0 && text === ',') return true
  }
  return false
}

/** The SELECT that a call stands in; the parentheses of other calls are stepped over. */
function selectAround(tokens: readonly SqlToken[], index: number): Scope {
  let scope = scopeOf(tokens, index)
  while (scope[0] >= 0 && !opensSelect(tokens, scope[0])) scope = scopeOf(tokens, scope[0] - 1)
  return scope
}

function opensSelect(tokens: readonly SqlToken[], open: number): boolean {
  return ['SELECT', 'WITH', '('].includes(tokens[open + 1]?.word || (tokens[open + 1]?.text ?? ''))
}

function isDirectly(tokens: readonly SqlToken[], place: number, [from]: Scope): boolean {
  return selectAround(tokens, place)[0] === from
}

/** The columns between WHERE and the next clause of a SELECT, without those of subqueries. */
function conditionsIn(tokens: readonly SqlToken[], [from, to]: Scope): readonly Condition[] {
  const found: Condition[] = []
  let isWhere = false
  for (let index = from + 1; index < to; index++) {
    const token = tokens[index] as SqlToken
    if (token.text === '(' && opensSelect(tokens, index)) {
      index = scopeOf(tokens, index + 1)[1]
      continue
    }
    if (token.word === 'WHERE') isWhere = true
    else if (ENDS_WHERE.has(token.word)) isWhere = false
    const next = tokens[index + 1]?.text
    if (!isWhere || !isName(token) || next === '(' || next === '.') continue
    const owner = tokens[index - 1]?.text === '.' ? tokens[index - 2] : undefined
    const qualifier = isName(owner) ? readName(owner).toLowerCase() : ''
    found.push({ qualifier, column: readName(token).toLowerCase() })
  }
  return found
}

/**
 * Whether a statement sorts by a distance between vectors, which is what a vector index answers: by a
 * call, by its alias, by its number in the list, or by any of these outside of a subquery.
 */
import { distanceFunctions, mayMeasure } from './distances.js'
import { readStringValue } from './string-value.js'
import { isName, readName, type SqlToken } from './tokenize.js'
import { TokenKind } from './tokens.js'

const distances: ReadonlySet<string> = new Set(distanceFunctions)

/** Words that end the items of ORDER BY. */
const ENDS_ORDER = new Set(
  'LIMIT OFFSET FETCH UNION INTERSECT EXCEPT MINUS FOR INTO LOCK ROWS RANGE'.split(' '),
)

/** Whether a token is the name of a distance function that is called. */
export function callsDistance(tokens: readonly SqlToken[], index: number): boolean {
  const token = tokens[index]
  if (!isName(token) || tokens[index + 1]?.text !== '(') return false
  return distances.has(readName(token).toLowerCase())
}

/** Where a SELECT is: the indexes of the parentheses around it, or the ends of the statement. */
export type Scope = readonly [from: number, to: number]

/**
 * Finds the SELECTs that sort by distance and are not made exact by the option `mode=force`.
 *
 * @returns each with the index of its ORDER
 */
export function findDistanceSorts(
  tokens: readonly SqlToken[],
): readonly { readonly order: number; readonly scope: Scope }[] {
  if (!tokens.some((_, index) => callsDistance(tokens, index))) return []
  const names = distanceNames(tokens)
  const exact = tokens.flatMap((_, index) => (isForce(tokens, index) ? [index] : []))
  return tokens.flatMap((token, index) => {
    if (token.word !== 'ORDER' || tokens[index + 1]?.word !== 'BY') return []
    const scope = scopeOf(tokens, index)
    // A window numbers rows that are found already: no index answers its order.
    if (tokens[scope[0] - 1]?.word === 'OVER') return []
    const items = itemsOf(tokens, index + 2)
    // A number may be a place in the list; a subquery is not looked into.
    const isOpaque = ({ kind, word }: SqlToken): boolean =>
      kind === TokenKind.number || word === 'SELECT'
    const sorts = items.some(
      (item) => isOpaque(tokens[item] as SqlToken) || isDistance(tokens, item, names),
    )
    const isExact = exact.some((place) => place > scope[0] && place < scope[1])
    return sorts && !isExact ? [{ order: index, scope }] : []
  })
}

function isForce(tokens: readonly SqlToken[], index: number): boolean {
  const token = tokens[index]
  if (token?.kind !== TokenKind.string || tokens[index - 1]?.word !== 'OPTION') return false
  return /mode\s*=\s*force/i.test(readStringValue(token.text))
}

function isDistance(
  tokens: readonly SqlToken[],
  index: number,
  names: ReadonlySet<string> | 'any',
): boolean {
  const token = tokens[index]
  if (token === undefined) return false
  if (callsDistance(tokens, index)) return true
  if (!isName(token) || token.word === 'ASC' || token.word === 'DESC') return false
  const name = readName(token).toLowerCase()
  // An unnamed distance is headed by its own text.
  return names === 'any' || names.has(name) || mayMeasure.test(name)
}

/** The indexes of the tokens between BY and the end of the items. */
function itemsOf(tokens: readonly SqlToken[], from: number): readonly number[] {
  const items: number[] = []
  let depth = 0
  for (let index = from; index < tokens.length; index++) {
    const { text, word } = tokens[index] as SqlToken
    if (text === '(') depth++
    if (text === ')' && --depth < 0) break
    if (depth === 0 && ENDS_ORDER.has(word)) break
    if (word === 'BY' && tokens[index + 1]?.word === 'RANK') break
    items.push(index)
  }
  return items
}

/** The parentheses around a token, or the ends of the statement. */
export function scopeOf(tokens: readonly SqlToken[], index: number): Scope {
  const closing = (step: 1 | -1): number => {
    let depth = 0
    let at = index
    for (; at >= 0 && at < tokens.length; at += step) {
      const text = tokens[at]?.text
      if (text === '(') depth += step
      if (text === ')') depth -= step
      if (depth < 0) break
    }
    return at
  }
  return [closing(-1), closing(1)]
}

/**
 * Names that may stand for a distance, in lower case: aliases of what holds one, or holds such a name. A
 * list of columns behind a name renames all of them.
 */
function distanceNames(tokens: readonly SqlToken[]): ReadonlySet<string> | 'any' {
  if (tokens.some((_, index) => listsColumns(tokens, index))) return 'any'
  const lists = tokens.flatMap(({ word }, index) =>
    word === 'SELECT' ? selectedBy(tokens, index) : [],
  )
  const names = new Set<string>()
  for (let size = -1; size !== names.size;) {
    size = names.size
    for (const item of lists) {
      const alias = tokens[item.at(-1) ?? 0]
      if (isName(alias) && item.some((index) => isDistance(tokens, index, names))) {
        names.add(readName(alias).toLowerCase())
      }
    }
  }
  return names
}

/** The items between SELECT and FROM, each as the indexes of its tokens. */
function selectedBy(tokens: readonly SqlToken[], select: number): readonly (readonly number[])[] {
  const items: number[][] = [[]]
  let depth = 0
  for (let index = select + 1; index < tokens.length; index++) {
    const { text, word } = tokens[index] as SqlToken
    if (text === '(') depth++
    if (text === ')' && --depth < 0) break
    if (depth === 0 && word === 'FROM') break
    if (depth === 0 && text === ',') items.push([])
    else items.at(-1)?.push(index)
  }
  return items
}

/** Words between two pairs of parentheses that are not the name of a table. */
const NOT_NAMES = new Set(
  'IN ON USING VALUES AND OR NOT OVER AGAINST LIKE THEN ELSE UNION'.split(' '),
)

/** `x (a, d) as (…)`, `(…) as x (a, d)`. */
function listsColumns(tokens: readonly SqlToken[], index: number): boolean {
  const token = tokens[index]
  if (!isName(token) || NOT_NAMES.has(token.word) || tokens[index + 1]?.text !== '(') return false
  let end = index + 2
  while (isName(tokens[end]) && tokens[end + 1]?.text === ',') end += 2
  if (!isName(tokens[end]) || tokens[end + 1]?.text !== ')') return false
  if (tokens[end + 2]?.word === 'AS' && tokens[end + 3]?.text === '(') return true
  const before = tokens[index - 1]
  return before?.text === ')' || (before?.word === 'AS' && tokens[index - 2]?.text === ')')
}

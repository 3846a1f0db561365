/**
 * Comparisons whose column stands behind: `where 100 > id`. Only what can be turned round without a doubt
 * is found: the other operand is a value, a call or parentheses, and nothing binds tighter on either side.
 */
import { SqlScanner, TokenKind } from './tokens.js'

/** A comparison in a text, and the same one with the column in front. */
export interface ValueFirst {
  readonly start: number
  readonly end: number
  readonly turned: string
}

interface Token {
  readonly kind: TokenKind
  readonly start: number
  readonly end: number
  /** In upper case, of a word or a symbol. */
  readonly word: string
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** Words behind which a condition begins, and others behind which there is none: a heading keeps its text. */
const CONDITION = new Set(['WHERE', 'ON', 'HAVING'])
const NO_CONDITION = new Set(
  'SELECT FROM SET VALUES UPDATE GROUP ORDER LIMIT RETURNING JOIN UNION EXCEPT INTERSECT MINUS'.split(
    ' ',
  ),
)

const BEFORE = new Set(['WHERE', 'ON', 'HAVING', 'AND', 'OR', 'XOR', 'NOT', '('])

const BEHIND = new Set(
  (
    ', ) ; AND OR XOR THEN END GROUP HAVING ORDER LIMIT WINDOW UNION EXCEPT INTERSECT MINUS FOR RETURNING ' +
    'WHERE SET JOIN INNER LEFT RIGHT CROSS FULL NATURAL STRAIGHT_JOIN'
  ).split(' '),
)

const TYPES_OF_LITERALS = new Set(['DATE', 'TIME', 'TIMESTAMP'])

/**
 * Finds comparisons by `<`, `<=`, `>` and `>=` in conditions, whose left side is a value and whose right side is a
 * column.
 *
 * @example
 * findValuesFirst('select * from t where 100 > id')  // [{ start: 22, end: 30, turned: 'id < 100' }]
 */
export function findValuesFirst(sql: string): readonly ValueFirst[] {
  if (!/[<>]/.test(sql)) return []
  const tokens = tokensOf(sql)
  const found: ValueFirst[] = []
  const conditions = [false]
  // The AND of BETWEEN joins no conditions.
  let isBetween = false
  const joining = new Set<number>()
  for (const [at, { kind, word }] of tokens.entries()) {
    const inside = conditions.length - 1
    if (word === '(') conditions.push(conditions[inside] ?? false)
    else if (word === ')' && inside > 0) conditions.pop()
    else if (kind === TokenKind.semicolon) conditions.splice(0, Infinity, false)
    else if (kind === TokenKind.word) {
      if (CONDITION.has(word)) conditions[inside] = true
      else if (NO_CONDITION.has(word)) conditions[inside] = false
      else if (word === 'BETWEEN') isBetween = true
      else if (word === 'AND' && isBetween) {
        isBetween = false
        joining.add(at)
      }
    } else if ((word === '<' || word === '>') && conditions[inside] === true) {
      const comparison = readComparison(sql, tokens, at, joining)
      if (comparison !== undefined) found.push(comparison)
    }
  }
  return found
}

function tokensOf(sql: string): readonly Token[] {
  const scanner = new SqlScanner(sql)
  const tokens: Token[] = []
  for (let kind = scanner.next(); kind !== TokenKind.end; kind = scanner.next()) {
    const { start, end } = scanner
    const isWord = kind === TokenKind.word || kind === TokenKind.symbol
    tokens.push({ kind, start, end, word: isWord ? sql.slice(start, end).toUpperCase() : '' })
  }
  return tokens
}

function readComparison(
  sql: string,
  tokens: readonly Token[],
  at: number,
  joining: ReadonlySet<number>,
): ValueFirst | undefined {
  const [operator, next] = readOperator(tokens, at)
  const mirrored = MIRRORED[operator]
  const first = beginOfValue(tokens, at - 1)
  const last = endOfColumn(tokens, next)
  if (mirrored === undefined || first === undefined || last === undefined) return undefined
  const before = tokens[first - 1]?.word ?? ''
  if (!BEFORE.has(before) || joining.has(first - 1)) return undefined
  const behind = tokens[last + 1]
  const isEnd = behind === undefined || behind.kind === TokenKind.semicolon
  if (!isEnd && !BEHIND.has(behind.word)) return undefined
  const text = (from: number, to: number): string => sql.slice(tokens[from]?.start, tokens[to]?.end)
  return {
    start: tokens[first]?.start ?? 0,
    end: tokens[last]?.end ?? 0,
    turned: `${text(next, last)} ${mirrored} ${text(first, at - 1)}`,
  }
}

/** The operator that begins there, with the place behind it; `''` for a part of a longer one. */
function readOperator(tokens: readonly Token[], at: number): readonly [string, number] {
  const touches = (place: number): boolean =>
    tokens[place]?.kind === TokenKind.symbol &&
    tokens[place]?.start === tokens[place - 1]?.end &&
    /^[-<>=!|&]$/.test(tokens[place]?.word ?? '')
  const before = tokens[at - 1]
  if (touches(at) && before?.kind === TokenKind.symbol && /^[-<>=!|&]$/.test(before.word))
    return ['', at]
  let operator = tokens[at]?.word ?? ''
  let next = at + 1
  for (; touches(next); next++) {
    // A sign belongs to what follows.
    if (tokens[next]?.word === '-') return ['', at]
    operator += tokens[next]?.word ?? ''
  }
  return [operator, next]
}

/** The place where the value that ends there begins. */
function beginOfValue(tokens: readonly Token[], end: number): number | undefined {
  const last = tokens[end]
  if (last === undefined) return undefined
  if (last.word === ')') return beginOfCall(tokens, end)
  const isLiteral =
    last.kind === TokenKind.string ||
    last.kind === TokenKind.number ||
    last.kind === TokenKind.placeholder ||
    last.kind === TokenKind.variable ||
    last.word === 'TRUE' ||
    last.word === 'FALSE'
  if (!isLiteral) return undefined
  const before = tokens[end - 1]?.word ?? ''
  return before === '-' || before === '+' || TYPES_OF_LITERALS.has(before) ? end - 1 : end
}

function beginOfCall(tokens: readonly Token[], end: number): number | undefined {
  let depth = 0
  for (let at = end; at >= 0; at--) {
    const { word } = tokens[at] ?? { word: '' }
    if (word === ')') depth++
    else if (word === '(') depth--
    if (depth > 0) continue
    const name = tokens[at - 1]
    const isCall = name?.kind === TokenKind.word && !BEFORE.has(name.word)
    return isCall ? at - 1 : at
  }
  return undefined
}

/** The place where the column that begins there ends, with its table and database. */
function endOfColumn(tokens: readonly Token[], from: number): number | undefined {
  const isName = (at: number): boolean =>
    tokens[at]?.kind === TokenKind.word || tokens[at]?.kind === TokenKind.quotedName
  if (tokens[from]?.word === '(') {
    const inner = endOfColumn(tokens, from + 1)
    return inner !== undefined && tokens[inner + 1]?.word === ')' ? inner + 1 : undefined
  }
  if (!isName(from)) return undefined
  let at = from
  while (tokens[at + 1]?.word === '.' && isName(at + 2)) at += 2
  return at
}

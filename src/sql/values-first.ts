/**
 * Comparisons whose column stands behind: `where 100 > id`. Only what can be turned round without a doubt
 * is found: the other operand is a value, a call or parentheses, and nothing binds tighter on either side.
 */
import type { TextEdit } from './edit-text.js'
import { isName, type SqlToken, tokenize } from './tokenize.js'
import { TokenKind } from './tokens.js'

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
 * @returns for each, the same one with the column in front
 *
 * @example
 * findValuesFirst('select * from t where 100 > id')  // [{ start: 22, end: 30, text: 'id < 100' }]
 */
export function findValuesFirst(sql: string): readonly TextEdit[] {
  if (!/[<>]/.test(sql)) return []
  const tokens = tokenize(sql)
  const found: TextEdit[] = []
  const conditions = [false]
  // The AND of BETWEEN joins no conditions.
  let isBetween = false
  const joining = new Set<number>()
  for (const [at, token] of tokens.entries()) {
    const { kind } = token
    const word = markOf(token)
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

/** A word in upper case, anything else as it is written. */
function markOf(token: SqlToken | undefined): string {
  return token?.word || (token?.text ?? '')
}

function readComparison(
  sql: string,
  tokens: readonly SqlToken[],
  at: number,
  joining: ReadonlySet<number>,
): TextEdit | undefined {
  const [operator, next] = readOperator(tokens, at)
  const mirrored = MIRRORED[operator]
  const first = beginOfValue(tokens, at - 1)
  const last = endOfColumn(tokens, next)
  if (mirrored === undefined || first === undefined || last === undefined) return undefined
  const before = markOf(tokens[first - 1])
  if (!BEFORE.has(before) || joining.has(first - 1)) return undefined
  const behind = tokens[last + 1]
  if (behind !== undefined && !BEHIND.has(markOf(behind))) return undefined
  const text = (from: number, to: number): string => sql.slice(tokens[from]?.start, tokens[to]?.end)
  return {
    start: tokens[first]?.start ?? 0,
    end: tokens[last]?.end ?? 0,
    text: `${text(next, last)} ${mirrored} ${text(first, at - 1)}`,
  }
}

const OPERATOR_PART = /^[-<>=!|&]$/

/** The operator that begins there, with the place behind it; `''` for a part of a longer one. */
function readOperator(tokens: readonly SqlToken[], at: number): readonly [string, number] {
  const continues = (place: number): boolean =>
    tokens[place]?.start === tokens[place - 1]?.end &&
    [tokens[place - 1], tokens[place]].every((token) => OPERATOR_PART.test(markOf(token)))
  if (continues(at)) return ['', at]
  let next = at + 1
  while (continues(next)) next++
  return [tokens.slice(at, next).map(markOf).join(''), next]
}

/** The place where the value that ends there begins. */
function beginOfValue(tokens: readonly SqlToken[], end: number): number | undefined {
  const last = tokens[end]
  if (last === undefined) return undefined
  if (last.text === ')') return beginOfCall(tokens, end)
  const isLiteral =
    last.kind === TokenKind.string ||
    last.kind === TokenKind.number ||
    last.kind === TokenKind.placeholder ||
    last.kind === TokenKind.variable ||
    last.word === 'TRUE' ||
    last.word === 'FALSE'
  if (!isLiteral) return undefined
  const before = markOf(tokens[end - 1])
  return before === '-' || before === '+' || TYPES_OF_LITERALS.has(before) ? end - 1 : end
}

function beginOfCall(tokens: readonly SqlToken[], end: number): number | undefined {
  let depth = 0
  for (let at = end; at >= 0; at--) {
    const mark = markOf(tokens[at])
    if (mark === ')') depth++
    else if (mark === '(') depth--
    if (depth > 0) continue
    const name = tokens[at - 1]
    const isCall = name?.kind === TokenKind.word && !BEFORE.has(name.word)
    return isCall ? at - 1 : at
  }
  return undefined
}

/** The place where the column that begins there ends, with its table and database. */
function endOfColumn(tokens: readonly SqlToken[], from: number): number | undefined {
  if (tokens[from]?.text === '(') {
    const inner = endOfColumn(tokens, from + 1)
    return inner !== undefined && tokens[inner + 1]?.text === ')' ? inner + 1 : undefined
  }
  if (!isName(tokens[from])) return undefined
  let at = from
  while (tokens[at + 1]?.text === '.' && isName(tokens[at + 2])) at += 2
  return at
}

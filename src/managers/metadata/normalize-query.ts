/**
 * The query of a view in normal form, so that spacing, comments, letter case, backticks and the name
 * of the view's own database make no difference between two schemas.
 */
import { isName, readName, type SqlToken } from '../../sql/tokenize.js'
import { TokenKind } from '../../sql/tokens.js'

/** The query behind `CREATE VIEW … AS`. */
export function normalizeQuery(statement: readonly SqlToken[]): string {
  let text = ''
  let before: SqlToken | undefined
  for (const token of queryOf(statement)) {
    if (before !== undefined && isApart(before, token)) text += ' '
    text += write(token)
    before = token
  }
  return text
}

function queryOf(statement: readonly SqlToken[]): readonly SqlToken[] {
  let depth = 0
  const view = statement.findIndex(({ word }) => word === 'VIEW')
  const start = statement.findIndex(({ text, word }, at) => {
    if (text === '(') depth++
    if (text === ')') depth--
    return at > view && depth === 0 && word === 'AS'
  })
  const isEnded = statement.at(-1)?.kind === TokenKind.semicolon
  return statement.slice(start + 1, isEnded ? -1 : undefined)
}

/** `shop.orders.id` as `orders.id` in a view of `shop`. */
export function withoutDatabase(
  tokens: readonly SqlToken[],
  database: string,
): readonly SqlToken[] {
  const isOwn = (at: number): boolean => {
    const token = tokens[at]
    return (
      isName(token) &&
      readName(token).toLowerCase() === database.toLowerCase() &&
      tokens[at + 1]?.text === '.' &&
      tokens[at - 1]?.text !== '.'
    )
  }
  return tokens.filter((_, at) => !isOwn(at) && !isOwn(at - 1))
}

/** Operators of two and three characters, which the scanner hands out one by one. */
const joined = new Set(['<=', '>=', '<>', '!=', '||', '&&', ':=', '->', '<<', '>>', '=>'])

function isApart(left: SqlToken, right: SqlToken): boolean {
  if (left.text === '.' || right.text === '.') return false
  if (left.text === '(' || right.text === ')' || right.text === ',') return false
  if (right.text === '(' && isName(left) && !special.has(left.text.toLowerCase())) return false
  const isOperator = left.kind === TokenKind.symbol && right.kind === TokenKind.symbol
  return !(isOperator && joined.has(left.text + right.text))
}

/** Bare, these are something else than a column of that name. */
const special = new Set(
  (
    'null true false default current_timestamp current_date current_time current_user localtime ' +
    'localtimestamp utc_timestamp utc_date utc_time select from where group order having limit join on as ' +
    'union and or not in is case when then else end distinct all exists between like interval'
  ).split(' '),
)

function write(token: SqlToken): string {
  if (token.kind === TokenKind.string) return token.text
  if (token.kind !== TokenKind.quotedName) return token.text.toLowerCase()
  const name = readName(token).toLowerCase()
  const isPlain = /^[a-z_][a-z0-9_]*$/.test(name) && !special.has(name)
  return isPlain ? name : `\`${name.replaceAll('`', '``')}\``
}

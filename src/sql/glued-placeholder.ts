/**
 * Placeholders without a blank or an operator around them. A value is put in as text, and the server
 * reads `@v_'x'` as one name up to the next quote but one, `'a''b'` as one string, `x'41'` as bytes
 * and `5abc` as a name (4.2.0). Where none of a placeholder's neighbours touches it like this, its
 * value is a token of its own, and the text with values has the tokens of the text without.
 */
import { code } from './characters.js'
import { TokenKind } from './tokens.js'

/** A `?` and the token that it touches. */
export interface GluedPlaceholder {
  /** The 1-based number of the parameter. */
  readonly position: number
  /** The other token as written. */
  readonly neighbour: string
  readonly isBehind: boolean
}

/** Kinds that run on into a value behind them. */
const RUN_ON: ReadonlySet<TokenKind> = new Set([
  TokenKind.word,
  TokenKind.quotedName,
  TokenKind.string,
  TokenKind.number,
  TokenKind.variable,
  TokenKind.placeholder,
])

/** Whether a value that begins at the token's end would become part of it, or be joined with it. */
export function runsIntoValue(sql: string, kind: TokenKind, start: number, end: number): boolean {
  if (kind !== TokenKind.symbol) return RUN_ON.has(kind)
  const c = sql.charCodeAt(start)
  // `:true` is a name, `.5` a number, and `--` looks like a comment; `:=` assigns.
  if (c === code.colon) return sql.charCodeAt(end - 1) !== code.equals
  return c === code.dot || (c === code.minus && sql.charCodeAt(start - 1) === code.minus)
}

/** Whether a token that begins at a value's end would become part of it, or be joined with it. */
export function runsOutOfValue(sql: string, kind: TokenKind, start: number): boolean {
  if (kind === TokenKind.symbol) return sql.charCodeAt(start) === code.dot
  return kind !== TokenKind.variable && RUN_ON.has(kind)
}

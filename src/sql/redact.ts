/**
 * Takes the values out of SQL text before it reaches an error, a log or a span: values hold personal
 * data, and literals hold passwords and storage credentials.
 */
import { SqlScanner, TokenKind } from './tokens.js'

/**
 * Replaces every literal of a statement by `?`, and every comment by a blank.
 *
 * @example
 * redactLiterals("create user 'a' identified by '111'")  // 'create user ? identified by ?'
 */
export function redactLiterals(sql: string): string {
  return redactRange(sql, 0, sql.length)
}

/** Does the same for a part of a text, which may begin or end inside a literal. */
export function redactRange(sql: string, from: number, to: number): string {
  const scanner = new SqlScanner(sql)
  let text = ''
  let copied = from
  for (;;) {
    const kind = scanner.next()
    if (scanner.end <= from && kind !== TokenKind.end) continue
    const gap = sql.slice(copied, Math.min(scanner.start, to))
    text += gap.trim() === '' ? gap : ' '
    if (kind === TokenKind.end || scanner.start >= to) return text.trim()
    const token = sql.slice(scanner.start, scanner.end)
    text += holdsValue(kind, token, scanner.inExecutableComment)
      ? '?'
      : token.slice(Math.max(from - scanner.start, 0), to - scanner.start)
    copied = scanner.end
  }
}

function holdsValue(kind: TokenKind, token: string, inExecutableComment: boolean): boolean {
  if (kind === TokenKind.string || kind === TokenKind.number) return true
  if (kind !== TokenKind.word && kind !== TokenKind.variable) return false
  // The server takes some quotes into names (0x', @a'); to a person they look like values.
  return inExecutableComment || /['"]/.test(token)
}

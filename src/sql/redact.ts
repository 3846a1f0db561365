/**
 * Takes the values out of SQL text and of server messages before they reach an error, a log or a
 * tape: values hold personal data, and literals hold passwords and storage credentials.
 */
import { SqlScanner, TokenKind } from './tokens.js'

/**
 * Replaces every literal of a statement by `?`, and every comment by a blank.
 *
 * @example
 * redactLiterals("create user 'a' identified by '111'")  // 'create user ? identified by ?'
 */
export function redactLiterals(sql: string): string {
  const scanner = new SqlScanner(sql)
  let text = ''
  let copied = 0
  for (;;) {
    const kind = scanner.next()
    const gap = sql.slice(copied, scanner.start)
    text += gap.trim() === '' ? gap : ' '
    if (kind === TokenKind.end) return text.trim()
    const token = sql.slice(scanner.start, scanner.end)
    text += holdsValue(kind, token, scanner.inExecutableComment) ? '?' : token
    copied = scanner.end
  }
}

function holdsValue(kind: TokenKind, token: string, inExecutableComment: boolean): boolean {
  if (kind === TokenKind.string || kind === TokenKind.number) return true
  if (kind !== TokenKind.word && kind !== TokenKind.variable) return false
  // The server takes some quotes into names (0x', @a'); to a person they look like values.
  return inExecutableComment || /['"]/.test(token)
}

/** Places where the server repeats a value in a message, with the text before and after it (4.2.0). */
const echoes: readonly (readonly [before: string, after: string])[] = [
  ["Duplicate entry '", "' for key"],
  ["Can't cast '", "' (?:to|from) "],
  ["value '", "'(?=$|[\\s,;.])"],
  ['parsing "', '":'],
  ['bad value (?!\\[)', '$'],
  ['item ', ' is not in (?:enum|set)'],
  ['vector input: ', '$'],
  ['while casting ', ' to [A-Z]'],
  ['json (?:text|number) ', '$'],
  ['truncated type \\w+ value ', ' for column'],
  ['invalid (?:datetime|date|time|timestamp) value ', '$'],
  ['invalid input: ', ' beyond the range'],
]

const echoPatterns = echoes.map(
  ([before, after]) => new RegExp(`(${before})(?:(?!${before}).)*?(?=${after})`, 'gs'),
)

const nearText = /( near ")(.*)("[^"]*)$/s

/** Quoted text, but no apostrophe as in `doesn't`; what follows a word such as `column` is a name. */
const quoted =
  /(\b(?:column|key|table|database|constraint|index|function|operator|user|role|account|tenant|variable|from|to|for|in) )?(?<![A-Za-z0-9])(['"])(?:.*?)\2(?![A-Za-z0-9])/gis

/**
 * Takes values out of a server's message, which often repeats the SQL text or the offending value,
 * and keeps the names in it.
 *
 * @example
 * redactMessage("Duplicate entry 'ann@example.org' for key 'email'")
 * // Duplicate entry '?' for key 'email'
 */
export function redactMessage(message: string): string {
  const near = nearText.exec(message)
  if (near !== null) {
    const [, opening = '', text = '', closing = ''] = near
    return `${message.slice(0, near.index)}${opening}${redactLiterals(text)}${closing}`
  }
  let redacted = message
  for (const pattern of echoPatterns) redacted = redacted.replace(pattern, '$1?')
  return redacted.replace(quoted, (match: string, name: string | undefined, quote: string) =>
    name === undefined ? `${quote}?${quote}` : match,
  )
}

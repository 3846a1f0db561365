/**
 * Takes the values out of a server's message. First by what was sent: every value of the statement
 * that stands in the message, in whatever form. Then by where values stand in the messages of 4.2.0,
 * because a value may come from a row or a variable rather than from the statement.
 *
 * Names stay: the words of the server's own messages, every name that the statement shows anyway (so a
 * value that equals the name of its table stays too), and names where a message can hold nothing else.
 */
import { redactLiterals, redactRange } from './redact.js'
import { joins, SentValues } from './sent-values.js'
import { serverWords } from './server-words.js'

/**
 * Takes values out of a message.
 *
 * @param sent the statement that the message is about, with its values in place
 *
 * @example
 * redactMessage("Duplicate entry 'ann@example.org' for key 'email'")
 * // Duplicate entry '?' for key 'email'
 * redactMessage('column hunter2 is ambiguous', "select 'hunter2' …")  // column ? is ambiguous
 */
export function redactMessage(message: string, sent?: string): string {
  const unanswered = playersText.exec(message)
  if (unanswered !== null) {
    const [whole, opening = '', statement = ''] = unanswered
    const text = redactLiterals(JSON.parse(statement) as string)
    return `${opening}"${text}"${redactMessage(message.slice(whole.length), sent)}`
  }
  const near = nearText.exec(message)
  if (near !== null) {
    const [, opening = '', text = '', closing = ''] = near
    return `${message.slice(0, near.index)}${opening}${redactNear(text, sent)}${closing}`
  }
  const byStatement = sent === undefined ? message : hideSentValues(message, sent)
  let redacted = byStatement
  for (const pattern of echoPatterns) redacted = redacted.replace(pattern, '$1?')
  redacted = redacted.replace(quoted, (match: string, name: string | undefined, quote: string) =>
    name === undefined ? `${quote}?${quote}` : match,
  )
  return redacted.replace(/\?(?:[\s.,:;@/+-]*\?)+/g, '?')
}

/** The player of a tape names the statement that it has no answer for; see `testing/replay.ts`. */
const playersText = /^(No recorded answer for \w+ )("(?:[^"\\]|\\.)*")/s

const nearText = /( near ")(.*)("[^"]*)$/s

/** The rest of the statement may begin inside a quoted text, so its quotes are counted from the start. */
function redactNear(text: string, sent: string | undefined): string {
  const at = sent?.lastIndexOf(text) ?? -1
  if (sent === undefined || at < 0) return redactLiterals(text)
  return redactRange(sent, at, at + text.length)
}

/** Places of names and of the server's own numbers, which no value can be in. */
const fixed =
  /\b(?:line \d+ column \d+|length \d+|dimension \d+|row \d+|for column \d+|width = \d+|more than \d+|code \d+)\b|\bColumn '[^']*' cannot be null|\bField '[^']*' doesn't have a default|\bdefault value for column '[^']*'|\bfor key '[^']*'\s*$|\b(?:decimal\d*|numeric|(?:var)?(?:char|binary)|bit|vec\w+|u?int\d+|float\d+)\(\d+(?:,\s*\d+)?\)/gi

/** Takes the values of the statement alone out of a text about it, such as the heading of a column. */
export function hideSentValues(message: string, sent: string): string {
  const values = new SentValues(sent, message.length)
  if (values.isEmpty) return message
  const hidden = new Uint8Array(message.length)
  const lower = message.toLowerCase()
  // A few capitals have longer small letters; positions would not fit then.
  const text = lower.length === message.length ? lower : message
  hideWhole(text, values, hidden)
  hideStarts(text, values, hidden)
  hidePieces(text, values, hidden)
  for (const { 0: part, index } of message.matchAll(fixed)) {
    hidden.fill(0, index, index + part.length)
  }
  return writeHidden(message, hidden)
}

function hideWhole(text: string, { names, whole }: SentValues, hidden: Uint8Array): void {
  for (const value of whole) {
    if (names.has(value) || serverWords.has(value)) continue
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
      const end = at + value.length
      const isPart = joins(text[at - 1], value[0]) || joins(value.at(-1), text[end])
      if (!isPart || value.length >= LONG) hidden.fill(1, at, end)
    }
  }
}

/** A value that was cut off: at least as far as it is known by, and what follows up to a quote or so. */
function hideStarts(text: string, { starts }: SentValues, hidden: Uint8Array): void {
  for (const start of starts) {
    const first = /^[\p{L}\p{N}_]+/u.exec(start)?.[0]
    if (first !== undefined && serverWords.has(first)) continue
    for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, at + 1)) {
      hidden.fill(1, at, at + start.length)
    }
  }
}

/** A value of this length is hidden inside of a longer word too. */
const LONG = 6

function hidePieces(text: string, values: SentValues, hidden: Uint8Array): void {
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    if (holdsPiece(piece, values)) hidden.fill(1, index, index + piece.length)
  }
}

/** Byte slices as Go prints them, words and numbers with what joins them. */
const pieces = /\[\d{1,3}(?: \d{1,3}){2,}\]|[\p{L}\p{N}_]+(?:[-.:@/+%=]+[\p{L}\p{N}_]+)*/gu

function holdsPiece(piece: string, values: SentValues): boolean {
  if (piece.startsWith('[')) {
    return values.holds(decodeBytes(piece.slice(1, -1).split(' ').map(Number)))
  }
  if (values.names.has(piece) || serverWords.has(piece)) return false
  if (/^\d/.test(piece) && holdsNumber(piece, values)) return true
  if (piece.length >= 3 && values.holds(piece)) return true
  if (/^(?:[0-9a-f]{2}){3,}$/.test(piece) && values.holds(decodeHex(piece))) return true
  const parts = piece.split(/[-.:@/+%=]+/)
  return parts.length > 1 && parts.some((part) => holdsPiece(part, values))
}

function holdsNumber(piece: string, values: SentValues): boolean {
  if (values.isNumber(Number(piece))) return true
  const digits = piece.replace(/\D/g, '')
  return digits.length >= 4 && values.isNumber(Number(digits))
}

function decodeBytes(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString('utf8').toLowerCase()
}

function decodeHex(hex: string): string {
  return Buffer.from(hex, 'hex').toString('utf8').toLowerCase()
}

function writeHidden(message: string, hidden: Uint8Array): string {
  let text = ''
  for (let at = 0; at < message.length; at++) {
    if (hidden[at] === 0) text += message[at]
    else if (hidden[at - 1] !== 1) text += '?'
  }
  return text
}

/** Places where the server repeats a value in a message, with the text before and after it (4.2.0). */
const echoes: readonly (readonly [before: string, after: string])[] = [
  ["Duplicate entry '", "' for key"],
  ["Can't cast '", "' (?:to|from) "],
  ["value '", "'(?=$|[\\s,;.])"],
  ['parsing "', '":'],
  ['bad value (?!\\[[A-Z])', '$'],
  ['item ', ' is not in (?:enum|set)'],
  ['vector input: ', '$'],
  ['while casting ', ' to [A-Z]'],
  ['json (?:text|number) ', '$'],
  ['truncated type \\w+ value ', ' for column'],
  ['invalid (?:datetime|date|time|timestamp) value ', '$'],
  ['invalid input: ', ' beyond the range'],
  ['error parsing regexp: [^`]*`', '`(?=$|[^`])'],
]

const echoPatterns = echoes.map(
  ([before, after]) => new RegExp(`(${before})(?:(?!${before}).)*?(?=${after})`, 'gs'),
)

/** Quoted text, but no apostrophe as in `doesn't`; what follows a word such as `column` is a name. */
const quoted =
  /(\b(?:column|column name|column reference|key|key name|statement|table|database|constraint|index|function|operator|user|role|account|tenant|variable|from|to|for|in) )?(?<![A-Za-z0-9])(['"])(?:.*?)\2(?![A-Za-z0-9])/gis

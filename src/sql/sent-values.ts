/**
 * The values of a statement as it was sent, to be looked for in the server's message about it. The
 * server repeats values in many forms: as text, as a number in another notation, lower-cased (the
 * heading of an expression), cut off, one member of a list, in hex, as the bytes of a Go slice.
 */
import { isWellFormed } from './characters.js'
import { readStringValue } from './string-value.js'
import { readName } from './tokenize.js'
import { SqlScanner, TokenKind } from './tokens.js'

/** Between two values in the joined text: no message holds it. */
const BETWEEN = '\u0001'

/** Words behind which a text is a name: `drop user 'ann'`. */
const NAMING = new Set(['USER', 'ROLE', 'ACCOUNT', 'ADMIN_NAME', 'EXISTS', 'TO', 'FROM', 'FOR'])
const NAMING_STATEMENTS = new Set(['CREATE', 'ALTER', 'DROP', 'GRANT', 'REVOKE', 'SHOW'])

/** The values of one text, lower-cased. */
export class SentValues {
  /** Names of the statement, which its redacted text shows too. */
  readonly names: ReadonlySet<string>
  /** Whole values no longer than the message. */
  readonly whole: ReadonlySet<string>
  /** The first letters of longer values, which may be cut off behind them. */
  readonly starts: ReadonlySet<string>
  /** All values, one after the other. */
  readonly #text: string
  readonly #numbers: ReadonlySet<number>

  /** @param longest the length of the message: a longer value can only be in it in part */
  constructor(sql: string, longest: number) {
    const names = new Set<string>()
    const whole = new Set<string>()
    const starts = new Set<string>()
    const numbers = new Set<number>()
    const texts: string[] = []
    const add = (value: string): void => {
      const lower = value.toLowerCase()
      texts.push(lower)
      if (lower.length <= longest && /[\p{L}\p{N}]|.{4}/su.test(lower)) whole.add(lower)
      if (lower.length > START) starts.add(lower.slice(0, START))
      if (lower.length < 64 && lower !== '' && Number.isFinite(Number(lower))) {
        numbers.add(Math.abs(Number(lower)))
      }
    }
    const scanner = new SqlScanner(sql)
    let first = ''
    let before = ''
    for (let kind = scanner.next(); kind !== TokenKind.end; kind = scanner.next()) {
      const token = sql.slice(scanner.start, scanner.end)
      if (kind === TokenKind.string) {
        const isName = NAMING_STATEMENTS.has(first) && NAMING.has(before)
        if (isName) names.add(readStringValue(token).toLowerCase())
        else for (const form of formsOfText(token)) add(form)
      } else if (kind === TokenKind.number) {
        for (const form of formsOfNumber(token)) add(form)
      } else if (kind === TokenKind.quotedName) {
        names.add(readName({ kind, text: token }).toLowerCase())
      } else if (kind === TokenKind.word || kind === TokenKind.variable) {
        // The server takes some quotes into names (0x', @a'); to a person they look like values.
        if (/['"]/.test(token)) add(token)
        else names.add(token.toLowerCase())
      }
      before = kind === TokenKind.word ? token.toUpperCase() : ''
      first ||= before
      if (kind === TokenKind.semicolon) first = ''
    }
    this.names = names
    this.whole = whole
    this.starts = starts
    this.#numbers = numbers
    this.#text = texts.join(BETWEEN)
  }

  get isEmpty(): boolean {
    return this.#text === ''
  }

  /** Whether a value holds this text, not as a part of a longer word unless it is a long one. */
  holds(lower: string): boolean {
    const text = this.#text
    for (let at = text.indexOf(lower); at >= 0; at = text.indexOf(lower, at + 1)) {
      if (lower.length >= CUT_OFF) return true
      if (!joins(text[at - 1], lower[0]) && !joins(lower.at(-1), text[at + lower.length]))
        return true
    }
    return false
  }

  /** Whether a value is this number, whatever the notation; a FLOAT is printed with fewer digits. */
  isNumber(number: number): boolean {
    const size = Math.abs(number)
    if (this.#numbers.has(size)) return true
    if (Number.isInteger(size)) return false
    for (const each of this.#numbers) {
      if (Math.fround(each) === Math.fround(size)) return true
    }
    return false
  }
}

/** Letters that are enough to tell a value by. */
const START = 8

/** Letters of which a piece of a value is cut out wherever it stands. */
const CUT_OFF = 6

/** Whether two characters beside each other are parts of one word. */
export function joins(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && right !== undefined && isWordLike(left) && isWordLike(right)
}

function isWordLike(character: string): boolean {
  return /[\p{L}\p{N}_]/u.test(character)
}

function formsOfText(token: string): readonly string[] {
  const text = readStringValue(token)
  if (!/[^\w.-]/.test(text)) return [text]
  const raw = token.slice(1, -1)
  const json = JSON.stringify(text).slice(1, -1)
  const forms = new Set([text, raw, json])
  if (isWellFormed(text)) forms.add(encodeURIComponent(text))
  return [...forms]
}

function formsOfNumber(token: string): readonly string[] {
  const radix = /^(?:0x|x')/i.test(token) ? 16 : /^(?:0b|b')/i.test(token) ? 2 : 10
  if (radix === 10) return [token]
  const digits = token.slice(2).replace(/'$/, '')
  if (digits === '' || !/^[0-9a-f]+$/i.test(digits)) return [token]
  const number = BigInt(`${radix === 16 ? '0x' : '0b'}${digits}`)
  const hex = radix === 16 ? digits : number.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  const forms = [digits, hex, bytes.toString('utf8'), bytes.toString('latin1')]
  return bytes.length <= 16 ? [...forms, String(number), number.toString(2)] : forms
}

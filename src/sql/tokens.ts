/**
 * Cuts SQL text into tokens exactly as MatrixOne's own scanner does (4.2.0, oddities included), so
 * that the client never sees fewer statements, placeholders or quotes than the server:
 * - `//`, `#` and `-- ` begin a line comment that only `\n` ends; `--x` is not a comment;
 * - the text of an executable comment (`/*! … * /`, any version number) is code, and a `;` in it
 *   separates statements; in it a `'` that is not followed by a letter, a digit, `-`, `|`, `+` or
 *   `'` is *skipped*, and `*` swallows the next character;
 * - `0x` without a hex digit, and `@name`, take quotes into a name;
 * - `$$ … $$` and `$tag$ … $tag$` are strings.
 * (Over 300 lines, because the rules of one scanner make sense only together.)
 *
 * After a syntax error the server runs nothing of the text, so what follows such a place does not
 * matter. Written for the default `sql_mode` (no ANSI_QUOTES, no
 * NO_BACKSLASH_ESCAPES; 4.2.0 honours both).
 */

import { classOf, code, DIGIT, isBinaryDigit, isBlank, isHexDigit, LETTER } from './characters.js'

/** The kinds of token that a caller can tell apart. */
export const TokenKind = {
  end: 0,
  /** A keyword, a bare name, or a number glued to letters. */
  word: 1,
  /** A name in backticks. */
  quotedName: 2,
  /** `'…'`, `"…"` or `$$…$$`. */
  string: 3,
  /** A number, `0x…`, `0b…`, `x'…'` or `b'…'`. */
  number: 4,
  /** `@name` or `@@name`. */
  variable: 5,
  placeholder: 6,
  semicolon: 7,
  symbol: 8,
} as const

/** One of the values of `TokenKind`. */
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind]

/** Walks over SQL text; after each `next()` the token is `sql.slice(scanner.start, scanner.end)`. */
export class SqlScanner {
  /** Where the current token begins. */
  start = 0
  /** Where the current token ends, exclusive. */
  end = 0
  /** Whether the current token lies inside an executable comment. */
  inExecutableComment = false
  readonly #sql: string

  constructor(sql: string) {
    this.#sql = sql
  }

  /** Moves to the next token, over comments, and returns its kind. */
  next(): TokenKind {
    const sql = this.#sql
    for (;;) {
      let at = this.end
      let c = sql.charCodeAt(at)
      while (isBlank(c)) c = sql.charCodeAt(++at)
      this.start = at
      const kind = classOf(c)
      if (kind === LETTER) return this.#word(at, c)
      if (kind === DIGIT) return this.#number(at)
      switch (c) {
        case code.quote:
          if (!this.inExecutableComment) return this.#string(at + 1, code.quote)
          if (this.#skipsQuote(at)) continue
          return TokenKind.string
        case code.doubleQuote:
          return this.#string(at + 1, code.doubleQuote)
        case code.backtick:
          return this.#quotedName(at, TokenKind.quotedName)
        case code.question:
          return this.#take(at + 1, TokenKind.placeholder)
        case code.semicolon:
          return this.#take(at + 1, TokenKind.semicolon)
        case code.at:
          return this.#variable(at)
        case code.dot:
          if (classOf(sql.charCodeAt(at + 1)) === DIGIT) return this.#number(at)
          return this.#take(at + 1, TokenKind.symbol)
        case code.colon:
          return this.#colon(at)
        case code.hash:
          this.#skipLine(at)
          continue
        case code.minus: {
          if (sql.charCodeAt(at + 1) !== code.minus) return this.#take(at + 1, TokenKind.symbol)
          const after = sql.charCodeAt(at + 2)
          if (!isBlank(after) && at + 2 < sql.length) return this.#take(at + 1, TokenKind.symbol)
          this.#skipLine(at)
          continue
        }
        case code.slash:
          if (this.#skipsComment(at)) continue
          return this.#take(at + 1, TokenKind.symbol)
        case code.star:
          if (!this.inExecutableComment) return this.#take(at + 1, TokenKind.symbol)
          this.end = Math.min(at + 2, sql.length)
          if (sql.charCodeAt(at + 1) !== code.slash) return TokenKind.symbol
          this.inExecutableComment = false
          continue
        default:
          if (at >= sql.length) return this.#take(sql.length, TokenKind.end)
          return this.#take(at + 1, TokenKind.symbol)
      }
    }
  }

  #take(end: number, kind: TokenKind): TokenKind {
    this.end = end
    return kind
  }

  #skipLine(at: number): void {
    const newline = this.#sql.indexOf('\n', at)
    this.end = newline < 0 ? this.#sql.length : newline + 1
  }

  /** Steps over a comment, or into an executable one; false when the `/` is only a slash. */
  #skipsComment(at: number): boolean {
    const sql = this.#sql
    const second = sql.charCodeAt(at + 1)
    if (second === code.slash) {
      this.#skipLine(at)
      return true
    }
    if (second !== code.star) return false
    if (sql[at + 2] === '!') {
      this.inExecutableComment = true
      let end = at + 3
      while (end < at + 8 && classOf(sql.charCodeAt(end)) === DIGIT) end++
      this.end = end
      return true
    }
    const close = sql.indexOf('*/', at + 2)
    this.end = close < 0 ? sql.length : close + 2
    return true
  }

  #string(from: number, quote: number): TokenKind {
    const sql = this.#sql
    let at = from
    for (;;) {
      const c = sql.charCodeAt(at)
      if (c === quote) {
        if (sql.charCodeAt(at + 1) !== quote) return this.#take(at + 1, TokenKind.string)
        at += 2
      } else if (c === code.backslash) {
        at += 2
      } else if (at >= sql.length) {
        return this.#take(sql.length, TokenKind.string)
      } else {
        at++
      }
    }
  }

  /** A quote inside an executable comment: true when the server steps over it, else a string was read. */
  #skipsQuote(at: number): boolean {
    const after = this.#sql.charCodeAt(at + 1)
    if (after === code.plus) {
      if (this.#sql.charCodeAt(at + 2) === code.quote) {
        this.end = at + 2
        return true
      }
      this.#string(at + 2, code.quote)
      return false
    }
    if (
      classOf(after) !== 0 ||
      after === code.minus ||
      after === code.quote ||
      after === code.bar
    ) {
      this.#string(at + 1, code.quote)
      return false
    }
    this.end = at + 1
    return true
  }

  #quotedName(at: number, kind: TokenKind): TokenKind {
    const sql = this.#sql
    let close = sql.indexOf('`', at + 1)
    while (close >= 0 && sql.charCodeAt(close + 1) === code.backtick) {
      close = sql.indexOf('`', close + 2)
    }
    return this.#take(close < 0 ? sql.length : close + 1, kind)
  }

  #word(at: number, first: number): TokenKind {
    const sql = this.#sql
    const lower = first | 32
    if ((lower === 120 || lower === 98) && sql.charCodeAt(at + 1) === code.quote) {
      const close = sql.indexOf("'", at + 2)
      return this.#take(close < 0 ? sql.length : close + 1, TokenKind.number)
    }
    if (first === code.dollar) return this.#dollar(at)
    if (first === code.underscore && sql.startsWith('_utf8mb4', at)) return this.#introducer(at)
    let end = at + 1
    while (classOf(sql.charCodeAt(end)) !== 0) end++
    return this.#take(end, TokenKind.word)
  }

  /** The end of a name; any first character is accepted, as the server does. */
  #nameEnd(at: number): number {
    const sql = this.#sql
    const startsWithDollar = sql.charCodeAt(at) === code.dollar
    let end = at + 1
    for (;;) {
      const c = sql.charCodeAt(end)
      if (classOf(c) === 0 || (startsWithDollar && c === code.dollar)) {
        return Math.min(end, sql.length)
      }
      end++
    }
  }

  #dollar(at: number): TokenKind {
    const sql = this.#sql
    const tagEnd = this.#nameEnd(at)
    if (sql.charCodeAt(tagEnd) !== code.dollar) return this.#take(tagEnd, TokenKind.word)
    const close = sql.indexOf('$', tagEnd + 1)
    if (close < 0) return this.#take(sql.length, TokenKind.string)
    return this.#take(Math.min(this.#nameEnd(close) + 1, sql.length), TokenKind.string)
  }

  #introducer(at: number): TokenKind {
    const sql = this.#sql
    let end = at + 8
    while (isBlank(sql.charCodeAt(end))) end++
    if (sql.charCodeAt(end) === code.quote) return this.#string(end + 1, code.quote)
    const first = this.#nameEnd(end)
    // Two names of one byte at least: of a two-byte character each takes one half.
    return this.#take(sql.charCodeAt(end) < 128 ? this.#nameEnd(first) : first, TokenKind.word)
  }

  #variable(at: number): TokenKind {
    const sql = this.#sql
    let end = at + 1
    while (isBlank(sql.charCodeAt(end))) end++
    const c = sql.charCodeAt(end)
    if (c === code.at) end++
    else if (c === code.quote || c === code.doubleQuote || sql[end] === ',') {
      return this.#take(end, TokenKind.symbol)
    }
    if (sql.charCodeAt(end) === code.backtick) return this.#quotedName(end, TokenKind.variable)
    const startsWithDollar = sql.charCodeAt(end) === code.dollar
    end++
    for (;;) {
      const next = sql.charCodeAt(end)
      const belongs =
        classOf(next) !== 0 ||
        next === code.dot ||
        next === code.quote ||
        next === code.doubleQuote ||
        next === code.backtick
      if (!belongs || (startsWithDollar && next === code.dollar)) break
      end++
    }
    return this.#take(Math.min(end, sql.length), TokenKind.variable)
  }

  #colon(at: number): TokenKind {
    const sql = this.#sql
    const second = sql.charCodeAt(at + 1)
    if (second === code.equals || second === code.colon) {
      return this.#take(at + 2, TokenKind.symbol)
    }
    let end = at + 1
    if (classOf(second) === LETTER) {
      while (classOf(sql.charCodeAt(end)) !== 0 || sql.charCodeAt(end) === code.dot) end++
    }
    return this.#take(end, TokenKind.symbol)
  }

  #number(at: number): TokenKind {
    const sql = this.#sql
    let end = at
    if (sql.charCodeAt(at) === code.zero) {
      const base = sql.charCodeAt(at + 1) | 32
      if (base === 120 || base === 98) {
        const isHex = base === 120
        end = at + 2
        while (isHex ? isHexDigit(sql.charCodeAt(end)) : isBinaryDigit(sql.charCodeAt(end))) end++
        if (end === at + 2 || classOf(sql.charCodeAt(end)) === DIGIT) {
          return this.#take(Math.min(this.#nameEnd(end), sql.length), TokenKind.word)
        }
        return this.#afterNumber(end)
      }
    }
    end = this.#digits(end)
    if (sql.charCodeAt(end) === code.dot) end = this.#digits(end + 1)
    if ((sql.charCodeAt(end) | 32) === 101) {
      const sign = sql.charCodeAt(end + 1)
      if (sign === code.plus || sign === code.minus) end = this.#digits(end + 2)
      else if (classOf(sign) === DIGIT) end = this.#digits(end + 1)
    }
    return this.#afterNumber(end)
  }

  #digits(at: number): number {
    let end = at
    while (classOf(this.#sql.charCodeAt(end)) === DIGIT) end++
    return end
  }

  #afterNumber(end: number): TokenKind {
    if (classOf(this.#sql.charCodeAt(end)) !== LETTER) return this.#take(end, TokenKind.number)
    return this.#take(this.#nameEnd(end), TokenKind.word)
  }
}

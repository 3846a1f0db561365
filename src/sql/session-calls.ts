/**
 * Finds calls of functions whose result depends on the session. A table or column may have the same
 * name, with a list of columns behind it: `insert into row_count (a) …`.
 */
import { TokenKind } from './tokens.js'

const FUNCTIONS = new Set(['GET_LOCK', 'LAST_INSERT_ID', 'ROW_COUNT'])

/** Words that a name follows, and never an expression. */
const BEFORE_NAMES = new Set([
  'EXISTS',
  'IGNORE',
  'INSERT',
  'INTO',
  'RECURSIVE',
  'REFERENCES',
  'REPLACE',
  'TABLE',
  'UPDATE',
  'VIEW',
  'WITH',
])

const NONE: readonly string[] = Object.freeze([])

/** Reads the tokens of one statement after another. */
export class SessionCalls {
  #found = NONE
  #candidate: string | undefined
  #beforeStart = 0
  #beforeEnd = 0

  /** @param keyword the first word of the statement */
  see(sql: string, kind: TokenKind, start: number, end: number, keyword: string | undefined): void {
    if (this.#candidate !== undefined && sql[start] === '(') {
      this.#found = [...this.#found, this.#candidate]
    }
    this.#candidate = undefined
    const length = end - start
    // Words of the right length only: most texts have none.
    if (kind === TokenKind.word && (length === 8 || length === 9 || length === 14)) {
      const word = sql.slice(start, end).toUpperCase()
      if (FUNCTIONS.has(word) && !this.#isName(sql, keyword)) this.#candidate = word
    }
    this.#beforeStart = start
    this.#beforeEnd = end
  }

  /** The calls since the last time, upper case. */
  take(): readonly string[] {
    const found = this.#found
    this.#found = NONE
    return found
  }

  #isName(sql: string, keyword: string | undefined): boolean {
    const before = sql.slice(this.#beforeStart, this.#beforeEnd).toUpperCase()
    if (before === '.' || BEFORE_NAMES.has(before)) return true
    return before === 'ON' && (keyword === 'CREATE' || keyword === 'ALTER')
  }
}

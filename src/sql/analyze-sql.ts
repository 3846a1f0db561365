/**
 * Analyses a text before it is sent: its statements, their leading keywords and its placeholders. One
 * pass finds all three, and the result is cached by text, because kysely compiles the same query to
 * the same text again and again.
 */
import { TextCache } from './text-cache.js'
import { SqlScanner, TokenKind } from './tokens.js'

/** One statement of a text. */
export interface SqlStatement {
  /** Without the separating `;` and surrounding blanks. */
  readonly text: string
  /** The first of `keywords`, or `''`. */
  readonly keyword: string
  /**
   * The words it begins with, in upper case, at most five: `['ROLLBACK', 'TO', 'SAVEPOINT', 'A']`.
   * Comments and leading parentheses are skipped; empty when it does not begin with a word.
   */
  readonly keywords: readonly string[]
  /** Calls of `GET_LOCK`, `LAST_INSERT_ID` and `ROW_COUNT`, whose result depends on the session. */
  readonly sessionCalls: readonly string[]
}

/** The analysis of a text. */
export interface SqlAnalysis {
  /** Empty statements and statements of comments only are left out. */
  readonly statements: readonly SqlStatement[]
  /** The text between the `?` placeholders: one more than there are placeholders. */
  readonly segments: readonly string[]
  /** Whether a `?` stands inside an executable comment, where no value can be put safely. */
  readonly hasUnsafePlaceholder: boolean
  /**
   * Whether it is one SELECT, INSERT, UPDATE or DELETE without a brace and without a session call, as
   * nearly every statement is: no guard needs to look at it.
   */
  readonly isPlain: boolean
}

const PLAIN = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE'])

const MAX_KEYWORDS = 5

const SESSION_FUNCTIONS = new Set(['GET_LOCK', 'LAST_INSERT_ID', 'ROW_COUNT'])
const NO_CALLS: readonly string[] = Object.freeze([])

const analyses = new TextCache(scan)

/** Finds the statements, keywords and placeholders of a text. */
export function analyzeSql(sql: string): SqlAnalysis {
  return analyses.get(sql)
}

function scan(sql: string): SqlAnalysis {
  const scanner = new SqlScanner(sql)
  const statements: SqlStatement[] = []
  const segments: string[] = []
  let hasUnsafePlaceholder = false
  let segmentStart = 0
  let statementStart = 0
  let keywords: string[] = []
  let isEmpty = true
  let readsKeywords = true
  let sessionCalls = NO_CALLS
  let sessionFunction: string | undefined
  for (;;) {
    const kind = scanner.next()
    if (sessionFunction !== undefined && sql[scanner.start] === '(') {
      sessionCalls = [...sessionCalls, sessionFunction]
    }
    sessionFunction = undefined
    if (kind === TokenKind.semicolon || kind === TokenKind.end) {
      if (!isEmpty) {
        const text = sql.slice(statementStart, scanner.start).trim()
        statements.push({ text, keyword: keywords[0] ?? '', keywords, sessionCalls })
        keywords = []
        sessionCalls = NO_CALLS
      }
      if (kind === TokenKind.end) break
      statementStart = scanner.end
      isEmpty = true
      readsKeywords = true
      continue
    }
    if (kind === TokenKind.placeholder) {
      segments.push(sql.slice(segmentStart, scanner.start))
      segmentStart = scanner.end
      hasUnsafePlaceholder ||= scanner.inExecutableComment
    }
    if (readsKeywords) {
      if (kind === TokenKind.word) {
        keywords.push(sql.slice(scanner.start, scanner.end).toUpperCase())
        readsKeywords = keywords.length < MAX_KEYWORDS
      } else {
        readsKeywords = keywords.length === 0 && sql[scanner.start] === '('
      }
    }
    if (kind === TokenKind.word) {
      sessionFunction = readSessionFunction(sql, scanner.start, scanner.end)
    }
    isEmpty = false
  }
  segments.push(sql.slice(segmentStart))
  const [first] = statements
  const isPlain =
    statements.length === 1 &&
    first !== undefined &&
    PLAIN.has(first.keyword) &&
    first.sessionCalls.length === 0 &&
    !sql.includes('{')
  return { statements, segments, hasUnsafePlaceholder, isPlain }
}

/** Looks at words of the right length only: most texts have none. */
function readSessionFunction(sql: string, start: number, end: number): string | undefined {
  const length = end - start
  if (length !== 8 && length !== 9 && length !== 14) return undefined
  const word = sql.slice(start, end).toUpperCase()
  return SESSION_FUNCTIONS.has(word) ? word : undefined
}

/**
 * Analyses a text before it is sent: its statements, their leading keywords and its placeholders. One
 * pass finds all three, and the result is cached by text, because kysely compiles the same query to
 * the same text again and again.
 */
import { type GluedPlaceholder, runsIntoValue, runsOutOfValue } from './glued-placeholder.js'
import { code } from './characters.js'
import { mayDecodeVector, mayMeasure } from './distances.js'
import { findUnfilteredDeletes } from './unfiltered-delete.js'
import { SessionCalls } from './session-calls.js'
import { TextCache } from './text-cache.js'
import { SqlScanner, TokenKind } from './tokens.js'
import { findValuesFirst } from './values-first.js'

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
  /** The first `?` that touches a token which would take its value in, or would be joined with it. */
  readonly gluedPlaceholder: GluedPlaceholder | undefined
  /** Whether a `{` stands outside quotes and comments: a time hint, most likely. */
  readonly hasBrace: boolean
  /**
   * Whether it is one SELECT, INSERT, UPDATE or DELETE without a brace, a session call and a glued
   * placeholder, as nearly every statement is: no guard needs to look at it, nor at its values.
   */
  readonly isPlain: boolean
}

const MAX_KEYWORDS = 5

const analyses = new TextCache(scanSql)

/** Finds the statements, keywords and placeholders of a text. */
export function analyzeSql(sql: string): SqlAnalysis {
  return analyses.get(sql)
}

/** Analyses a text that holds values: there are too many of those to keep them. */
export function scanSql(sql: string): SqlAnalysis {
  const scanner = new SqlScanner(sql)
  const statements: SqlStatement[] = []
  const segments: string[] = []
  let hasUnsafePlaceholder = false
  let gluedPlaceholder: GluedPlaceholder | undefined
  let hasBrace = false
  let segmentStart = 0
  let statementStart = 0
  let keywords: string[] = []
  let isEmpty = true
  let readsKeywords = true
  const calls = new SessionCalls()
  let before: TokenKind = TokenKind.semicolon
  let beforeStart = 0
  let beforeEnd = -1
  for (;;) {
    const kind = scanner.next()
    const { start, end } = scanner
    calls.see(sql, kind, start, end, keywords[0])
    if (start === beforeEnd && gluedPlaceholder === undefined) {
      const isBehind = kind === TokenKind.placeholder
      if (isBehind && runsIntoValue(sql, before, beforeStart, beforeEnd)) {
        const neighbour = sql.slice(beforeStart, beforeEnd)
        gluedPlaceholder = { position: segments.length + 1, neighbour, isBehind }
      } else if (before === TokenKind.placeholder && runsOutOfValue(sql, kind, start)) {
        const neighbour = sql.slice(start, end)
        gluedPlaceholder = { position: segments.length, neighbour, isBehind: false }
      }
    }
    if (kind === TokenKind.semicolon || kind === TokenKind.end) {
      if (!isEmpty) {
        const text = sql.slice(statementStart, start).trim()
        const sessionCalls = calls.take()
        statements.push({ text, keyword: keywords[0] ?? '', keywords, sessionCalls })
        keywords = []
      }
      if (kind === TokenKind.end) break
      statementStart = end
      isEmpty = true
      readsKeywords = true
      continue
    }
    if (kind === TokenKind.placeholder) {
      segments.push(sql.slice(segmentStart, start))
      segmentStart = end
      hasUnsafePlaceholder ||= scanner.inExecutableComment
    } else if (kind === TokenKind.symbol) {
      hasBrace ||= sql.charCodeAt(start) === code.brace
    }
    if (readsKeywords) {
      if (kind === TokenKind.word) {
        keywords.push(sql.slice(start, end).toUpperCase())
        readsKeywords = keywords.length < MAX_KEYWORDS
      } else {
        readsKeywords = keywords.length === 0 && sql[start] === '('
      }
    }
    before = kind
    beforeStart = start
    beforeEnd = end
    isEmpty = false
  }
  segments.push(sql.slice(segmentStart))
  const [first, second] = statements
  const isPlain =
    second === undefined &&
    first !== undefined &&
    first.sessionCalls.length === 0 &&
    gluedPlaceholder === undefined &&
    !hasBrace &&
    isHarmless(first)
  return { statements, segments, hasUnsafePlaceholder, gluedPlaceholder, hasBrace, isPlain }
}

/** Whether a statement is of a kind, and in a form, that no guard looks at. */
function isHarmless({ keyword, keywords, text }: SqlStatement): boolean {
  if (mayMeasure.test(text) || findValuesFirst(text).length > 0) return false
  switch (keyword) {
    case 'INSERT':
    case 'UPDATE':
      if (mayDecodeVector.test(text)) return false
      return !keywords.slice(1, 3).includes('IGNORE')
    case 'DELETE':
      return findUnfilteredDeletes(text).length === 0
    default:
      return keyword === 'SELECT'
  }
}

/**
 * Time hints in SQL that users write themselves. In `UPDATE t {snapshot = 's'} …` a hint leaves two
 * rows with one primary key, of two different hints in one statement one silently applies to all
 * tables, and `{as of timestamp …}` reads the present when its time is in the future (4.2.0).
 * Clones, restores and branches take hints of their own, several even; they are left alone.
 */
import { GuardError } from '../errors.js'
import { normalizeHint } from '../sql/time-hint.js'
import { SqlScanner, TokenKind } from '../sql/tokens.js'
import { applyGuard, type GuardAction } from './guards.js'

/** Nearly no statement has one, and this finds out without cutting it into tokens. */
const mayHaveHint = /\{\s*(?:snapshot|timestamp|mo_ts|as)\b/i

const hintWords = new Set(['SNAPSHOT', 'TIMESTAMP', 'MO_TS', 'AS'])
const writing = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'MERGE'])
const reading = new Set(['SELECT', 'WITH', 'EXPLAIN', 'CREATE', 'VALUES', ''])

/** Refuses what the guard is set against. */
export function guardTimeHints(sql: string, action: GuardAction): void {
  if (action === 'off' || !mayHaveHint.test(sql)) return
  const reason = findReason(sql)
  if (reason === undefined) return
  applyGuard(
    action,
    () =>
      new GuardError(
        `${reason} Read the past with db.at({ snapshot: 'friday' }), which takes care of it. Guard: timeHint.`,
        { guard: 'timeHint' },
      ),
  )
}

function findReason(sql: string): string | undefined {
  const scanner = new SqlScanner(sql)
  const seen = new Map<string, string>()
  let verb: string | undefined
  let depth = 0
  for (let kind = scanner.next(); kind !== TokenKind.end; kind = scanner.next()) {
    const text = sql.slice(scanner.start, scanner.end)
    const word = kind === TokenKind.word ? text.toUpperCase() : ''
    if (kind === TokenKind.semicolon) {
      verb = undefined
      seen.clear()
    } else if (text === '(') {
      depth += 1
    } else if (text === ')') {
      depth -= 1
    } else if (word !== '') {
      // WITH … UPDATE, EXPLAIN DELETE, INSERT … SELECT: the last verb outside parentheses
      // decides; replace(…) and insert(…) are functions.
      const isCall = /^\s*\(/.test(sql.slice(scanner.end, scanner.end + 16))
      if (depth <= 0 && !isCall && (writing.has(word) || word === 'SELECT')) verb = word
      verb ??= word
    } else if (text === '{') {
      const hint = readHint(sql, scanner)
      if (hint === undefined) continue
      if (!writing.has(verb ?? '') && !reading.has(verb ?? '')) continue
      if (/^\{\s*as\b/i.test(hint)) {
        return `${hint} reads the present without a word when its time is in the future.`
      }
      if (writing.has(verb ?? '') && depth <= 0) {
        return `${hint} in ${verb} corrupts the table: MatrixOne keeps the old row beside the new one.`
      }
      seen.set(normalizeHint(hint), hint)
      const [one, other] = seen.values()
      if (other !== undefined) {
        return `${one} and ${other} cannot stand in one statement: MatrixOne silently applies one of them to all tables.`
      }
    }
  }
  return undefined
}

/** The hint whose brace the scanner stands on; undefined when it is another kind of brace. */
function readHint(sql: string, scanner: SqlScanner): string | undefined {
  const { start } = scanner
  const kind = scanner.next()
  const word = kind === TokenKind.word ? sql.slice(scanner.start, scanner.end).toUpperCase() : ''
  if (!hintWords.has(word)) return undefined
  for (let next = scanner.next(); next !== TokenKind.end; next = scanner.next()) {
    if (sql.slice(scanner.start, scanner.end) === '}') break
  }
  return sql.slice(start, scanner.end)
}

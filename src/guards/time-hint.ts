/**
 * Time hints in SQL that users write themselves. In `UPDATE t {snapshot = 's'} …` a hint leaves two
 * rows with one primary key, of two different hints in one statement one silently applies to all
 * tables, `{as of timestamp …}` reads the present when its time is in the future, and a vector index
 * answers with present rows (4.2.0).
 * Clones, restores and branches take hints of their own, several even; they are left alone.
 */
import { distanceFunctions } from '../sql/distances.js'
import { hintWords, normalizeHint } from '../sql/time-hint.js'
import { SqlScanner, TokenKind } from '../sql/tokens.js'
import { writingVerbs } from '../sql/verbs.js'
import { applyGuard, type GuardAction } from './guards.js'

/** Few statements have a hint, and this tells without cutting them into tokens. */
const MAY_HAVE_HINT = /\{\s*(?:snapshot|timestamp|mo_ts|as)\b/i

const distances = new Set(distanceFunctions.map((name) => name.toUpperCase()))
const READING = new Set(['SELECT', 'WITH', 'EXPLAIN', 'CREATE', 'VALUES', ''])

/** Refuses a time hint that corrupts, contradicts another one, or reads the present. */
export function guardTimeHint(sql: string, action: GuardAction): void {
  if (action === 'off' || !sql.includes('{') || !MAY_HAVE_HINT.test(sql)) return
  const reason = findReason(sql)
  if (reason === undefined) return
  applyGuard(
    'timeHint',
    action,
    () => `${reason} Read the past with db.at({ snapshot: 'friday' }), which takes care of it.`,
  )
}

/** One statement, as far as it has been read. */
class HintedStatement {
  #verb: string | undefined
  #depth = 0
  readonly #hints = new Map<string, string>()
  #measures = false
  #sorts = false
  #isExact = false

  parenthesis(text: '(' | ')'): void {
    this.#depth += text === '(' ? 1 : -1
  }

  word(word: string, isCall: boolean): void {
    // WITH … UPDATE, EXPLAIN DELETE, INSERT … SELECT: the last verb outside parentheses decides;
    // replace(…) and insert(…) are functions.
    const isVerb = writingVerbs.has(word) || word === 'SELECT'
    if (this.#depth <= 0 && isVerb && !isCall) this.#verb = word
    this.#verb ??= word
    this.#measures ||= isCall && distances.has(word)
    this.#sorts ||= word === 'ORDER'
  }

  text(literal: string): void {
    this.#isExact ||= /mode\s*=\s*force/i.test(literal)
  }

  /** Explains why a hint is wrong at this place, if it is. */
  hint(hint: string): string | undefined {
    const verb = this.#verb ?? ''
    if (!writingVerbs.has(verb) && !READING.has(verb)) return undefined
    if (/^\{\s*as\b/i.test(hint)) {
      return `${hint} silently reads the present when its time is in the future.`
    }
    if (writingVerbs.has(verb) && this.#depth <= 0) {
      return `${hint} in ${verb} corrupts the table: MatrixOne keeps the old row beside the new one.`
    }
    this.#hints.set(normalizeHint(hint), hint)
    const [one, other] = this.#hints.values()
    return other === undefined
      ? undefined
      : `${one} and ${other} cannot stand in one statement: MatrixOne silently applies one of them to all tables.`
  }

  /** Explains why the whole is wrong: an index sorts by present vectors, also above a subquery. */
  end(): string | undefined {
    const [hint] = this.#hints.values()
    if (hint === undefined || !this.#measures || !this.#sorts || this.#isExact) return undefined
    return (
      `A vector search at ${hint} would be answered with present rows by the vector index. ` +
      "End the sorted SELECT with: by rank with option 'mode=force'."
    )
  }
}

function findReason(sql: string): string | undefined {
  const scanner = new SqlScanner(sql)
  let statement = new HintedStatement()
  for (let kind = scanner.next(); kind !== TokenKind.end; kind = scanner.next()) {
    const text = sql.slice(scanner.start, scanner.end)
    let reason: string | undefined
    if (kind === TokenKind.semicolon) {
      reason = statement.end()
      statement = new HintedStatement()
    } else if (kind === TokenKind.word) {
      statement.word(text.toUpperCase(), /^\s*\(/.test(sql.slice(scanner.end, scanner.end + 16)))
    } else if (kind === TokenKind.string) {
      statement.text(text)
    } else if (text === '(' || text === ')') {
      statement.parenthesis(text)
    } else if (text === '{') {
      const hint = readHint(sql, scanner)
      reason = hint === undefined ? undefined : statement.hint(hint)
    }
    if (reason !== undefined) return reason
  }
  return statement.end()
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

/**
 * Time hints in SQL that users write themselves. In `UPDATE t {snapshot = 's'} …` a hint leaves two
 * rows with one primary key, of two different hints in one statement one silently applies to all
 * tables, `{as of timestamp …}` reads the present when its time is in the future, one behind a common
 * table expression is ignored, and vector and full-text indexes answer with present rows (4.2.0).
 * Clones, restores and branches take hints of their own, several even; they are left alone.
 */
import { findDistanceSorts } from '../sql/distance-sort.js'
import { findCtes } from '../sql/find-ctes.js'
import { findHints, type FoundHint } from '../sql/find-hints.js'
import { splitStatements, type SqlToken, tokenize } from '../sql/tokenize.js'
import { writingVerbs } from '../sql/verbs.js'
import { applyGuard, type GuardAction } from './guards.js'

const READING = new Set(['SELECT', 'WITH', 'EXPLAIN', 'CREATE', 'VALUES', 'PREPARE', ''])

/**
 * Refuses a time hint that corrupts, contradicts another one, or reads the present.
 *
 * @param text as it is sent, with its values
 */
export function guardTimeHint(text: string, action: GuardAction): void {
  if (action === 'off' || !text.includes('{')) return
  for (const statement of splitStatements(tokenize(text))) {
    const reason = findReason(statement)
    if (reason === undefined) continue
    applyGuard(
      'timeHint',
      action,
      () => `${reason} Read the past with db.at({ snapshot: 'friday' }), which takes care of it.`,
    )
  }
}

/** Explains why the hints of a statement are wrong where they are, if they are. */
function findReason(tokens: readonly SqlToken[]): string | undefined {
  const hints = findHints(tokens).filter(({ verb }) => writingVerbs.has(verb) || READING.has(verb))
  const [first] = hints
  if (first === undefined) return undefined
  return (
    findWrongPlace(hints, findCtes(tokens)) ??
    findContradiction(first, hints) ??
    findIndexAnswer(first, tokens)
  )
}

function findWrongPlace(hints: readonly FoundHint[], ctes: readonly string[]): string | undefined {
  for (const { key, table, text, verb } of hints) {
    if (key === 'AS') return `${text} silently reads the present when its time is in the future.`
    if (writingVerbs.has(verb)) {
      return `${text} in ${verb} corrupts the table: MatrixOne keeps the old row beside the new one.`
    }
    if (ctes.includes(table)) {
      return `${text} behind the common table expression ${table} is silently ignored. Put it behind the tables inside.`
    }
  }
  return undefined
}

function findContradiction(first: FoundHint, hints: readonly FoundHint[]): string | undefined {
  const other = hints.find(
    (hint) => hint !== first && (hint.meaning === undefined || hint.meaning !== first.meaning),
  )
  return other === undefined
    ? undefined
    : `${first.text} and ${other.text} cannot stand in one statement: MatrixOne silently applies one of them to all tables.`
}

/** An index knows present rows only, also above a subquery. */
function findIndexAnswer({ text }: FoundHint, tokens: readonly SqlToken[]): string | undefined {
  if (
    tokens.some(({ word }) => word === 'AGAINST') &&
    tokens.some(({ word }) => word === 'MATCH')
  ) {
    return (
      `MATCH … AGAINST at ${text} would join today's full-text index with the old rows and find too ` +
      'few. Filter with LIKE, or clone the table at that state and search there.'
    )
  }
  if (findDistanceSorts(tokens).length === 0) return undefined
  return (
    `A vector search at ${text} would be answered with present rows by the vector index. ` +
    "End the sorted SELECT with: by rank with option 'mode=force'."
  )
}

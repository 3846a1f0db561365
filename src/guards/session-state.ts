/**
 * A pool is many sessions, and with several compute nodes each of them may move. A variable, a role or
 * a temporary table that a statement leaves in its session meets the next statement of that connection
 * only, of any part of the program; `last_insert_id()` answers about another part's statement. Behind
 * MatrixOne's proxy they do not even survive a move to another node (4.2.0). So such a statement needs
 * a connection of its own.
 */
import type { SqlStatement } from '../sql/analyze-sql.js'
import { applyGuard, type GuardAction } from './guards.js'

/** First words of a SET that does not change the session. */
const NOT_OF_THE_SESSION = new Set(['GLOBAL', 'PASSWORD', 'DEFAULT', 'TRANSACTION'])

/** Session functions that leave something behind. */
const LEFT_BY_CALL: Readonly<Record<string, string>> = { GET_LOCK: 'a lock' }

/**
 * Whether the program has the connection to itself: pinned, or in a transaction. Unknown for the first
 * statement of a plain Kysely.
 */
export type Hold = boolean | 'unknown'

/** A change of the session. */
export interface SessionChange {
  /** Says why the statement is of no use on the pool; undefined where it is, too. */
  readonly explain: (() => string) | undefined
}

/**
 * Refuses a statement that depends on its session, on a connection that the next one may not get.
 *
 * @returns the change of the session; undefined where there is none or the guard is off
 */
export function guardSessionState(
  statements: readonly SqlStatement[],
  hold: Hold,
  action: GuardAction,
): SessionChange | undefined {
  if (action === 'off') return undefined
  let change: SessionChange | undefined
  for (const statement of statements) {
    const left = leftBehind(statement)
    const [call] = statement.sessionCalls
    if (left === undefined && call === undefined) continue
    const explainIt = (): string => explain(left, call, statement, hold)
    if (left !== undefined) {
      change = { explain: statement.keyword === 'RESTORE' ? undefined : explainIt }
    }
    // The first statement on a connection may be what makes the session that the next ones need.
    if (hold === true || (hold === 'unknown' && left !== undefined)) continue
    applyGuard('sessionState', action, explainIt)
  }
  return change
}

/** The method that gives a program a connection to itself: a plain Kysely has no `pinned`. */
export function wayToHold(hold: Hold): string {
  return hold === 'unknown'
    ? 'db.connection().execute(async (one) => { … })'
    : 'db.pinned(async (one) => { … })'
}

/** Refuses a connection that is given back right after a statement changed its session. */
export function guardUselessChange(explainIt: () => string, action: GuardAction): void {
  applyGuard('sessionState', action, () => `${explainIt()} The connection was closed.`)
}

/** Names the thing that a statement leaves in its session. */
function leftBehind({ keywords, text, sessionCalls }: SqlStatement): string | undefined {
  const [first = '', second = ''] = keywords
  switch (first) {
    case 'SET':
      if (second === 'ROLE' || second === 'SECONDARY') return 'a role'
      if (NOT_OF_THE_SESSION.has(second) || /^\W*set\s+@@global\./i.test(text)) return undefined
      return 'a session variable'
    case 'USE':
      return 'a current database'
    case 'LOCK':
      return 'table locks'
    case 'PREPARE':
      return 'a prepared statement'
    case 'CREATE':
      return second === 'TEMPORARY' ? 'a temporary table' : undefined
    case 'RESTORE':
      // With a view the session ends up in the view's database, whatever database() says (4.2.0).
      return 'the database of a restored view'
    default:
      if (sessionCalls.length === 0) return undefined
      return sessionCalls.map((call) => LEFT_BY_CALL[call]).find((left) => left !== undefined)
  }
}

function explain(
  left: string | undefined,
  call: string | undefined,
  { keyword }: SqlStatement,
  hold: Hold,
): string {
  const why =
    call === undefined
      ? `${keyword} would leave ${left} on a connection of the pool`
      : `${call.toLowerCase()}() would answer for any connection of the pool`
  const instead =
    keyword === 'SET' && left === 'a session variable'
      ? 'For every connection: new MatrixOne({ hooks: [setSession({ … })] }). '
      : keyword === 'SET'
        ? "For every connection: the login 'account:user:role'. "
        : keyword === 'USE'
          ? 'For every connection: the option database. '
          : ''
  return (
    `${why}; the next statement may get another one. ${instead}` +
    `For some statements in a row: ${wayToHold(hold)}, and send them on one.`
  )
}

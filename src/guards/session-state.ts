/**
 * A pool is many sessions, and with several compute nodes each of them may move. What a statement
 * leaves behind in its session (a variable, a role, a temporary table) is there for the next
 * statement of that connection only, whoever's it is, and what it asks of the session was left by
 * somebody else. Behind MatrixOne's proxy temporary tables, roles and `last_insert_id()` do not even
 * survive a move to another node (4.2.0). So such a statement needs a connection of its own.
 */
import { GuardError } from '../errors.js'
import { analyzeSql, type SqlStatement } from '../sql/analyze-sql.js'
import { applyGuard, type GuardAction } from './guards.js'

/** What a SET does not change the session by, when this is its first word. */
const NOT_OF_THE_SESSION = new Set(['GLOBAL', 'PASSWORD', 'DEFAULT', 'TRANSACTION'])

/** What the session functions leave behind, or nothing. */
const LEFT_BY_CALL: Readonly<Record<string, string>> = { GET_LOCK: 'a lock' }

/**
 * Refuses what depends on the session, on a connection that the next statement may not get.
 *
 * @param isHeld whether the program has the connection to itself: pinned, or in a transaction
 * @returns whether the session is another one after the statement
 */
export function guardSessionState(sql: string, isHeld: boolean, action: GuardAction): boolean {
  let isChanged = false
  for (const statement of analyzeSql(sql).statements) {
    const left = whatIsLeft(statement)
    isChanged ||= left !== undefined
    const [call] = statement.sessionCalls
    if (isHeld || (left === undefined && call === undefined)) continue
    applyGuard(action, () => sessionState(left, call, statement))
  }
  return isChanged
}

/** What a statement leaves behind in its session. */
function whatIsLeft({ keywords, text, sessionCalls }: SqlStatement): string | undefined {
  const [first = '', second = ''] = keywords
  switch (first) {
    case 'SET':
      if (second === 'ROLE' || second === 'SECONDARY') return 'a role'
      if (NOT_OF_THE_SESSION.has(second) || /^\W*set\s+@@global\./i.test(text)) return undefined
      return 'a session variable'
    case 'USE':
      return 'a current database'
    case 'PREPARE':
      return 'a prepared statement'
    case 'CREATE':
      return second === 'TEMPORARY' ? 'a temporary table' : undefined
    default:
      if (sessionCalls.length === 0) return undefined
      return sessionCalls.map((call) => LEFT_BY_CALL[call]).find((left) => left !== undefined)
  }
}

function sessionState(
  left: string | undefined,
  call: string | undefined,
  { keyword }: SqlStatement,
): Error {
  const why =
    call === undefined
      ? `${keyword} would leave ${left} on whichever connection of the pool it meets`
      : `${call.toLowerCase()}() would speak of whichever connection of the pool it meets`
  const instead =
    keyword === 'SET' && left === 'a session variable'
      ? 'For every connection: new MatrixOne({ hooks: [setSession({ … })] }). '
      : keyword === 'SET'
        ? "For every connection: the login 'account:user:role'. "
        : keyword === 'USE'
          ? 'For every connection: the option database. '
          : ''
  return new GuardError(
    `${why}; the next statement may get another one. ${instead}` +
      'For some statements in a row: db.pinned(async (one) => { … }), and send them on one. ' +
      'Guard: sessionState.',
    { guard: 'sessionState' },
  )
}

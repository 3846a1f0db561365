/**
 * On a pool each statement may get another connection, so `BEGIN`, `COMMIT`, `SAVEPOINT`, `LOCK TABLES`
 * and `SET TRANSACTION` are accepted and mean nothing for the statements that follow.
 */
import type { SqlStatement } from '../sql/analyze-sql.js'
import { applyGuard, type GuardAction } from './guards.js'
import { type Hold, wayToHold } from './session-state.js'

const CONTROLLING = new Set([
  'BEGIN',
  'START',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT',
  'RELEASE',
  'LOCK',
  'UNLOCK',
])

/** Words that the first statement on a connection can begin with for the sake of the next ones. */
const BEGINNING = new Set(['BEGIN', 'START', 'LOCK'])

/**
 * Refuses a statement about a transaction, on a connection that the next one may not get.
 *
 * @param hold `'unknown'` for the first statement of a plain Kysely: a COMMIT there has nothing to commit,
 *   and a BEGIN is looked at again when the connection is given back
 */
export function guardTransactionControl(
  { keyword, keywords }: SqlStatement,
  hold: Hold,
  action: GuardAction,
): void {
  const isSet = keyword === 'SET' && keywords[1] === 'TRANSACTION'
  if (hold === true || (!isSet && !CONTROLLING.has(keyword))) return
  if (hold === 'unknown' && (isSet || BEGINNING.has(keyword))) return
  applyGuard(
    'transactionControl',
    action,
    () =>
      `${isSet ? 'SET TRANSACTION' : keyword} would act on any connection of the pool; the next ` +
      `statement may get another one. ${wayOut(hold)}`,
  )
}

function wayOut(hold: Hold): string {
  return (
    `Use db.transaction().execute(async (trx) => { … }), or ${wayToHold(hold)} to send such statements on ` +
    'one connection.'
  )
}

/** Refuses what left a transaction open on a connection of the pool. */
export function guardLeftOpen(action: GuardAction): void {
  applyGuard(
    'transactionControl',
    action,
    () =>
      'A transaction is open after this statement, which nothing on the pool could commit; the ' +
      `connection was closed, which undoes it. ${wayOut(false)}`,
  )
}

/** Refuses a connection that is given back with a transaction on it, begun by a statement of the program. */
export function guardGivenBackOpen(pins: 'told' | 'unknown', action: GuardAction): void {
  applyGuard(
    'transactionControl',
    action,
    () =>
      'A transaction of yours was open when its connection was given back, and was rolled back with ' +
      'everything written in it. Send COMMIT or ROLLBACK before the callback of ' +
      `${pins === 'told' ? 'pinned()' : 'connection().execute()'} returns, or use ` +
      'db.transaction().execute(async (trx) => { … }).',
  )
}

/**
 * On a pool each statement may get another connection, so `BEGIN`, `COMMIT`, `SAVEPOINT`, `LOCK TABLES`
 * and `SET TRANSACTION` are accepted and mean nothing for the statements that follow.
 */
import type { SqlStatement } from '../sql/analyze-sql.js'
import { applyGuard, type GuardAction } from './guards.js'

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

const WAY =
  'Use db.transaction().execute(async (trx) => { … }), or db.pinned(async (one) => { … }) to send ' +
  'such statements on one connection.'

/** Refuses a statement about a transaction, on a connection that the next one may not get. */
export function guardTransactionControl(
  { keyword, keywords }: SqlStatement,
  action: GuardAction,
): void {
  const isSet = keyword === 'SET' && keywords[1] === 'TRANSACTION'
  if (!isSet && !CONTROLLING.has(keyword)) return
  applyGuard(
    'transactionControl',
    action,
    () =>
      `${isSet ? 'SET TRANSACTION' : keyword} would act on any connection of the pool; the next ` +
      `statement may get another one. ${WAY}`,
  )
}

/** Refuses what left a transaction open on a connection of the pool. */
export function guardLeftOpen(action: GuardAction): void {
  applyGuard(
    'transactionControl',
    action,
    () =>
      'A transaction is open after this statement, which nothing on the pool could commit; the ' +
      `connection was closed, which undoes it. ${WAY}`,
  )
}

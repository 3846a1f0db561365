import type { TransactionSettings } from 'kysely'
import { GuardError } from '../errors.js'
import { applyGuard, type ResolvedGuards } from './guards.js'

/**
 * Every isolation level and READ ONLY is accepted by MatrixOne and ignored: a transaction always is
 * READ COMMITTED and can write (seen on 3.0.14, 4.1.4 and 4.2.0). So what would be a false promise
 * is refused.
 */
export function guardTransactionSettings(
  settings: TransactionSettings,
  guards: ResolvedGuards,
): void {
  const { isolationLevel, accessMode } = settings
  if (isolationLevel !== undefined && isolationLevel !== 'read committed') {
    applyGuard(guards.isolationLevel, () =>
      falsePromise(`setIsolationLevel('${isolationLevel}')`, 'every transaction is read committed'),
    )
  }
  if (accessMode === 'read only') {
    applyGuard(guards.isolationLevel, () =>
      falsePromise("setAccessMode('read only')", 'such a transaction can write'),
    )
  }
}

function falsePromise(call: string, truth: string): Error {
  return new GuardError(
    `${call} has no effect: MatrixOne accepts it and ${truth}. Leave it out; rows that must not ` +
      "change are locked by forUpdate(). new MatrixOne({ guards: { isolationLevel: 'off' } }) " +
      'sends nothing and goes on. Guard: isolationLevel.',
    { guard: 'isolationLevel' },
  )
}

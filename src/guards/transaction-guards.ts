import type { TransactionSettings } from 'kysely'
import { GuardError } from '../errors.js'
import { applyGuard, type ResolvedGuards } from './guards.js'

/**
 * Every isolation level and READ ONLY is accepted by MatrixOne and ignored: a transaction always is
 * READ COMMITTED and can write (seen on 3.0.14, 4.1.4 and 4.2.0). So what would be a false promise
 * is refused, and what is true anyway is not sent.
 *
 * @returns the SET TRANSACTION to send where the guard is off: another server may know it
 */
export function guardTransactionSettings(
  settings: TransactionSettings,
  guards: ResolvedGuards,
): string | undefined {
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
  if (guards.isolationLevel === 'refuse') return undefined
  const parts = isolationLevel === undefined ? [] : [`isolation level ${isolationLevel}`]
  if (accessMode !== undefined) parts.push(accessMode)
  return parts.length === 0 ? undefined : `set transaction ${parts.join(', ')}`
}

function falsePromise(call: string, truth: string): Error {
  return new GuardError(
    `${call} has no effect: MatrixOne accepts it and ${truth}. Leave it out; rows that must not ` +
      "change are locked by forUpdate(). new MatrixOne({ guards: { isolationLevel: 'off' } }) " +
      'sends it all the same. Guard: isolationLevel.',
    { guard: 'isolationLevel' },
  )
}

import type { TransactionSettings } from 'kysely'
import { applyGuard, type GuardAction } from './guards.js'

/**
 * Refuses settings of a transaction that promise what MatrixOne does not keep: it accepts every
 * isolation level and READ ONLY and ignores them, so a transaction is always READ COMMITTED and can
 * write (3.0.14, 4.1.4 and 4.2.0). Settings that are true anyway are not sent.
 *
 * @returns the SET TRANSACTION to send where the guard is off: another server may know it
 */
export function guardIsolationLevel(
  { isolationLevel, accessMode }: TransactionSettings,
  action: GuardAction,
): string | undefined {
  if (isolationLevel !== undefined && isolationLevel !== 'read committed') {
    const call = `setIsolationLevel('${isolationLevel}')`
    refuse(call, 'every transaction is read committed', action)
  }
  if (accessMode === 'read only') {
    refuse("setAccessMode('read only')", 'such a transaction can write', action)
  }
  if (action === 'refuse') return undefined
  const parts = isolationLevel === undefined ? [] : [`isolation level ${isolationLevel}`]
  if (accessMode !== undefined) parts.push(accessMode)
  return parts.length === 0 ? undefined : `set transaction ${parts.join(', ')}`
}

function refuse(call: string, truth: string, action: GuardAction): void {
  applyGuard(
    'isolationLevel',
    action,
    () =>
      `${call} has no effect: MatrixOne accepts it and ${truth}. Leave it out, and lock rows that must ` +
      "not change with forUpdate(). new MatrixOne({ guards: { isolationLevel: 'off' } }) sends it anyway.",
  )
}

import { GuardError } from '../errors.js'
import { parseServerVersion } from '../server/server-version.js'
import { applyGuard, type ResolvedGuards } from './guards.js'

/** Refuses a savepoint, except on another server that has them. */
export function refuseSavepoint(serverVersion: string, guards: ResolvedGuards): void {
  if (!parseServerVersion(serverVersion).isMatrixOne) return
  applyGuard(
    guards.savepoint,
    () =>
      new GuardError(
        'MatrixOne has no savepoints: SAVEPOINT does nothing and ROLLBACK TO undoes the previous ' +
          'statement (3.0.14 to 4.2.0). Use separate transactions. Guard: savepoint.',
        { guard: 'savepoint' },
      ),
  )
}

import { publish } from '../observe/events.js'
import { GuardError } from '../errors.js'

/** How a guard acts: refuse the statement, warn and send it, or do nothing. */
export type GuardAction = 'refuse' | 'warn' | 'off'

/** The guards of the dialect, by name. */
export interface GuardOptions {
  /** SET, LOCK TABLES, BEGIN, COMMIT and ROLLBACK inside a transaction: the server commits it. */
  readonly implicitCommit?: GuardAction
  /** SAVEPOINT does nothing, and ROLLBACK TO undoes the previous statement. */
  readonly savepoint?: GuardAction
  /** Isolation levels and READ ONLY are accepted and ignored; everything is READ COMMITTED. */
  readonly isolationLevel?: GuardAction
  /** Several statements in one text always run, whatever the driver's options. */
  readonly stackedStatements?: GuardAction
  /** Time hints that corrupt (UPDATE), contradict each other, or read the present (AS OF, index). */
  readonly timeHint?: GuardAction
  /** What changes or asks the session (SET, USE, temporary tables, LAST_INSERT_ID) on the pool. */
  readonly sessionState?: GuardAction
}

/** The action of every guard. */
export type ResolvedGuards = Required<GuardOptions>

/** The safe default of every guard. */
export const defaultGuards: ResolvedGuards = Object.freeze({
  implicitCommit: 'refuse',
  savepoint: 'refuse',
  isolationLevel: 'refuse',
  stackedStatements: 'refuse',
  timeHint: 'refuse',
  sessionState: 'refuse',
})

/** Applies a guard's action to the error that explains it. */
export function applyGuard(action: GuardAction, explain: () => Error): void {
  if (action === 'off') return
  const error = explain()
  const guard = error instanceof GuardError ? error.guard : error.name
  publish('kysely-matrixone:guard:tripped', { guard, message: error.message })
  if (action === 'refuse') throw error
  process.emitWarning(error.message, { type: 'MatrixOneWarning' })
}

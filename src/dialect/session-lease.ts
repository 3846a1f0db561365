/** Who has a connection, and what its session will remember of them. */
import { type StatementOptions } from '../sql/statement-options.js'
import type { ResolvedGuards } from '../guards/guards.js'
import { guardSessionState } from '../guards/session-state.js'
import { endedPin } from './transaction-errors.js'

/** One connection's time with the pool, with a callback that has it to itself, or after that. */
export class SessionLease {
  readonly #guards: ResolvedGuards
  #state: 'pool' | 'pinned' | 'ended' = 'pool'
  #isChanged = false

  constructor(guards: ResolvedGuards) {
    this.#guards = guards
  }

  get isPinned(): boolean {
    return this.#state === 'pinned'
  }

  /** Whether a statement left something in the session that its next user must not inherit. */
  get isChanged(): boolean {
    return this.#isChanged
  }

  /** Says that a callback has the connection to itself. */
  pin(): void {
    this.#state = 'pinned'
  }

  /** Says that the callback has ended: whoever kept the handle is somebody else's neighbour now. */
  end(): void {
    this.#state = 'ended'
  }

  /** @throws {MatrixOneError} after the end */
  assertCurrent(): void {
    if (this.#state === 'ended') throw endedPin()
  }

  /** @throws {GuardError} for what needs the session, where the next statement may get another one */
  guard(sql: string, inTransaction: boolean, { isSetBack }: StatementOptions): void {
    const { sessionState } = this.#guards
    if (sessionState === 'off') return
    const isHeld = this.#state === 'pinned' || inTransaction
    const isChanged = guardSessionState(sql, isHeld, sessionState)
    if (isChanged && isHeld && isSetBack !== true) this.#isChanged = true
  }
}

import { endedPin } from './transaction-errors.js'

/** One connection's time with the pool, with a callback that has it to itself, or after that. */
export class SessionLease {
  #state: 'pool' | 'pinned' | 'ended' = 'pool'
  #isChanged = false

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

  /** Says that the callback has ended: a handle that it kept is of no use any more. */
  end(): void {
    this.#state = 'ended'
  }

  /** Notes that a statement left something in the session. */
  noteChange(): void {
    this.#isChanged = true
  }

  /** @throws {MatrixOneError} after the end */
  assertCurrent(): void {
    if (this.#state === 'ended') throw endedPin()
  }
}

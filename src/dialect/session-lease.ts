import type { Hold } from '../guards/session-state.js'
import { endedPin } from './transaction-errors.js'

/**
 * Whether a program that has a connection to itself is known: `MatrixOne` says when it pins one, kysely's
 * own `Kysely` sends a single statement in the same way as `connection().execute(…)`.
 */
export type PinKnowledge = 'told' | 'unknown'

/** One connection's time with the pool, with a callback that has it to itself, or after that. */
export class SessionLease {
  readonly knowledge: PinKnowledge
  #state: 'pool' | 'pinned' | 'ended' = 'pool'
  #statements = 0
  #isAnswered = false
  #hasThrown = false
  #isChanged = false
  #hasTransaction = false
  #explainChange: (() => string) | undefined

  constructor(knowledge: PinKnowledge) {
    this.knowledge = knowledge
  }

  /** Whether a callback may have it, so that what it keeps of it must be of no use afterwards. */
  get isPersonal(): boolean {
    return this.#state !== 'pool' || this.knowledge === 'unknown'
  }

  /**
   * Whether a handle may be kept that must be of no use afterwards: that of a callback, or of a transaction,
   * which kysely 0.28.0 does not refuse after its end.
   */
  get isHandedOut(): boolean {
    return this.isPersonal || this.#hasTransaction
  }

  /**
   * Whether the next statement has the connection to itself. Where that is not told it shows at the second
   * statement: one that is sent on the pool is the only one.
   */
  get hold(): Hold {
    if (this.#state === 'pinned') return true
    return this.knowledge === 'unknown' && (this.#statements > 0 || 'unknown')
  }

  /** Whether a statement left something in the session that its next user must not inherit. */
  get isChanged(): boolean {
    return this.#isChanged
  }

  /** How the callback ended; unclear when the last statement failed, whose error it may have thrown. */
  get outcome(): 'returned' | 'threw' | 'unclear' {
    if (this.#hasThrown) return 'threw'
    return this.knowledge === 'told' || this.#isAnswered ? 'returned' : 'unclear'
  }

  /** The reason against a change of the session that no statement followed. */
  get uselessChange(): (() => string) | undefined {
    const isUnused = this.knowledge === 'unknown' && this.#statements === 1 && this.#isAnswered
    return isUnused ? this.#explainChange : undefined
  }

  /** Says that a callback has the connection to itself. */
  pin(): void {
    this.#state = 'pinned'
  }

  /** Says that kysely begins a transaction on it. */
  noteTransaction(): void {
    this.#hasTransaction = true
  }

  /** Says that the callback has ended: a handle that it kept is of no use any more. */
  end(): void {
    this.#state = 'ended'
  }

  /** Notes that a statement of the program is about to be sent. */
  noteStatement(): void {
    this.#statements++
    this.#isAnswered = false
  }

  /** Notes that it was answered without an error. */
  noteAnswer(): void {
    this.#isAnswered = true
  }

  /** Notes how a callback ended; of several inside each other the outermost comes last. */
  noteCallback(hasThrown: boolean): void {
    this.#hasThrown = hasThrown
  }

  /**
   * Notes that a statement left something in the session.
   *
   * @param explain why that is of no use on a connection that is given back at once
   */
  noteChange(explain?: () => string): void {
    this.#isChanged = true
    this.#explainChange = explain
  }

  /** @throws {MatrixOneError} after the end */
  assertCurrent(): void {
    if (this.#state === 'ended') throw endedPin()
  }
}

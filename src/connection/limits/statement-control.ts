/**
 * The limits of the statements on one connection: a signal, a timeout, the clock of the transaction.
 * While there is none of them, all of it costs one comparison per statement.
 */
import { ConnectionError, StatementTimeoutError } from '../../errors.js'
import type { PhysicalConnection } from '../mysql2/physical-connection.js'
import { Cancellation } from './cancellation.js'
import type { Deadline } from './deadline.js'
import { startTimer } from './durations.js'
import type { Killer } from './kill.js'
import type { Timeouts } from './timeouts.js'
import type { TransactionClock } from './transaction-clock.js'

/** Options of the dialect that say when and how a statement ends. */
export interface StatementLimits {
  readonly timeouts: Timeouts
  /** Whether a signal that kysely hands on ends its statement. */
  readonly endsAborted: boolean
}

/** Ends the statements of one connection. */
export class StatementControl {
  readonly #connection: PhysicalConnection
  readonly #killer: Killer
  readonly #limits: StatementLimits
  #current: Cancellation | undefined
  #clock: TransactionClock | undefined

  constructor(connection: PhysicalConnection, killer: Killer, limits: StatementLimits) {
    this.#connection = connection
    this.#killer = killer
    this.#limits = limits
  }

  /** Whether a statement that can be ended is under way, so that the next one has to wait. */
  get isBusy(): boolean {
    return this.#current !== undefined
  }

  /** The clock of the open transaction, if its time is limited. */
  get clock(): TransactionClock | undefined {
    return this.#clock
  }

  set clock(clock: TransactionClock | undefined) {
    if (clock === undefined) this.#clock?.stop()
    this.#clock = clock
  }

  /** Resolves when a KILL cannot meet the next statement any more. */
  async whenIdle(): Promise<void> {
    while (this.#current !== undefined) await this.#current.whenFinished()
  }

  /** Ends the statement under way, if it can be ended. */
  async stop(reason: unknown): Promise<void> {
    await this.#current?.stop(reason)
  }

  /** Whether anything limits the next statement. */
  isLimited(signal: AbortSignal | undefined, deadline: Deadline): boolean {
    return (
      signal !== undefined ||
      this.#limits.timeouts.statement !== undefined ||
      this.#clock !== undefined ||
      deadline.signal !== undefined ||
      deadline.timeout !== undefined
    )
  }

  /** When a statement that starts now has to be done, by `performance.now()`. */
  endOf({ timeout = this.#limits.timeouts.statement }: Deadline): number {
    return timeout === undefined ? Infinity : performance.now() + timeout
  }

  /**
   * Makes the cancellation of the next statement; call its `finish` when the statement is answered.
   *
   * @param signal kysely's, about which it tells the caller itself
   * @throws the reason of a signal that was aborted before
   */
  start(
    signal: AbortSignal | undefined,
    deadline: Deadline,
    options: { readonly kill: boolean; readonly onStop?: () => void },
  ): Cancellation {
    const ending = this.#limits.endsAborted ? signal : undefined
    const signals = [ending, deadline.signal, this.#clock?.signal].filter(
      (one) => one !== undefined,
    )
    for (const one of signals) one.throwIfAborted()
    const { cancel, statement } = this.#limits.timeouts
    const cancellation = new Cancellation(this.#connection, this.#killer, {
      ...options,
      patience: cancel,
      onFinish: () => {
        if (this.#current === cancellation) this.#current = undefined
      },
    })
    cancellation.arm(signals, deadline.timeout ?? statement, statementTimeout)
    this.#current = cancellation
    return cancellation
  }

  /**
   * Sends a statement of ours that is quick wherever the server lives, and closes the connection when it
   * is not answered within `cancelTimeout`, or when what limits the program's own statement ends.
   *
   * @param what the statement, for the message: `ROLLBACK`
   * @param signals of the caller
   * @param timeout of the caller, in milliseconds
   */
  async sendQuick<T>(
    what: string,
    send: () => Promise<T>,
    signals: readonly (AbortSignal | undefined)[] = [],
    timeout = Infinity,
  ): Promise<T> {
    const giveUp = (): void => this.#giveUp(what)
    const timer = startTimer(
      Math.max(0, Math.min(timeout, this.#limits.timeouts.cancel)),
      giveUp,
    )?.unref()
    for (const signal of signals) {
      if (signal?.aborted) giveUp()
      signal?.addEventListener('abort', giveUp)
    }
    try {
      return await send()
    } finally {
      clearTimeout(timer)
      for (const signal of signals) signal?.removeEventListener('abort', giveUp)
    }
  }

  #giveUp(what: string): void {
    this.#killer.killConnection(this.#connection).catch(() => undefined)
    this.#connection.destroy(
      new ConnectionError(`The connection was closed, because ${what} was not answered in time.`),
    )
  }
}

function statementTimeout(milliseconds: number): Error {
  return new StatementTimeoutError(
    `The statement was not done within ${milliseconds} ms and was ended by KILL QUERY. It had no ` +
      'effect. Raise statementTimeout, or the timeout of withDeadline().',
  )
}

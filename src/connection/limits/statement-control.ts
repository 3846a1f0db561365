/**
 * What limits the statements of one connection: a signal, a timeout, the deadline of the transaction.
 * While nothing does, all of it costs one comparison for each statement.
 */
import {
  ConnectionError,
  QueryCancelledError,
  StatementTimeoutError,
  UnknownOutcomeError,
} from '../../errors.js'
import { Cancellation, type Killer } from './cancellation.js'
import { Deadlines } from './deadlines.js'
import type { PhysicalConnection } from '../mysql2/physical-connection.js'
import type { TransactionDeadline } from './transaction-deadline.js'

/** Limits in milliseconds. */
export interface StatementLimits {
  /** For each statement. */
  readonly statement: number | undefined
  /** For ending a statement, and for ROLLBACK; then the connection is closed. */
  readonly cancel: number
  /** Whether a signal that kysely hands on ends its statement. */
  readonly endsAborted: boolean
}

/** What may end one statement. */
export interface StatementLimit {
  readonly signal?: AbortSignal | undefined
  readonly timeout?: number | undefined
}

/** The limits of a pool, with one timer for each kind of wait. */
export class PoolLimits {
  readonly statement: number | undefined
  readonly cancel: number
  readonly endsAborted: boolean
  readonly rollbacks: Deadlines

  constructor(limits: StatementLimits) {
    this.statement = limits.statement
    this.cancel = limits.cancel
    this.endsAborted = limits.endsAborted
    this.rollbacks = new Deadlines(limits.cancel)
  }
}

/** Ends the statements of one connection. */
export class StatementControl {
  readonly #connection: PhysicalConnection
  readonly #killer: Killer
  readonly #limits: PoolLimits
  #current: Cancellation | undefined
  #deadline: TransactionDeadline | undefined

  constructor(connection: PhysicalConnection, killer: Killer, limits: PoolLimits) {
    this.#connection = connection
    this.#killer = killer
    this.#limits = limits
  }

  /** Whether a statement that can be ended is under way, so that the next one has to wait. */
  get isBusy(): boolean {
    return this.#current !== undefined
  }

  /** What the open transaction has to be done by. */
  get deadline(): TransactionDeadline | undefined {
    return this.#deadline
  }

  set deadline(deadline: TransactionDeadline | undefined) {
    if (deadline === undefined) this.#deadline?.dispose()
    this.#deadline = deadline
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
  isLimited(signal: AbortSignal | undefined, limit: StatementLimit): boolean {
    return (
      signal !== undefined ||
      this.#limits.statement !== undefined ||
      this.#deadline !== undefined ||
      limit.signal !== undefined ||
      limit.timeout !== undefined
    )
  }

  /**
   * Makes the cancellation of the next statement; call `finish` when it is answered.
   *
   * @param signal kysely's, which it tells the caller of itself
   * @throws the reason of a signal that was aborted before
   */
  start(
    signal: AbortSignal | undefined,
    limit: StatementLimit,
    options: { readonly kill: boolean; readonly onStop?: () => void },
  ): LimitedStatement {
    const ending = this.#limits.endsAborted ? signal : undefined
    const signals = [ending, limit.signal, this.#deadline?.signal].filter(
      (one) => one !== undefined,
    )
    for (const one of signals) one.throwIfAborted()
    const cancellation = new Cancellation(this.#connection, this.#killer, {
      ...options,
      patience: this.#limits.cancel,
    })
    this.#current = cancellation
    const timeout = limit.timeout ?? this.#limits.statement
    const disarm = cancellation.arm(signals, timeout, () => statementTimeout(timeout ?? 0))
    return {
      finish: async () => {
        disarm()
        await cancellation.finish()
        if (this.#current === cancellation) this.#current = undefined
      },
      stop: (reason) => cancellation.stop(reason),
      get stopped() {
        return cancellation.stopped
      },
    }
  }

  /** Sends ROLLBACK and closes the connection when it is not answered in time: nobody waits for it. */
  async rollBack(send: () => Promise<unknown>): Promise<void> {
    const disarm = this.#limits.rollbacks.add(() => {
      this.#killer.killConnection(this.#connection).catch(() => undefined)
      this.#connection.destroy(
        new ConnectionError(
          'The connection was closed, because ROLLBACK was not answered in time.',
        ),
      )
    })
    try {
      await send()
    } finally {
      disarm()
    }
  }
}

/** One statement that may be ended. */
export interface LimitedStatement {
  /** Why it was to end, once it was. */
  readonly stopped: { readonly reason: unknown } | undefined
  /** Ends it; resolves when it has ended or its connection is closed. */
  stop(reason: unknown): Promise<void>
  /** Says that the answer is complete; resolves when the connection is free for the next statement. */
  finish(): Promise<void>
}

/**
 * What a caller gets for a statement that was to end: the reason, when it ended without an effect;
 * the error itself, when it failed by itself or when nobody knows.
 */
export function reasonOf(statement: LimitedStatement | undefined, error: unknown): unknown {
  if (statement?.stopped === undefined || error instanceof UnknownOutcomeError) return error
  const ended = error instanceof QueryCancelledError || error instanceof ConnectionError
  return ended ? statement.stopped.reason : error
}

function statementTimeout(milliseconds: number): Error {
  return new StatementTimeoutError(
    `The statement was not done within ${milliseconds} ms and was ended by KILL QUERY. It had no ` +
      'effect. Raise statementTimeout, or the timeout of withDeadline().',
  )
}

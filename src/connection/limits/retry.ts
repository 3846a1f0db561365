/**
 * Replays a whole transaction when the server says that repeating it can succeed: lock wait timeout
 * (1205), deadlock (20701; on 4.2.0 both sides may get it) and the conflicts listed in
 * `server/errno.ts`. The server has undone everything then, so nothing is done twice. An unknown
 * outcome is never repeated.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { MatrixOneError, UnknownOutcomeError } from '../../errors.js'
import { publish } from '../../observe/events.js'
import { checkDurations, LONGEST_DURATION } from './durations.js'
import { checkOptions } from '../../options/check-options.js'
import { abortSignal, anything, type OptionRules } from '../../options/option-rules.js'

/** How a transaction is repeated; durations in milliseconds. */
export interface RetryOptions {
  /** How often it is run at most, the first time included; default 5. */
  readonly attempts?: number
  /** Full jitter: each wait is random, up to a limit that starts here and doubles; default 50. */
  readonly backoff?: number
  /** The longest wait; default 2,000. */
  readonly maxDelay?: number
  /** For all attempts and waits together: none begins later. */
  readonly budget?: number
  /** Ends the attempt that runs, or the wait, and repeats no more. */
  readonly signal?: AbortSignal
}

const RETRY: OptionRules<RetryOptions> = {
  attempts: anything,
  backoff: anything,
  maxDelay: anything,
  budget: anything,
  signal: abortSignal,
}

const ATTEMPTS = 5
const BACKOFF = 50
const MAX_DELAY = 2_000

/**
 * Runs a whole transaction and runs it again after a conflict, as `db.transaction().retry()` does, for
 * transactions that are made in another way.
 *
 * @param run begins, fills and commits one transaction; nothing outside of the database may depend
 *   on how often it runs
 * @throws the error of the last attempt, or the signal's reason
 *
 * @example
 * await retryTransaction(() => kysely.transaction().execute(transfer), { attempts: 3 })
 */
export async function retryTransaction<T>(
  run: () => Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  checkOptions('retry', RETRY, options)
  const { attempts = ATTEMPTS, budget = Number.POSITIVE_INFINITY, signal } = options
  assertAttempts(attempts)
  checkDurations('retry', { backoff: options.backoff, maxDelay: options.maxDelay, budget })
  const started = performance.now()
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted()
    try {
      return await run()
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error
      const delay = waitBefore(attempt, options)
      if (performance.now() - started + delay > budget) throw error
      publish('kysely-matrixone:transaction:retry', { attempt, attempts, delay, error })
      await wait(delay, signal)
    }
  }
}

/** Whether the error, or what led to it, says that the server undid the transaction for a conflict. */
export function isRetryable(error: unknown): boolean {
  let retryable = false
  const seen = new Set<unknown>()
  for (let cause = error; cause instanceof Error && !seen.has(cause); cause = cause.cause) {
    if (cause instanceof UnknownOutcomeError) return false
    retryable ||= cause instanceof MatrixOneError && cause.retryable
    seen.add(cause)
  }
  return retryable
}

/** Full jitter: transactions that met once would meet again after equal waits. */
function waitBefore(attempt: number, options: RetryOptions): number {
  const { backoff = BACKOFF, maxDelay = MAX_DELAY } = options
  return Math.random() * Math.min(maxDelay, backoff * 2 ** (attempt - 1), LONGEST_DURATION)
}

async function wait(delay: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(delay, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

function assertAttempts(attempts: number): void {
  if (Number.isInteger(attempts) && attempts > 0) return
  throw new MatrixOneError(`retry({ attempts }) must be a positive integer, got ${attempts}.`)
}

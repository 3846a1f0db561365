/**
 * Transactions that have to be done by a moment. The caller's promise settles even when the callback
 * never does: the transaction is rolled back, and what the callback does later is refused.
 */
import type { QueryExecutorProvider } from 'kysely'
import { TransactionDeadline } from '../connection/limits/transaction-deadline.js'
import { MatrixOneConnection } from './matrixone-connection.js'

/** What a transaction has to be done by: milliseconds from its start, or one of the signals. */
export interface TransactionLimit {
  readonly timeout?: number | undefined
  readonly signals: readonly AbortSignal[]
}

/** Adds a signal, if there is one. */
export function joinSignal(
  limit: TransactionLimit | undefined,
  signal: AbortSignal | undefined,
): TransactionLimit | undefined {
  if (signal === undefined) return limit
  return { timeout: limit?.timeout, signals: [...(limit?.signals ?? []), signal] }
}

/** Runs a transaction of kysely's builder within a limit. */
export async function executeWithin<Trx extends QueryExecutorProvider, T>(
  limit: TransactionLimit,
  execute: (callback: (trx: Trx) => Promise<T>) => Promise<T>,
  callback: (trx: Trx) => Promise<T>,
): Promise<T> {
  const deadline = new TransactionDeadline(limit.timeout, limit.signals)
  const { signal } = deadline
  let begun = false
  try {
    signal.throwIfAborted()
    const expired = rejectionOf(signal)
    const done = execute(async (trx) => {
      begun = true
      signal.throwIfAborted()
      await bindDeadline(trx, deadline)
      return Promise.race([callback(trx), expired])
    })
    // Once it has begun, the caller hears of the end only after the rollback.
    const early = expired.catch((reason: unknown) => {
      if (begun) return done
      throw reason
    })
    return await Promise.race([done, early])
  } finally {
    deadline.dispose()
  }
}

/** Starts a transaction that the program ends, within a limit for all of it. */
export async function startWithin<Trx extends QueryExecutorProvider & Ending>(
  limit: TransactionLimit,
  start: () => Promise<Trx>,
): Promise<Trx> {
  const deadline = new TransactionDeadline(limit.timeout, limit.signals)
  const { signal } = deadline
  try {
    signal.throwIfAborted()
    const started = start()
    const trx = await Promise.race([started, rejectionOf(signal)]).catch((error: unknown) => {
      // One that starts too late has nobody to end it.
      started.then(
        (late) => late.rollback().execute(),
        () => undefined,
      )
      throw error
    })
    await bindDeadline(trx, deadline)
    return trx
  } catch (error) {
    deadline.dispose()
    throw error
  }
}

interface Ending {
  rollback(): { execute(): Promise<unknown> }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  const rejection = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  rejection.catch(() => undefined)
  return rejection
}

async function bindDeadline(
  trx: QueryExecutorProvider,
  deadline: TransactionDeadline,
): Promise<void> {
  await trx.getExecutor().provideConnection(async (connection) => {
    if (connection instanceof MatrixOneConnection) connection.limitTransaction(deadline)
  })
}

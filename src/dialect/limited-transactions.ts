/**
 * Transactions whose time is limited. The caller's promise settles even when the callback never does:
 * the transaction is rolled back, and what the callback does later is refused.
 */
import type { QueryExecutorProvider } from 'kysely'
import type { TransactionClock } from '../connection/limits/transaction-clock.js'
import { untilAborted } from '../connection/limits/waiting.js'
import { MatrixOneConnection } from './matrixone-connection.js'

/** Runs a transaction of kysely's builder until its clock has run out. */
export async function executeWithin<Trx extends QueryExecutorProvider, T>(
  clock: TransactionClock,
  execute: (callback: (trx: Trx) => Promise<T>) => Promise<T>,
  callback: (trx: Trx) => Promise<T>,
): Promise<T> {
  const { signal } = clock
  let begun = false
  try {
    signal.throwIfAborted()
    const done = execute(async (trx) => {
      begun = true
      signal.throwIfAborted()
      await bindClock(trx, clock)
      return untilAborted(callback(trx), signal)
    })
    return await untilAborted(done, signal).catch((reason: unknown) => {
      // Once it has begun, the caller hears of the end only after the rollback.
      if (begun) return done
      throw reason
    })
  } finally {
    clock.stop()
  }
}

/** Starts a transaction that the program ends, under a clock for all of it. */
export async function startWithin<Trx extends QueryExecutorProvider & Ending>(
  clock: TransactionClock,
  start: () => Promise<Trx>,
): Promise<Trx> {
  const { signal } = clock
  try {
    signal.throwIfAborted()
    const started = start()
    const trx = await untilAborted(started, signal).catch((error: unknown) => {
      // The caller does not get one that starts too late, so it is ended here.
      started.then(
        (late) => late.rollback().execute(),
        () => undefined,
      )
      throw error
    })
    await bindClock(trx, clock)
    return trx
  } catch (error) {
    clock.stop()
    throw error
  }
}

interface Ending {
  rollback(): { execute(): Promise<unknown> }
}

async function bindClock(trx: QueryExecutorProvider, clock: TransactionClock): Promise<void> {
  await trx.getExecutor().provideConnection(async (connection) => {
    if (connection instanceof MatrixOneConnection) connection.limitTransaction(clock)
  })
}

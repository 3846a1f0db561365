import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type ConnectionEvents,
  DeadlockError,
  isRetryable,
  LockWaitTimeoutError,
  MatrixOne,
  MatrixOneError,
  onEvent,
  retryTransaction,
  setSession,
  TransactionAbortedError,
  UnknownOutcomeError,
} from 'kysely-matrixone'
import { openClient, openDatabase, type TestDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url, { proxy: true })
const DATABASE = 'kmo_connection_retry'

interface DB {
  t: { id: number; v: number }
}

let database: TestDatabase<DB>
let db: MatrixOne<DB>
let retries: ConnectionEvents['kysely-matrixone:transaction:retry'][]

const quick = { backoff: 1, maxDelay: 2 }

beforeAll(async () => {
  database = await openDatabase<DB>(server, DATABASE)
})

beforeEach(async () => {
  db = openClient(database, {
    connection: { connectionLimit: 2 },
    hooks: [setSession({ lock_wait_timeout: 1 })],
  })
  retries = []
  const stop = onEvent('kysely-matrixone:transaction:retry', (event) => retries.push(event))
  await sql`create table if not exists t (id int primary key, v int)`.execute(db)
  await sql`delete from t where id >= 0`.execute(db)
  await db.insertInto('t').values({ id: 1, v: 0 }).execute()
  return async () => {
    stop()
    await db.destroy()
  }
})

const rows = (): Promise<readonly { id: number; v: number }[]> =>
  db.selectFrom('t').selectAll().orderBy('id').execute()

describe('retry', () => {
  it('replays the whole transaction after a lock wait timeout, and its rows are there once', async () => {
    const holder = await db.startTransaction().execute()
    await holder.updateTable('t').set({ v: 10 }).where('id', '=', 1).execute()
    let runs = 0
    await db
      .transaction()
      .retry(quick)
      .execute(async (trx) => {
        runs += 1
        await trx.insertInto('t').values({ id: 2, v: runs }).execute()
        try {
          await trx
            .updateTable('t')
            .set((eb) => ({ v: eb('v', '+', 1) }))
            .where('id', '=', 1)
            .execute()
        } catch (error) {
          await holder.rollback().execute()
          throw error
        }
      })
    expect(runs).toBe(2)
    expect(await rows()).toEqual([
      { id: 1, v: 1 },
      { id: 2, v: 2 },
    ])
    expect(retries).toMatchObject([
      { attempt: 1, attempts: 5, error: expect.any(LockWaitTimeoutError) },
    ])
  })

  it('replays when the callback swallowed the conflict and went on', async () => {
    const holder = await db.startTransaction().execute()
    await holder.updateTable('t').set({ v: 10 }).where('id', '=', 1).execute()
    let runs = 0
    await db
      .transaction()
      .retry(quick)
      .execute(async (trx) => {
        runs += 1
        const update = trx.updateTable('t').set({ v: 5 }).where('id', '=', 1).execute()
        await update.catch(() => holder.rollback().execute())
        await trx.insertInto('t').values({ id: 3, v: 0 }).execute()
      })
    // 3.0.14 keeps the transaction through a lock timeout, so there is nothing to replay.
    const ends = server.can.lockTimeoutEndsTransaction
    expect(runs).toBe(ends ? 2 : 1)
    expect(retries.map(({ error }) => error instanceof TransactionAbortedError)).toEqual(
      ends ? [true] : [],
    )
    expect(await rows()).toEqual([
      { id: 1, v: ends ? 5 : 0 },
      { id: 3, v: 0 },
    ])
  })

  it('never replays an unknown outcome', async () => {
    server.faults.cut({ at: 'after', statement: /^commit/ })
    let runs = 0
    const lost = db
      .transaction()
      .retry(quick)
      .execute((trx) => {
        runs += 1
        return trx.insertInto('t').values({ id: 4, v: runs }).execute()
      })
    await expect(lost).rejects.toThrow(UnknownOutcomeError)
    expect(runs).toBe(1)
    expect(await rows()).toContainEqual({ id: 4, v: 1 })
  })

  it('keeps the settings of the builder in any order', async () => {
    const builder = db
      .transaction()
      .retry({ ...quick, attempts: 2 })
      .setIsolationLevel('read committed')
    let runs = 0
    const failed = builder.execute(async () => {
      runs += 1
      throw new DeadlockError('again', { errno: 20701, retryable: true })
    })
    await expect(failed).rejects.toThrow('again')
    expect(runs).toBe(2)
  })

  it('ends with the signal, also while it waits', async () => {
    const controller = new AbortController()
    const reason = new Error('shutting down')
    const failed = db
      .transaction()
      .retry({ backoff: 1e6, maxDelay: 1e6, signal: controller.signal })
      .execute(async () => {
        setTimeout(() => controller.abort(reason), 20)
        throw new DeadlockError('again', { errno: 20701, retryable: true })
      })
    await expect(failed).rejects.toBe(reason)
  })
})

describe('retryTransaction', () => {
  const conflict = (): Error => new DeadlockError('again', { errno: 20701, retryable: true })

  it('runs as often as it is allowed to, and then throws the last error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.nat({ max: 8 }),
        async (attempts, bad) => {
          let runs = 0
          const done = await retryTransaction(
            async () => {
              runs += 1
              if (runs <= bad) throw conflict()
              return 'done'
            },
            { attempts, backoff: 0 },
          ).catch(() => 'failed')
          expect(done).toBe(bad < attempts ? 'done' : 'failed')
          expect(runs).toBe(Math.min(attempts, bad + 1))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('waits a random part of twice as much each time, and never longer than maxDelay', async () => {
    await retryTransaction(() => Promise.reject(conflict()), {
      attempts: 8,
      backoff: 1,
      maxDelay: 4,
    }).catch(() => undefined)
    const limits = [1, 2, 4, 4, 4, 4, 4]
    expect(retries).toHaveLength(limits.length)
    for (const [index, { attempt, delay }] of retries.entries()) {
      expect(attempt).toBe(index + 1)
      expect(delay).toBeLessThanOrEqual(limits[index] ?? 0)
    }
  })

  it('begins nothing beyond its budget', async () => {
    let runs = 0
    const failed = retryTransaction(
      () => {
        runs += 1
        return Promise.reject(conflict())
      },
      { budget: 0, backoff: 100 },
    )
    await expect(failed).rejects.toThrow('again')
    expect(runs).toBe(1)
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses %s attempts', async (attempts) => {
    await expect(retryTransaction(async () => 1, { attempts })).rejects.toThrow(/positive integer/)
  })
})

describe('isRetryable', () => {
  const conflict = new DeadlockError('d', { errno: 20701, retryable: true })

  it.each([
    ['a conflict', conflict, true],
    [
      'a conflict that the program wrapped',
      new Error('transfer failed', { cause: conflict }),
      true,
    ],
    ['an aborted transaction', new TransactionAbortedError('a', { cause: conflict }), true],
    ['an aborted transaction without a conflict', new TransactionAbortedError('a'), false],
    ['an unknown outcome', new UnknownOutcomeError('u', { cause: conflict }), false],
    ['another error of the server', new MatrixOneError('m', { errno: 1062 }), false],
    ['another error', new Error('e'), false],
    ['no error', 'text', false],
  ])('of %s', (_what, error, expected) => {
    expect(isRetryable(error)).toBe(expected)
  })

  it('ends for a cause that leads back to itself', () => {
    const error = new Error('round')
    error.cause = error
    expect(isRetryable(error)).toBe(false)
  })
})

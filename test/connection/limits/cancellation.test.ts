import { getEventListeners } from 'node:events'
import * as kysely from 'kysely'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  MatrixOne,
  onEvent,
  StatementTimeoutError,
  TransactionAbortedError,
  TransactionTimeoutError,
  UniqueViolationError,
  UnknownOutcomeError,
} from 'kysely-matrixone'
import {
  type ClientConfig,
  openClient,
  openDatabase,
  type TestDatabase,
  withClient,
} from '../../support/database.js'
import { connectionIdOf } from '../../support/queries.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url, { proxy: true })
const { sql } = kysely
const DATABASE = 'kmo_connection_cancellation'

interface DB {
  t: { id: number; v: number | null }
}

let database: TestDatabase<DB>
let db: MatrixOne<DB>

const open = (): MatrixOne<DB> => openClient(database, { connection: { connectionLimit: 1 } })

const withOptions = <T>(config: ClientConfig, use: (limited: MatrixOne<DB>) => Promise<T>) =>
  withClient(database, { ...config, connection: { connectionLimit: 1 } }, use)

const idsIn = async (on: MatrixOne<DB>): Promise<number[]> =>
  (await on.selectFrom('t').select('id').orderBy('id').execute()).map(({ id }) => id)

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  )

beforeAll(async () => {
  database = await openDatabase<DB>(server, DATABASE)
})

beforeEach(async () => {
  db = open()
  await sql`create table if not exists t (id int primary key, v int)`.execute(db)
  await sql`delete from t where id >= 0`.execute(db)
  return () => db.destroy()
})

describe('statementTimeout', () => {
  it('ends a statement on the server and leaves the connection usable', async () => {
    await withOptions({ statementTimeout: 500 }, async (limited) => {
      const before = await connectionIdOf(limited)
      const error = await errorOf(sql`select sleep(20) as s`.execute(limited))
      expect(error).toBeInstanceOf(StatementTimeoutError)
      expect(error).toMatchObject({ message: expect.stringContaining('within 500 ms') })
      expect(await connectionIdOf(limited)).toBe(before)
    })
  })

  it('undoes the write that it ends', async () => {
    await withOptions({ statementTimeout: 500 }, async (limited) => {
      const write = sql`insert into t select 1, sleep(20)`.execute(limited)
      expect(await errorOf(write)).toBeInstanceOf(StatementTimeoutError)
      expect(await idsIn(limited)).toEqual([])
    })
  })

  it('leaves an open transaction as it was before the statement', async () => {
    await withOptions({ statementTimeout: 600 }, async (limited) => {
      await limited.transaction().execute(async (trx) => {
        await trx.insertInto('t').values({ id: 1, v: null }).execute()
        const late = sql`insert into t select 2, sleep(20)`.execute(trx)
        expect(await errorOf(late)).toBeInstanceOf(StatementTimeoutError)
        await trx.insertInto('t').values({ id: 3, v: null }).execute()
      })
      expect(await idsIn(limited)).toEqual([1, 3])
    })
  })

  it('closes a connection that does not answer any more, and tells no more than is known', async () => {
    await withOptions({ statementTimeout: 500, cancelTimeout: 300 }, async (limited) => {
      server.faults.blackHole({ at: 'after', statement: /^select 'lost'/ })
      expect(await errorOf(sql`select 'lost' as s`.execute(limited))).toBeInstanceOf(
        StatementTimeoutError,
      )
      server.faults.blackHole({ at: 'after', statement: /^insert/ })
      const write = limited.insertInto('t').values({ id: 4, v: null }).execute()
      expect(await errorOf(write)).toBeInstanceOf(UnknownOutcomeError)
      expect(await idsIn(limited)).toEqual([4])
    })
  })
})

describe('withDeadline', () => {
  it('ends a query', async () => {
    const late = sql`select sleep(20) as s`.execute(db.withDeadline({ timeout: 150 }))
    expect(await errorOf(late)).toBeInstanceOf(StatementTimeoutError)
    expect(await idsIn(db)).toEqual([])
  })

  it('ends what was compiled elsewhere, and what managers send', async () => {
    const compiled = sql`select sleep(20) as s`.compile(db)
    const limited = db.withDeadline({ timeout: 150 })
    expect(await errorOf(limited.executeQuery(compiled))).toBeInstanceOf(StatementTimeoutError)
    expect(await errorOf(limited.execute('select sleep(?) as s', [20]))).toBeInstanceOf(
      StatementTimeoutError,
    )
  })

  it('ends a stream that is not read to its end in time, also while no rows are asked for', async () => {
    const limited = db.withDeadline({ timeout: 300 })
    const before = await connectionIdOf(db)
    const rows = limited
      .selectFrom(sql<{ n: number }>`(select result as n from generate_series(1, 3000) g)`.as('s'))
      .selectAll()
      .stream(10)
    const read = async (): Promise<void> => {
      for await (const row of rows) {
        if (Number(row.n) === 10) await new Promise((resolve) => setTimeout(resolve, 600))
      }
    }
    expect(await errorOf(read())).toBeInstanceOf(StatementTimeoutError)
    expect(await connectionIdOf(db)).toBe(before)
  })

  it('ends with its signal, whose reason is what the caller gets', async () => {
    const controller = new AbortController()
    const limited = db.withDeadline({ signal: controller.signal })
    const reason = new Error('the user left')
    const late = errorOf(sql`select sleep(20) as s`.execute(limited))
    setTimeout(() => controller.abort(reason), 150)
    expect(await late).toBe(reason)
    expect(await errorOf(limited.selectFrom('t').selectAll().execute())).toBe(reason)
    expect(await idsIn(db)).toEqual([])
  })

  it('leaves no listener on a signal that lives longer', async () => {
    const { signal } = new AbortController()
    const limited = db.withDeadline({ signal })
    for (let id = 1; id <= 3; id += 1) {
      await limited
        .transaction()
        .execute((trx) => trx.insertInto('t').values({ id, v: null }).execute())
    }
    expect(await idsIn(limited)).toEqual([1, 2, 3])
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('the deadline of a transaction', () => {
  it('rolls it back while a statement runs', async () => {
    const before = await connectionIdOf(db)
    const late = db
      .withDeadline({ timeout: 300 })
      .transaction()
      .execute(async (trx) => {
        await trx.insertInto('t').values({ id: 1, v: null }).execute()
        await sql`select sleep(20) as s`.execute(trx)
      })
    expect(await errorOf(late)).toBeInstanceOf(TransactionTimeoutError)
    expect(await idsIn(db)).toEqual([])
    expect(await connectionIdOf(db)).toBe(before)
  })

  it('settles the caller although the callback never does, and refuses what it does later', async () => {
    let later: Promise<unknown> | undefined
    const late = db
      .withDeadline({ timeout: 200 })
      .transaction()
      .execute(async (trx) => {
        await trx.insertInto('t').values({ id: 1, v: null }).execute()
        later = new Promise((resolve) => setTimeout(resolve, 500)).then(() =>
          errorOf(trx.insertInto('t').values({ id: 2, v: null }).execute()),
        )
        await new Promise(() => undefined)
      })
    expect(await errorOf(late)).toBeInstanceOf(TransactionTimeoutError)
    expect(await later).toBeInstanceOf(Error)
    expect(await idsIn(db)).toEqual([])
  })

  it('ends the wait for a connection', async () => {
    const holder = await db.startTransaction().execute()
    const late = db
      .withDeadline({ timeout: 100 })
      .transaction()
      .execute(async () => 1)
    const started = db.withDeadline({ timeout: 100 }).startTransaction().execute()
    expect(await errorOf(late)).toBeInstanceOf(TransactionTimeoutError)
    expect(await errorOf(started)).toBeInstanceOf(TransactionTimeoutError)
    await holder.rollback().execute()
    await db.insertInto('t').values({ id: 9, v: null }).execute()
    expect(await idsIn(db)).toEqual([9])
  })

  it('frees the locks of a controlled transaction that is never ended', async () => {
    const other = open()
    const trx = await db.withDeadline({ timeout: 1_000 }).startTransaction().execute()
    await trx.insertInto('t').values({ id: 1, v: null }).execute()
    await other.insertInto('t').values({ id: 1, v: 2 }).execute()
    await expect(trx.selectFrom('t').selectAll().execute()).rejects.toMatchObject({
      name: 'TransactionAbortedError',
      cause: expect.any(TransactionTimeoutError),
      retryable: false,
    })
    await expect(trx.commit().execute()).rejects.toThrow(TransactionAbortedError)
    await trx.rollback().execute()
    expect(await idsIn(db)).toEqual([1])
    await other.destroy()
  })

  it('is an unknown outcome when COMMIT is not answered', async () => {
    await withOptions({ cancelTimeout: 300 }, async (limited) => {
      server.faults.blackHole({ at: 'after', statement: /^commit/ })
      const late = limited
        .withDeadline({ timeout: 1_000 })
        .transaction()
        .execute((trx) => trx.insertInto('t').values({ id: 5, v: null }).execute())
      expect(await errorOf(late)).toBeInstanceOf(UnknownOutcomeError)
      expect(await idsIn(limited)).toEqual([5])
    })
  })
})

describe('a rollback that is not answered', () => {
  it('does not keep the caller, who gets the error that led to it', async () => {
    await withOptions({ cancelTimeout: 300 }, async (limited) => {
      server.faults.blackHole({ at: 'before', statement: /^rollback/ })
      const first = new Error('ORIGINAL')
      const failed = limited.transaction().execute(async (trx) => {
        await trx.insertInto('t').values({ id: 6, v: null }).execute()
        throw first
      })
      expect(await errorOf(failed)).toBe(first)
      await limited.insertInto('t').values({ id: 6, v: 1 }).execute()
      expect(await idsIn(limited)).toEqual([6])
    })
  })
})

describe('statements of a transaction that are not awaited one by one', () => {
  it('are not committed on their own after another one failed', async () => {
    await db.insertInto('t').values({ id: 1, v: 7 }).execute()
    const failed = db.transaction().execute(async (trx) => {
      const insert = (id: number): Promise<unknown> =>
        trx.insertInto('t').values({ id, v: null }).execute()
      await Promise.all([insert(1), insert(2), insert(3), insert(4)])
    })
    expect(await errorOf(failed)).toBeInstanceOf(UniqueViolationError)
    expect(await idsIn(db)).toEqual([1])
  })

  it('are not committed on their own after its callback threw', async () => {
    const first = new Error('ORIGINAL')
    const strays: Promise<unknown>[] = []
    const failed = db.transaction().execute(async (trx) => {
      for (const id of [1, 2, 3]) {
        strays.push(errorOf(trx.insertInto('t').values({ id, v: 8 }).execute()))
      }
      throw first
    })
    expect(await errorOf(failed)).toBe(first)
    expect((await Promise.all(strays)).at(-1)).toBeInstanceOf(TransactionAbortedError)
    expect(await idsIn(db)).toEqual([])
  })
})

/** kysely 0.28 has neither this plugin nor a signal; withDeadline has it there too. */
const hasSignal = 'SafeNullComparisonPlugin' in kysely

describe.runIf(hasSignal)("kysely's signal", () => {
  const abortIn = (milliseconds: number): { signal: AbortSignal; reason: Error } => {
    const controller = new AbortController()
    const reason = new Error('the user left')
    setTimeout(() => controller.abort(reason), milliseconds)
    return { signal: controller.signal, reason }
  }

  it.each([undefined, 'ignore query', 'cancel query'] as const)(
    'ends the query on the server, also with the strategy %s, and prints nothing',
    async (inflightQueryAbortStrategy) => {
      const print = vi.spyOn(console, 'error')
      const before = await connectionIdOf(db)
      const { signal, reason } = abortIn(150)
      const late = sql`select sleep(20) as s`.execute(db, { signal, inflightQueryAbortStrategy })
      expect(await errorOf(late)).toBe(reason)
      expect(await connectionIdOf(db)).toBe(before)
      expect(print).not.toHaveBeenCalled()
      print.mockRestore()
    },
  )

  it.each([undefined, 'cancel query'] as const)(
    'ends a query of a transaction before its rollback, with the strategy %s',
    async (inflightQueryAbortStrategy) => {
      const before = await connectionIdOf(db)
      const { signal, reason } = abortIn(200)
      const late = db.transaction().execute(async (trx) => {
        await trx.insertInto('t').values({ id: 1, v: null }).execute()
        await sql`select sleep(20) as s`.execute(trx, { signal, inflightQueryAbortStrategy })
      })
      expect(await errorOf(late)).toBe(reason)
      expect(await idsIn(db)).toEqual([])
      expect(await connectionIdOf(db)).toBe(before)
    },
  )

  it('closes the connection with the strategy kill session, and the pool opens another', async () => {
    const before = await connectionIdOf(db)
    const { signal, reason } = abortIn(150)
    const late = sql`select sleep(20) as s`.execute(db, {
      signal,
      inflightQueryAbortStrategy: 'kill session',
    })
    expect(await errorOf(late)).toBe(reason)
    expect(await connectionIdOf(db)).not.toBe(before)
  })

  it('ends a stream', async () => {
    const before = await connectionIdOf(db)
    const print = vi.spyOn(console, 'error')
    const { signal, reason } = abortIn(150)
    const read = async (): Promise<void> => {
      const rows = db
        .selectFrom(sql<{ n: number }>`(select sleep(20) as n)`.as('s'))
        .selectAll()
        .stream({ chunkSize: 10, signal })
      for await (const row of rows) expect(row).toBe('no row')
    }
    expect(await errorOf(read())).toBe(reason)
    expect(await connectionIdOf(db)).toBe(before)
    expect(print).not.toHaveBeenCalled()
    print.mockRestore()
  })

  it("lets a statement go on where the dialect says 'ignore query', unless its call says otherwise", async () => {
    await withOptions({ inflightQueryAbortStrategy: 'ignore query' }, async (lenient) => {
      const print = vi.spyOn(console, 'error')
      // Aborted as it is sent: a recording answers at once.
      const first = new AbortController()
      const reason = new Error('the user left')
      const stop = onEvent('kysely-matrixone:query:start', () => first.abort(reason))
      const left = sql`insert into t select 1, sleep(1)`.execute(lenient, { signal: first.signal })
      expect(await errorOf(left)).toBe(reason)
      stop()
      // The only connection is free when that statement is done.
      expect(await idsIn(lenient)).toEqual([1])
      const second = abortIn(150)
      const ended = sql`insert into t select 2, sleep(20)`.execute(lenient, {
        signal: second.signal,
        inflightQueryAbortStrategy: 'cancel query',
      })
      expect(await errorOf(ended)).toBe(second.reason)
      expect(await idsIn(lenient)).toEqual([1])
      expect(print).not.toHaveBeenCalled()
      print.mockRestore()
    })
  })
})

import { sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ConnectionError, MatrixOne, UnknownOutcomeError } from 'kysely-matrixone'
import { openClient, openDatabase, type TestDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url, { proxy: true })
const DATABASE = 'kmo_dialect_faults'

interface DB {
  t: { id: number }
}

let database: TestDatabase<DB>
let db: MatrixOne<DB>

beforeAll(async () => {
  database = await openDatabase<DB>(server, DATABASE)
})

beforeEach(async () => {
  db = openClient(database, { connection: { connectionLimit: 2 } })
  await sql`create table if not exists t (id int primary key)`.execute(db)
  await sql`delete from t where id >= 0`.execute(db)
  return () => db.destroy()
})

const insertInTransaction = (id: number): Promise<unknown> =>
  db.transaction().execute((trx) => trx.insertInto('t').values({ id }).execute())

const idsSeen = async (): Promise<number[]> =>
  (await db.selectFrom('t').select('id').orderBy('id').execute()).map(({ id }) => id)

describe('a COMMIT whose answer is lost', () => {
  it('has an unknown outcome, and the row is there', async () => {
    server.faults.cut({ at: 'after', statement: /^commit/ })
    const failure = await insertInTransaction(1).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(UnknownOutcomeError)
    expect(failure).toMatchObject({ retryable: false, cause: expect.any(ConnectionError) })
    expect(await idsSeen()).toEqual([1])
  })

  it('has the same unknown outcome when it never reached the server, and the row is not there', async () => {
    server.faults.cut({ at: 'before', statement: /^commit/ })
    await expect(insertInTransaction(1)).rejects.toThrow(UnknownOutcomeError)
    expect(await idsSeen()).toEqual([])
  })
})

describe('a statement whose answer is lost', () => {
  it('has an unknown outcome when it would have been committed at once', async () => {
    server.faults.cut({ at: 'after', statement: /^insert/ })
    await expect(db.insertInto('t').values({ id: 2 }).execute()).rejects.toThrow(
      UnknownOutcomeError,
    )
    expect(await idsSeen()).toEqual([2])
  })

  it('is a broken connection and no doubt when it only read', async () => {
    server.faults.cut({ at: 'after', statement: /^select `id`/ })
    const failure = await db
      .selectFrom('t')
      .select('id')
      .execute()
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ConnectionError)
    expect(failure).not.toBeInstanceOf(UnknownOutcomeError)
  })

  it('is a broken connection and no doubt inside a transaction, which is gone', async () => {
    server.faults.cut({ at: 'after', statement: /^insert/ })
    const failure = await insertInTransaction(3).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ConnectionError)
    expect(failure).not.toBeInstanceOf(UnknownOutcomeError)
    expect(await idsSeen()).toEqual([])
  })
})

describe('a rollback that fails', () => {
  it('never hides the error that led to it', async () => {
    server.faults.cut({ at: 'before', statement: /^rollback/ })
    const first = new Error('ORIGINAL')
    await expect(
      db.transaction().execute(async (trx) => {
        await trx.insertInto('t').values({ id: 4 }).execute()
        throw first
      }),
    ).rejects.toBe(first)
    expect(await idsSeen()).toEqual([])
  })
})

describe('destroy()', () => {
  it('answers a caller whose statement is still running', async () => {
    const quick = openClient(database, { shutdownTimeout: 100 })
    server.faults.blackHole({ at: 'after', statement: /black/ })
    const running = sql`select 'black' as hole`.execute(quick).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await quick.destroy()
    expect(await running).toBeInstanceOf(ConnectionError)
  })

  it('is not undone by a later query', async () => {
    const done = openClient(database)
    await sql`select 1`.execute(done)
    await done.destroy()
    await expect(sql`select 1`.execute(done)).rejects.toThrow(/destroyed/)
  })
})

describe('a server that is not there', () => {
  it('is a ConnectionError that holds no password', async () => {
    await server.faults.refuseConnections()
    const failure = await sql`select 1`
      .execute(
        new MatrixOne<DB>({
          connection: `mysql://root:secret-word@127.0.0.1:${server.options.port}/x`,
        }),
      )
      .catch((error: unknown) => error)
    await server.faults.clear()
    expect(failure).toBeInstanceOf(ConnectionError)
    expect(failure).toMatchObject({ code: 'ECONNREFUSED' })
    expect(JSON.stringify(failure) + String(failure)).not.toContain('secret-word')
  })
})

import { sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Generated } from 'kysely'
import { ConnectionHookError, type MatrixOne, StatementTimeoutError } from 'kysely-matrixone'
import { openDatabase, type TestDatabase, withClient } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url, { proxy: true })
const DATABASE = 'kmo_limits_own'

interface DB {
  t: { id: Generated<number>; v: number }
}

let database: TestDatabase<DB>

/** With one connection: a slot that does not return would show. */
const withOne = (
  config: { cancelTimeout?: number; statementTimeout?: number; hookTimeout?: number },
  use: (db: MatrixOne<DB>) => Promise<void>,
): Promise<void> => withClient(database, { ...config, connection: { connectionLimit: 1 } }, use)

const insert = (db: Pick<MatrixOne<DB>, 'insertInto'>, v: number): Promise<{ insertId?: bigint }> =>
  db.insertInto('t').values({ v }).executeTakeFirstOrThrow() as Promise<{ insertId?: bigint }>

const seen = async (): Promise<readonly number[]> =>
  (await database.db.selectFrom('t').select('v').orderBy('v').execute()).map(({ v }) => v)

beforeAll(async () => {
  database = await openDatabase<DB>(server, DATABASE)
  await sql`create table t (id int auto_increment primary key, v int)`.execute(database.db)
})

beforeEach(async () => {
  await sql`delete from t where id >= 0`.execute(database.db)
})

describe('the question whether insertId is true, with a black hole behind it', () => {
  const swallow = (): unknown => server.faults.blackHole({ statement: /as counting/ })

  it('costs the id and the connection, not the INSERT, after cancelTimeout', async () => {
    await withOne({ cancelTimeout: 200 }, async (db) => {
      swallow()
      expect(await insert(db, 1)).toMatchObject({ insertId: undefined })
      expect(await insert(db, 2)).toMatchObject({ insertId: expect.any(BigInt) })
    })
    expect(await seen()).toEqual([1, 2])
  })

  it('ends with the deadline, the signal and statementTimeout of the INSERT', async () => {
    await withOne({ cancelTimeout: 60_000 }, async (db) => {
      swallow()
      expect(await insert(db.withDeadline({ timeout: 200 }), 1)).toMatchObject({
        insertId: undefined,
      })
      swallow()
      const signal = AbortSignal.timeout(200)
      expect(await insert(db.withDeadline({ signal }), 2)).toMatchObject({ insertId: undefined })
    })
    await withOne({ cancelTimeout: 60_000, statementTimeout: 300 }, async (db) => {
      swallow()
      expect(await insert(db, 3)).toMatchObject({ insertId: undefined })
      expect(await insert(db, 4)).toMatchObject({ insertId: expect.any(BigInt) })
    })
    expect(await seen()).toEqual([1, 2, 3, 4])
  })

  it('ends with the time of the transaction, which is rolled back', async () => {
    await withOne({ cancelTimeout: 500 }, async (db) => {
      swallow()
      await expect(
        db
          .withDeadline({ timeout: 300 })
          .transaction()
          .execute((trx) => insert(trx, 1)),
      ).rejects.toThrow(/not done within 300 ms|closed/)
      await insert(db, 2)
    })
    expect(await seen()).toEqual([2])
  })
})

describe('a black hole behind another statement of ours', () => {
  it('BEGIN is a broken connection after cancelTimeout, and the slot returns', async () => {
    await withOne({ cancelTimeout: 1_000 }, async (db) => {
      server.faults.blackHole({ statement: /^begin/ })
      await expect(db.transaction().execute((trx) => insert(trx, 1))).rejects.toThrow(
        /BEGIN was not answered in time/,
      )
      await db.transaction().execute((trx) => insert(trx, 2))
    })
    expect(await seen()).toEqual([2])
  })

  it('ROLLBACK leaves the first error to the caller, and the slot returns', async () => {
    await withOne({ cancelTimeout: 1_000 }, async (db) => {
      server.faults.blackHole({ statement: /^rollback/ })
      const mine = new Error('mine')
      const fail = async (): Promise<never> => {
        throw mine
      }
      await expect(db.transaction().execute(fail)).rejects.toBe(mine)
      await insert(db, 1)
    })
    expect(await seen()).toEqual([1])
  })

  it.each([
    ['the identity question', /^select user\(\)/],
    ['the SET of the set-up', /^set time_zone/],
  ])('%s ends within hookTimeout', async (_name, statement) => {
    await withOne({ hookTimeout: 1_000 }, async (db) => {
      server.faults.blackHole({ statement })
      await expect(insert(db, 1)).rejects.toThrow(ConnectionHookError)
      await insert(db, 2)
    })
    expect(await seen()).toEqual([2])
  })

  it('KILL QUERY ends within cancelTimeout, and closes the connection', async () => {
    await withOne({ cancelTimeout: 1_000 }, async (db) => {
      server.faults.blackHole({ statement: /^kill query/ })
      await expect(
        sql`select sleep(2) as s`.execute(db.withDeadline({ timeout: 100 })),
      ).rejects.toThrow(StatementTimeoutError)
      await insert(db, 1)
    })
    expect(await seen()).toEqual([1])
  })

  it('a side connection that is never greeted is closed, too', async () => {
    await withOne({ cancelTimeout: 1_000 }, async (db) => {
      await sql`select 1`.execute(db)
      server.faults.delayGreeting(Infinity)
      await expect(
        sql`select sleep(2) as s`.execute(db.withDeadline({ timeout: 100 })),
      ).rejects.toThrow(StatementTimeoutError)
      await server.faults.clear()
      await insert(db, 1)
    })
    expect(await seen()).toEqual([1])
  })
})

import { sql } from 'kysely'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import {
  ConnectionError,
  MatrixOne,
  MatrixOneError,
  onEvent,
  StatementTimeoutError,
  UnsupportedError,
} from 'kysely-matrixone'
import { withSessionVariables } from '../../../src/managers/statement/session-variables.js'
import {
  type ClientConfig,
  openDatabase,
  type TestDatabase,
  withClient,
} from '../../support/database.js'
import { connectionIdOf } from '../../support/queries.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url, { proxy: true })
const DATABASE = 'kmo_connection_pinned'

interface DB {
  items: { id: number; name: string }
  scratch: { id: number }
}

let test: TestDatabase<DB>

beforeAll(async () => {
  test = await openDatabase<DB>(server, DATABASE)
  await sql`create table items (id int primary key, name varchar(20))`.execute(test.db)
})

const withDatabase = (
  run: (db: MatrixOne<DB>) => Promise<void>,
  connectionLimit = 4,
  config: ClientConfig = {},
): Promise<void> => withClient(test, { ...config, connection: { connectionLimit } }, run)

describe('statements of the pool', () => {
  it('run on any connection, one after the other and at once (why there is pinned())', async () => {
    await withDatabase(async (db) => {
      const ids = await Promise.all(Array.from({ length: 4 }, () => connectionIdOf(db)))
      expect(new Set(ids).size).toBe(4)
    })
  })
})

describe('pinned', () => {
  it('runs everything on one connection, at once or not, managers and transactions too', async () => {
    await withDatabase(async (db) => {
      await db.pinned(async (one) => {
        expect(one).toBeInstanceOf(MatrixOne)
        expectTypeOf(one).toEqualTypeOf<MatrixOne<DB>>()
        const ids = await Promise.all([
          connectionIdOf(one),
          connectionIdOf(one),
          connectionIdOf(one.withSchema(DATABASE)),
        ])
        ids.push(await one.transaction().execute((trx) => connectionIdOf(trx)))
        ids.push(await one.pinned((same) => connectionIdOf(same)))
        expect(new Set(ids).size).toBe(1)
        expect(await connectionIdOf(db)).not.toBe(ids[0])
        expect(await one.snapshots.exists('kmo_pinned_none')).toBe(false)
      })
    })
  })

  it('is no transaction: what was written stays when the callback fails', async () => {
    await withDatabase(async (db) => {
      const failure = new Error('no')
      const failing = db.pinned(async (one) => {
        await one.insertInto('items').values({ id: 1, name: 'a' }).execute()
        throw failure
      })
      await expect(failing).rejects.toBe(failure)
      expect(await db.selectFrom('items').selectAll().execute()).toEqual([{ id: 1, name: 'a' }])
    })
  })

  it('gives the connection back, also after a failure', async () => {
    await withDatabase(async (db) => {
      const id = await connectionIdOf(db)
      expect(await db.pinned((one) => connectionIdOf(one))).toBe(id)
      await db.pinned(async () => Promise.reject(new Error('no'))).catch(() => undefined)
      expect(await connectionIdOf(db)).toBe(id)
    }, 1)
  })

  it('replaces a connection that broke', async () => {
    await withDatabase(async (db) => {
      const id = await connectionIdOf(db)
      const broken = db.pinned(async (one) => {
        server.faults.cut({ at: 'before', statement: /^select 'cut'/ })
        await expect(sql`select 'cut' as text`.execute(one)).rejects.toThrow(ConnectionError)
        return connectionIdOf(one)
      })
      await expect(broken).rejects.toThrow(ConnectionError)
      expect(await connectionIdOf(db)).not.toBe(id)
    }, 1)
  })

  it('keeps the session from one statement to the next', async () => {
    await withDatabase(async (db) => {
      await db.pinned(async (one) => {
        await sql`create temporary table scratch (id int)`.execute(one)
        await sql`set @factor = 3`.execute(one)
        await one
          .insertInto('scratch')
          .values([{ id: 1 }, { id: 2 }])
          .execute()
        const { rows } = await sql`select sum(id) * @factor as total from scratch`.execute(one)
        expect(rows).toEqual([{ total: expect.anything() }])
      })
    })
  })

  it.each([
    'set probe_limit = 7',
    'create temporary table scratch (id int)',
    'use mo_catalog',
    "select get_lock('kmo_pinned', 1)",
  ])('closes the connection afterwards when %j changed its session', async (text) => {
    await withDatabase(async (db) => {
      const closed: unknown[] = []
      const stop = onEvent('kysely-matrixone:connection:closed', ({ reason }) => {
        closed.push(reason)
      })
      const id = await db.pinned(async (one) => {
        const changing = sql`${sql.raw(text)}`.execute(one)
        // 3.0 has no GET_LOCK; a statement that failed may have changed the session as well.
        if (text.includes('get_lock') && !server.can.getLock)
          await expect(changing).rejects.toThrow(UnsupportedError)
        else await changing
        return connectionIdOf(one)
      })
      expect(await connectionIdOf(db)).not.toBe(id)
      stop()
      expect(closed).toEqual([expect.any(ConnectionError)])
      const { rows } = await sql`select database() as name, @@probe_limit as lists`.execute(db)
      expect(rows).toEqual([{ name: DATABASE, lists: '5' }])
    }, 1)
  })

  it('keeps a connection whose session a manager has set back', async () => {
    await withDatabase(async (db) => {
      const id = await connectionIdOf(db)
      const lists = await withSessionVariables(db, { probe_limit: 9 }, '', (one) =>
        sql`select @@probe_limit as lists`.execute(one as MatrixOne<DB>),
      )
      expect(lists.rows).toEqual([{ lists: '9' }])
      expect(await connectionIdOf(db)).toBe(id)
    }, 1)
  })

  it('refuses what is sent on its handle after the callback has ended', async () => {
    await withDatabase(async (db) => {
      let kept: MatrixOne<DB> = db
      await db.pinned(async (one) => void (kept = one))
      for (const late of [
        () => kept.selectFrom('items').selectAll().execute(),
        () => kept.transaction().execute(async () => undefined),
        () => kept.selectFrom('items').selectAll().stream().next(),
      ]) {
        const refused = Promise.resolve().then<unknown>(late)
        await expect(refused).rejects.toThrow(MatrixOneError)
        await expect(Promise.resolve().then<unknown>(late)).rejects.toThrow(
          /callback that has ended/,
        )
      }
      expect(await db.selectFrom('items').select('id').execute()).toEqual([{ id: 1 }])
    }, 1)
  })

  it('leaves out what was not awaited, and serves the next one', async () => {
    await withDatabase(async (db) => {
      let late: Promise<unknown> = Promise.resolve()
      await db.pinned(async (one) => {
        void one.selectFrom('items').selectAll().execute()
        late = one
          .deleteFrom('items')
          .execute()
          .catch((error: unknown) => error)
      })
      expect(await late).toBeInstanceOf(MatrixOneError)
      expect(await db.selectFrom('items').select('id').execute()).toEqual([{ id: 1 }])
    }, 1)
  })

  it('obeys the deadlines of the handle that it was called on', async () => {
    await withDatabase(async (db) => {
      await db.withDeadline({ timeout: 300 }).pinned(async (one) => {
        const id = await connectionIdOf(one)
        await expect(sql`select sleep(3)`.execute(one)).rejects.toThrow(StatementTimeoutError)
        expect(await connectionIdOf(one)).toBe(id)
      })
    })
  })

  it('runs the hooks first and goes through the interceptors', async () => {
    const seen: string[] = []
    const config: ClientConfig = {
      hooks: async (connection) => void (await connection.execute("set @who = 'hook'")),
      interceptors: [
        {
          execute: (call, next) => (seen.push(call.query.sql), next(call)),
          begin: (call, next) => next(call),
        },
      ],
    }
    await withDatabase(
      async (db) => {
        const { rows } = await db.pinned((one) => sql`select @who as who`.execute(one))
        expect(rows).toEqual([{ who: 'hook' }])
        expect(seen).toEqual(['select @who as who'])
      },
      1,
      config,
    )
  })

  it('on a transaction is the transaction itself', async () => {
    await withDatabase(async (db) => {
      await db.transaction().execute(async (trx) => {
        await trx.pinned(async (one) => expect(one).toBe(trx))
      })
    })
  })
})

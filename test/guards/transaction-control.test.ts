import { setImmediate as nextTurn } from 'node:timers/promises'
import { Kysely, sql } from 'kysely'
import mysql from 'mysql2/promise'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  UniqueViolationError,
  GuardError,
  LockWaitTimeoutError,
  MatrixOne,
  MatrixOneDialect,
  onEvent,
  TransactionAbortedError,
} from 'kysely-matrixone'
import { openDatabase } from '../support/database.js'
import { connectionIdOf } from '../support/queries.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_guards_control'

interface DB {
  t: { id: number; v: number | null }
}

let db: MatrixOne<DB>
let plain: Kysely<DB>
let raw: mysql.Connection

beforeAll(async () => {
  const connection = { ...server.options, database: DATABASE, connectionLimit: 2 }
  ;({ db, raw } = await openDatabase<DB>(server, DATABASE, { connection: { connectionLimit: 2 } }))
  await raw.query(`use ${DATABASE}`)
  await raw.query('create table t (id int primary key, v int)')
  plain = new Kysely<DB>({ dialect: new MatrixOneDialect({ connection }) })
  server.beforeClose(() => plain.destroy())
})

beforeEach(async () => {
  await raw.query('delete from t where id >= 0')
})

const send = (text: string, on: Kysely<DB> = db): Promise<unknown> =>
  sql`${sql.raw(text)}`.execute(on)

const insert = (id: number, on: Kysely<DB>): Promise<unknown> =>
  on.insertInto('t').values({ id }).execute()

async function idsSeen(): Promise<readonly number[]> {
  const [rows] = await raw.query<mysql.RowDataPacket[]>('select id from t order by id')
  return rows.map(({ id }) => id as number)
}

describe('on the pool', () => {
  it('a ROLLBACK may undo nothing, because it meets another connection (the trap)', async () => {
    const unguarded = mysql.createPool({ ...server.options, database: DATABASE })
    const first = await unguarded.getConnection()
    await unguarded.query('begin')
    first.release()
    await first.query('insert into t values (1, 0)')
    await unguarded.query('rollback')
    expect(await idsSeen()).toEqual([1])
    for (const each of [first, await unguarded.getConnection()]) each.destroy()
  })

  it.each([
    ['begin', 'BEGIN'],
    ['start transaction', 'START'],
    ['/* c */ COMMIT', 'COMMIT'],
    ['rollback', 'ROLLBACK'],
    ['rollback to a', 'ROLLBACK'],
    ['savepoint a', 'SAVEPOINT'],
    ['release savepoint a', 'RELEASE'],
    ['lock tables t read', 'LOCK'],
    ['unlock tables', 'UNLOCK'],
    ['set transaction isolation level serializable', 'SET TRANSACTION'],
  ])('%j is refused, and transaction() named', async (text, subject) => {
    await expect(send(text)).rejects.toThrow(GuardError)
    await expect(send(text)).rejects.toThrow(
      `${subject} would act on any connection of the pool; the next statement may get another one. ` +
        'Use db.transaction().execute(async (trx) => { … }), or db.pinned(async (one) => { … }) to ' +
        'send such statements on one connection. Guard: transactionControl.',
    )
  })

  it('is refused on the one connection of the program too, which stays open', async () => {
    const mine = await mysql.createConnection({ ...server.options, database: DATABASE })
    const one = new MatrixOne<DB>({ connection: mine })
    await expect(send('begin', one)).rejects.toThrow(/Guard: transactionControl/)
    await insert(2, one)
    expect(await idsSeen()).toEqual([2])
    await one.destroy()
  })

  it('a text that hides a BEGIN is undone and rejects, instead of being answered with OK', async () => {
    const open = new MatrixOne<DB>({
      connection: { ...server.options, database: DATABASE, connectionLimit: 1 },
      guards: { stackedStatements: 'off', implicitCommit: 'off' },
    })
    await expect(send('begin; insert into t values (3, 0)', open)).rejects.toThrow(GuardError)
    await expect(
      send('insert into t values (4, 0); start transaction; insert into t values (5, 0)', open),
    ).rejects.toThrow(/Guard: transactionControl/)
    await open.destroy()
    expect(await idsSeen()).toEqual([])
  })

  it('takes a text of several statements whose transaction ends in it', async () => {
    const open = new MatrixOne<DB>({
      connection: { ...server.options, database: DATABASE, connectionLimit: 1 },
      guards: { stackedStatements: 'off', transactionControl: 'off' },
    })
    await send('begin; insert into t values (6, 0); commit', open)
    await expect(send('begin; insert into t values (7, 0); set @a = 1', open)).rejects.toThrow(
      /Guard: implicitCommit/,
    )
    await open.destroy()
    expect(await idsSeen()).toEqual([6])
  })
})

describe.each([
  ['a pinned connection', (use: (one: Kysely<DB>) => Promise<void>) => db.pinned(use)],
  [
    'a connection of a plain Kysely',
    (use: (one: Kysely<DB>) => Promise<void>) => plain.connection().execute(use),
  ],
])('a transaction that a statement began on %s', (_name, onOne) => {
  it('can be committed and rolled back by statements', async () => {
    await onOne(async (one) => {
      await send('begin', one)
      await insert(1, one)
      await send('commit', one)
      await send('start transaction', one)
      await insert(2, one)
      await send('rollback', one)
      await insert(3, one)
    })
    expect(await idsSeen()).toEqual([1, 3])
  })

  it.each([
    'set @a = 1',
    'set probe_limit = 6',
    'lock tables t read',
    'unlock tables',
    'begin',
    'start transaction',
    'savepoint a',
    'rollback to savepoint a',
  ])('refuses %j, which would commit it or do nothing', async (text) => {
    await onOne(async (one) => {
      await send('begin', one)
      await insert(1, one)
      await expect(send(text, one)).rejects.toThrow(GuardError)
      await send('rollback', one)
    })
    expect(await idsSeen()).toEqual([])
  })

  it('refuses transaction(), whose BEGIN would commit it, and goes on', async () => {
    await onOne(async (one) => {
      const refused = (): Promise<unknown> =>
        expect(one.transaction().execute((trx) => insert(2, trx))).rejects.toThrow(
          /BEGIN would commit the transaction that is open on this connection already/,
        )
      await send('begin', one)
      await insert(1, one)
      await refused()
      await send('rollback', one)
      await send('begin', one)
      await insert(3, one)
      await refused()
      await insert(4, one)
      await send('commit', one)
    })
    expect(await idsSeen()).toEqual([3, 4])
  })

  it('takes nothing but ROLLBACK after an error that ended it', async () => {
    if (!server.can.lockTimeoutEndsTransaction) return
    await raw.query('insert into t values (1, 0)')
    await raw.query('begin')
    await raw.query('update t set v = 1 where id = 1')
    await onOne(async (one) => {
      await send('set lock_wait_timeout = 1', one)
      await send('begin', one)
      await insert(2, one)
      await expect(send('update t set v = 2 where id = 1', one)).rejects.toThrow(
        LockWaitTimeoutError,
      )
      await expect(insert(3, one)).rejects.toThrow(TransactionAbortedError)
      await expect(one.selectFrom('t').selectAll().execute()).rejects.toThrow(
        TransactionAbortedError,
      )
      await expect(send('commit', one)).rejects.toThrow(TransactionAbortedError)
      await send('rollback', one)
      await insert(4, one)
    })
    await raw.query('rollback')
    expect(await idsSeen()).toEqual([1, 4])
  })

  it('is undone and reported when its connection is given back, and is not inherited', async () => {
    let before = 0
    const given = onOne(async (one) => {
      before = await connectionIdOf(one)
      await send('begin', one)
      await insert(1, one)
      // The last word of the server is the end of rows.
      await send('select * from t for update', one)
    })
    await expect(given).rejects.toThrow(GuardError)
    await expect(given).rejects.toThrow(
      /^A transaction of yours was open when its connection was given back, and was rolled back with everything .* Guard: transactionControl\.$/,
    )
    expect(await idsSeen()).toEqual([])
    await onOne(async (one) => {
      expect(await connectionIdOf(one)).not.toBe(before)
      await insert(2, one)
    })
    expect(await idsSeen()).toEqual([2])
  })

  it('is waited for when its BEGIN was not awaited', async () => {
    const given = onOne(async (one) => {
      await send('select 1', one)
      const isUnderWay = new Promise<void>((resolve) => {
        const stop = onEvent('kysely-matrixone:query:start', () => (stop(), resolve()))
      })
      void send('begin', one).catch(() => undefined)
      await isUnderWay
      await nextTurn()
    })
    await expect(given).rejects.toThrow(/was rolled back/)
    await insert(1, plain)
    expect(await idsSeen()).toEqual([1])
  })

  it('does not hide the error of the statement that failed last', async () => {
    const given = onOne(async (one) => {
      await send('begin', one)
      await insert(1, one)
      await insert(1, one)
    })
    await expect(given).rejects.toThrow(UniqueViolationError)
    expect(await idsSeen()).toEqual([])
  })

  it('belongs to the callback: a handle that it kept is refused afterwards', async () => {
    let kept: Kysely<DB> = plain
    await onOne(async (one) => {
      kept = one
      await send('select 1', one)
    })
    await expect(insert(1, kept)).rejects.toThrow(/callback that has ended/)
    expect(await idsSeen()).toEqual([])
  })
})

describe('a callback that fails with its transaction open', () => {
  it('rejects with its own error, and the transaction is undone', async () => {
    const failure = new Error('no stock')
    const given = db.pinned(async (one) => {
      await send('begin', one)
      await insert(1, one)
      throw failure
    })
    await expect(given).rejects.toBe(failure)
    expect(await idsSeen()).toEqual([])
  })

  it('is forgotten when the callback around it goes on', async () => {
    const given = db.pinned(async (one) => {
      await send('begin', one)
      await insert(1, one)
      await one.pinned(() => Promise.reject(new Error('inner'))).catch(() => undefined)
    })
    await expect(given).rejects.toThrow(/was rolled back/)
    expect(await idsSeen()).toEqual([])
  })
})

describe('a plain Kysely, which does not tell what is pinned', () => {
  it('reports a BEGIN on the pool, whose connection is given back at once', async () => {
    await expect(send('begin', plain)).rejects.toThrow(
      /was rolled back.* before the callback of connection\(\)\.execute\(\) returns.* Guard: transactionControl/,
    )
    await insert(1, plain)
    expect(await idsSeen()).toEqual([1])
  })

  it.each(['commit', 'rollback', 'savepoint a', 'release savepoint a', 'unlock tables'])(
    'refuses %j as the first statement on a connection',
    async (text) => {
      await expect(send(text, plain)).rejects.toThrow(
        /would act on any connection of the pool.*connection\(\)\.execute\(.* Guard: transactionControl/,
      )
    },
  )

  it('reports LOCK TABLES on the pool, and closes the connection', async () => {
    await expect(send('lock tables t read', plain)).rejects.toThrow(
      /LOCK would leave table locks on a connection of the pool/,
    )
    await insert(1, plain)
    expect(await idsSeen()).toEqual([1])
  })

  it('warns only, where the guard is set to that', async () => {
    const warnings: string[] = []
    const note = (warning: Error): void => void warnings.push(warning.message)
    process.on('warning', note)
    const lax = new Kysely<DB>({
      dialect: new MatrixOneDialect({
        connection: { ...server.options, database: DATABASE },
        guards: { transactionControl: 'warn' },
      }),
    })
    await send('begin', lax)
    await lax.destroy()
    await nextTurn()
    process.off('warning', note)
    expect(warnings).toEqual([expect.stringMatching(/was rolled back.*Guard: transactionControl/)])
  })
})

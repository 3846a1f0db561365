import { Kysely, sql } from 'kysely'
import mysqlCallback from 'mysql2'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  ConnectionHookError,
  GuardError,
  MatrixOne,
  type MatrixOneConfig,
  MatrixOneDialect,
  setSession,
  ValueError,
} from 'kysely-matrixone'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_conn_autocommit'
const ACCOUNT = 'kmo_conn_autocommit'

interface DB {
  t: { id: number }
}

let raw: mysql.Connection
let admin: mysql.Connection
const address = (): mysql.PoolOptions => ({ ...server.options, database: DATABASE })
/** In an account whose every new session has autocommit off. */
const tenant = (): mysql.PoolOptions => ({
  ...server.options,
  user: `${ACCOUNT}:admin`,
  password: '111',
  database: DATABASE,
})

beforeAll(async () => {
  ;({ raw } = await openDatabase(server, DATABASE))
  await raw.query(`use ${DATABASE}`)
  await raw.query('create table t (id int primary key)')
  await raw.query(`drop account if exists \`${ACCOUNT}\``)
  await raw.query(`create account \`${ACCOUNT}\` admin_name 'admin' identified by '111'`)
  const { database: _, ...login } = tenant()
  admin = await mysql.createConnection(login)
  await admin.query(`create database ${DATABASE}`)
  await admin.query(`create table ${DATABASE}.t (id int primary key)`)
  await admin.query('set global autocommit = 0')
})

afterAll(async () => {
  admin.destroy()
  await raw.query(`drop account if exists \`${ACCOUNT}\``)
})

beforeEach(async () => {
  await raw.query('delete from t where id >= 0')
  await admin.query(`delete from ${DATABASE}.t where id >= 0`)
})

async function idsSeen(by: mysql.Connection = raw): Promise<readonly number[]> {
  const [rows] = await by.query<mysql.RowDataPacket[]>(`select id from ${DATABASE}.t order by id`)
  return rows.map(({ id }) => id as number)
}

const send = (text: string, on: Kysely<DB>): Promise<unknown> => sql`${sql.raw(text)}`.execute(on)

const insert = (id: number, on: Kysely<DB>): Promise<unknown> =>
  on.insertInto('t').values({ id }).execute()

/** Runs a callback with a client, and closes it. */
async function withDb(config: MatrixOneConfig, use: (db: MatrixOne<DB>) => Promise<void>) {
  const db = new MatrixOne<DB>(config)
  try {
    await use(db)
  } finally {
    await db.destroy()
  }
}

describe('autocommit that is off for a whole account', () => {
  it('answers a write with OK, and undoes it with the connection (the trap)', async () => {
    const plain = await mysql.createConnection(tenant())
    const [answer] = await plain.query('insert into t values (1)')
    expect(answer).toMatchObject({ affectedRows: 1 })
    plain.destroy()
    expect(await idsSeen(admin)).toEqual([])
  })

  it('is on for each of our connections', async () => {
    await withDb({ connection: { ...tenant(), connectionLimit: 2 } }, async (db) => {
      await Promise.all([insert(1, db), insert(2, db), db.pinned((one) => insert(3, one))])
      await db.transaction().execute((trx) => insert(4, trx))
      const { rows } = await sql`select @@autocommit as auto`.execute(db)
      expect(rows).toEqual([{ auto: '1' }])
    })
    expect(await idsSeen(admin)).toEqual([1, 2, 3, 4])
  })

  it('is on for a plain Kysely, and for a pool or connection that the program made', async () => {
    const plain = new Kysely<DB>({ dialect: new MatrixOneDialect({ connection: tenant() }) })
    await insert(1, plain)
    await plain.destroy()
    await withDb({ connection: mysql.createPool(tenant()) }, (db) => insert(2, db).then(() => {}))
    const one = mysqlCallback.createConnection(tenant())
    await withDb({ connection: one }, (db) => insert(3, db).then(() => {}))
    expect(await idsSeen(admin)).toEqual([1, 2, 3])
  })

  it('is on when hooks run and variables are set', async () => {
    const hooks = [setSession({ probe_limit: 7 }), async () => undefined]
    await withDb({ connection: tenant(), hooks }, (db) => insert(1, db).then(() => {}))
    expect(await idsSeen(admin)).toEqual([1])
  })
})

/** A SET that no guard can read. */
const hidden = ["set @hidden = concat('set auto', 'commit = 0')", 'prepare hidden from @hidden']

/** Before 4.2 PREPARE takes no SET, so nothing can be hidden. */
async function isHiddenRefused(): Promise<boolean> {
  if (server.can.prepareSet) return false
  await raw.query(hidden[0] as string)
  await expect(raw.query(hidden[1] as string)).rejects.toThrow('cannot prepare')
  return true
}

describe('a program that switches autocommit off', () => {
  it.each([0, false, 'off', '@x', '1 - 1'])(
    'is refused setSession({ autocommit: %j })',
    (value) => {
      expect(() => setSession({ autocommit: value })).toThrow(ValueError)
      expect(() => setSession({ AutoCommit: value })).toThrow(/can only be 1/)
    },
  )

  it.each([1, true, 'on'])('may say setSession({ autocommit: %j })', (value) => {
    expect(() => setSession({ autocommit: value })).not.toThrow()
  })

  it.each([
    'set autocommit = 0',
    'set @@autocommit := off',
    'SET SESSION `autocommit`=0',
    'set @a = 1, autocommit = 0',
    "set autocommit = '0'",
    'set autocommit = @a',
    '/*!40101 set autocommit=0 */',
    'set autocommit = 1, @@session.autocommit = 0',
  ])('is refused %j on the pool, pinned, plain, and in a hook', async (text) => {
    const refused = /autocommit off\. .*db\.transaction\(\).* Guard: autocommit\.$/
    const connection = address()
    await withDb({ connection, guards: { sessionState: 'off' } }, async (db) => {
      await expect(send(text, db)).rejects.toThrow(refused)
      await expect(db.pinned((one) => send(text, one))).rejects.toThrow(GuardError)
      await insert(1, db)
    })
    const plain = new Kysely<DB>({ dialect: new MatrixOneDialect({ connection }) })
    await expect(send(text, plain)).rejects.toThrow(refused)
    await plain.destroy()
    const hooks = async (one: { execute(sql: string): Promise<unknown> }): Promise<void> => {
      await one.execute(text)
    }
    await withDb({ connection, hooks, onHookError: 'throw' }, async (db) => {
      await expect(insert(2, db)).rejects.toThrow(/Guard: autocommit/)
    })
    expect(await idsSeen()).toEqual([1])
  })

  it('is refused the value as a parameter', async () => {
    await withDb({ connection: address(), guards: { sessionState: 'off' } }, async (db) => {
      await expect(sql`set autocommit = ${0}`.execute(db)).rejects.toThrow(GuardError)
      await expect(sql`set autocommit = ${1}`.execute(db)).resolves.toBeDefined()
      await expect(send('set autocommit = ON', db)).resolves.toBeDefined()
    })
  })

  it('with the guard off keeps no lock on a connection that is given back', async () => {
    const plain = new Kysely<DB>({
      dialect: new MatrixOneDialect({
        connection: { ...address(), connectionLimit: 1 },
        guards: { autocommit: 'off' },
      }),
    })
    await insert(1, plain)
    const given = plain.connection().execute(async (one) => {
      await send('set autocommit = 0', one)
      await send('select * from t where id = 1 for update', one)
    })
    await expect(given).rejects.toThrow(/was rolled back.* Guard: transactionControl/)
    await raw.query('set lock_wait_timeout = 1')
    await raw.query('update t set id = 2 where id = 1')
    await insert(3, plain)
    await plain.destroy()
    expect(await idsSeen()).toEqual([2, 3])
  })

  it('behind the back of the guards hears that its write is undone', async () => {
    if (await isHiddenRefused()) return
    const guards = { sessionState: 'off', preparedText: 'off' } as const
    await withDb({ connection: { ...address(), connectionLimit: 1 }, guards }, async (db) => {
      for (const text of hidden) await send(text, db)
      await expect(send('execute hidden', db)).rejects.toThrow(/Guard: autocommit/)
      await insert(1, db)
      await db.pinned(async (one) => {
        for (const text of hidden) await send(text, one)
        await expect(send('execute hidden', one)).rejects.toThrow(/Guard: autocommit/)
        await expect(insert(2, one)).rejects.toThrow(/closed/)
      })
      await insert(3, db)
    })
    expect(await idsSeen()).toEqual([1, 3])
  })

  it('in a hook or listener gets no connection, whatever the policy', async () => {
    if (await isHiddenRefused()) return
    const hide = async (one: { execute(sql: string): Promise<unknown> }): Promise<void> => {
      for (const text of hidden) await one.execute(text)
      await one.execute('execute hidden')
    }
    const connection = address()
    for (const config of [
      { hooks: hide },
      { listeners: [{ connect: hide }] },
      { listeners: [{ checkout: hide }] },
    ]) {
      const guards = { preparedText: 'off' } as const
      await withDb({ connection, guards, ...config }, async (db) => {
        await expect(insert(1, db)).rejects.toThrow(ConnectionHookError)
        await expect(insert(1, db)).rejects.toThrow(/left autocommit off/)
      })
    }
    expect(await idsSeen()).toEqual([])
  })

  it('in its own pool or connection is told so', async () => {
    const pool = mysql.createPool({ ...address(), connectionLimit: 1 })
    pool.pool.on('connection', (one) => one.query('set autocommit = 0'))
    await withDb({ connection: pool }, async (db) => {
      await expect(insert(1, db)).rejects.toThrow(/Autocommit is off on the connection/)
    })
    const one = await mysql.createConnection(address())
    await one.query('set autocommit = 0')
    const db = new MatrixOne<DB>({ connection: one })
    await expect(insert(2, db)).rejects.toThrow(/Send set autocommit = 1 on it first/)
    await one.query('set autocommit = 1')
    await insert(3, db)
    await db.destroy()
    expect(await idsSeen()).toEqual([3])
  })
})

describe('a transaction that is open already', () => {
  const begin = async (one: { execute(sql: string): Promise<unknown> }): Promise<void> => {
    await one.execute('begin')
    await one.execute('select * from t for update')
  }

  it.each(['hook', 'connect', 'checkout'])(
    'by a %s gets no connection: writes in it would be undone',
    async (where) => {
      const config = where === 'hook' ? { hooks: begin } : { listeners: [{ [where]: begin }] }
      await withDb({ connection: address(), ...config }, async (db) => {
        await expect(insert(1, db)).rejects.toThrow(/left a transaction open.* Send COMMIT/)
      })
      expect(await idsSeen()).toEqual([])
    },
  )

  it('by a checkin listener closes the connection', async () => {
    await withDb({ connection: address(), listeners: [{ checkin: begin }] }, async (db) => {
      await insert(1, db)
      await insert(2, db)
    })
    expect(await idsSeen()).toEqual([1, 2])
  })

  it('on the connection that the program brought is left to the program', async () => {
    const one = await mysql.createConnection(address())
    await one.query('begin')
    await one.query('insert into t values (1)')
    const db = new MatrixOne<DB>({ connection: one })
    await expect(insert(2, db)).rejects.toThrow(
      /transaction is open on the connection .* wrapTransaction/,
    )
    await one.query('commit')
    await insert(3, db)
    await one.query('begin')
    await one.query('insert into t values (4)')
    await expect(insert(5, db)).rejects.toThrow(/wrapTransaction/)
    await one.query('rollback')
    await insert(6, db)
    await db.destroy()
    expect(await idsSeen()).toEqual([1, 3, 6])
  })
})

import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { MatrixOne, type Pitr, PitrError, UnsupportedError, ValueError } from 'kysely-matrixone'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_pitr_shop'
const ACCOUNT = 'kmo_pitr_acc'
const NAMES = ['kmo_pitr_db', 'kmo_pitr_table', 'kmo_pitr_account', 'kmo_pitr_other']

interface DB {
  orders: { id: number }
}

let db: MatrixOne<DB>
let raw: mysql.Connection

async function clean(): Promise<void> {
  for (const name of NAMES) await raw.query(`drop pitr if exists ${name}`)
  await raw.query(`drop account if exists ${ACCOUNT}`)
}

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, DATABASE))
  await clean()
  await raw.query(`create table ${DATABASE}.orders (id int primary key)`)
  await raw.query(`create account ${ACCOUNT} admin_name 'admin' identified by '111'`)
})

afterAll(clean)

async function own(): Promise<readonly string[]> {
  return (await db.pitr.list()).map(({ name }) => name).filter((name) => NAMES.includes(name))
}

describe('a PITR', () => {
  it('keeps the history of a database, table or account', async () => {
    const pitr = await db.pitr.create('KMO_pitr_db', {
      level: 'database',
      database: DATABASE,
      range: 7,
      unit: 'd',
    })
    expect(pitr).toEqual({
      name: 'kmo_pitr_db',
      level: 'database',
      account: 'sys',
      database: DATABASE,
      table: null,
      range: 7,
      unit: 'd',
      createdAt: expect.any(Date),
      modifiedAt: expect.any(Date),
    })
    expect(Object.isFrozen(pitr)).toBe(true)
    expect(
      await db.pitr.create('kmo_pitr_table', {
        level: 'table',
        table: 'orders',
        range: 1,
        unit: 'mo',
      }),
    ).toMatchObject({ level: 'table', database: DATABASE, table: 'orders', range: 1, unit: 'mo' })
    expect(
      await db.pitr.create('kmo_pitr_account', {
        level: 'account',
        account: ACCOUNT,
        range: 2,
        unit: 'h',
      }),
    ).toMatchObject({ level: 'account', account: ACCOUNT, database: null, table: null })
    expect(await own()).toEqual(['kmo_pitr_account', 'kmo_pitr_db', 'kmo_pitr_table'])
    expect(await db.pitr.list({ level: 'database', database: DATABASE.toUpperCase() })).toEqual([
      pitr,
    ])
    expect(await db.pitr.list({ database: DATABASE, table: 'orders' })).toMatchObject([
      { name: 'kmo_pitr_table' },
    ])
    expect(await db.pitr.get('kmo_pitr_db')).toEqual(pitr)
    expect(await db.pitr.exists('kmo_pitr_other')).toBe(false)
  })

  it('was made when the server says, whatever zone and types the connection has', async () => {
    const { createdAt } = await db.pitr.get('kmo_pitr_db')
    const elsewhere = new MatrixOne<DB>({ connection: server.options, timeZone: '+08:00' })
    expect((await elsewhere.pitr.get('kmo_pitr_db')).createdAt).toEqual(createdAt)
    await elsewhere.destroy()
    const asText = new MatrixOne<DB>({
      connection: server.options,
      timeZone: '-05:00',
      types: { datetime: 'string' },
    })
    expect((await asText.pitr.get('kmo_pitr_db')).createdAt).toEqual(createdAt)
    await asText.destroy()
  })

  it('is altered and dropped', async () => {
    expect(await db.pitr.alter('kmo_pitr_db', { range: 2, unit: 'y' })).toMatchObject({
      range: 2,
      unit: 'y',
    })
    await db.pitr.drop('kmo_pitr_account')
    expect(await db.pitr.exists('kmo_pitr_account')).toBe(false)
    await db.pitr.drop('kmo_pitr_account', { ifExists: true })
  })

  it('is refused with the reason of the server', async () => {
    const database = { level: 'database', database: DATABASE, range: 1, unit: 'h' } as const
    await expect(db.pitr.create('kmo_pitr_db', database)).rejects.toMatchObject({
      name: 'PitrError',
      errno: 20101,
      message: expect.stringMatching(/already exists/),
    })
    await expect(db.pitr.create('kmo_pitr_other', database)).rejects.toThrow(/already has a pitr/)
    expect(await db.pitr.create('kmo_pitr_db', { ...database, ifNotExists: true })).toMatchObject({
      range: 2,
      unit: 'y',
    })
    for (const action of [
      () => db.pitr.get('kmo_pitr_other'),
      () => db.pitr.drop('kmo_pitr_other'),
      () => db.pitr.alter('kmo_pitr_other', { range: 1, unit: 'h' }),
      () => db.pitr.create('kmo_pitr_other', { ...database, database: 'kmo_pitr_no' }),
    ]) {
      await expect(action()).rejects.toThrow(PitrError)
    }
  })

  it.each([
    [0, 'd'],
    [101, 'd'],
    [1.5, 'd'],
    [Number.NaN, 'd'],
    [1, 'w'],
    [1, "d' --"],
  ])('is refused for a range that the server refuses: %s %s', async (range, unit) => {
    const options = { level: 'account', range, unit: unit as 'd' } as const
    await expect(db.pitr.create('kmo_pitr_other', options)).rejects.toThrow(ValueError)
    expect(await own()).not.toContain('kmo_pitr_other')
  })
})

describe('inside a transaction', () => {
  it('PITRs are refused before anything is sent, reading them included', async () => {
    await db.transaction().execute(async (trx) => {
      for (const action of [
        () => trx.pitr.create('kmo_pitr_other', { level: 'account', range: 1, unit: 'h' }),
        () => trx.pitr.alter('kmo_pitr_db', { range: 1, unit: 'h' }),
        () => trx.pitr.drop('kmo_pitr_db'),
        () => trx.pitr.list(),
        () => trx.pitr.get('kmo_pitr_db'),
        () => trx.pitr.exists('kmo_pitr_db'),
      ]) {
        await expect(action()).rejects.toThrow(UnsupportedError)
      }
      await trx.selectFrom('orders').selectAll().execute()
    })
  })
})

describe('the types', () => {
  it('know levels, units and tables', () => {
    const range = { range: 1, unit: 'h' } as const
    const wrong = [
      // @ts-expect-error -- no such unit
      (): unknown => db.pitr.alter('p', { range: 1, unit: 'w' }),
      // @ts-expect-error -- no such table
      (): unknown => db.pitr.create('p', { level: 'table', table: 'order', ...range }),
      // @ts-expect-error -- no such level
      (): unknown => db.pitr.create('p', { level: 'schema', ...range }),
      // @ts-expect-error -- no unit
      (): unknown => db.pitr.create('p', { level: 'account', range: 1 }),
    ]
    expect(wrong).toHaveLength(4)
    expectTypeOf<Pitr['unit']>().toEqualTypeOf<'h' | 'd' | 'mo' | 'y'>()
  })
})

describe('in an account other than sys', () => {
  const tenant = { user: `${ACCOUNT}#admin`, password: '111' }

  it('the statement after SHOW PITR is told that it runs in sys (the trap)', async () => {
    const connection = await mysql.createConnection({ ...server.options, ...tenant })
    const ask = async (): Promise<unknown> => {
      const [rows] = await connection.query('select current_account_id() = 0 as sys')
      return rows
    }
    await connection.query('create pitr kmo_pitr_account for account range 1 "h"')
    expect(await ask()).toEqual([{ sys: 0 }])
    await connection.query('show pitr')
    expect(await ask()).toEqual([{ sys: 1 }])
    expect(await ask()).toEqual([{ sys: 0 }])
    connection.destroy()
  })

  it('that statement is one that does not ask', async () => {
    const db = new MatrixOne({ connection: { ...server.options, ...tenant } })
    await db.connection().execute(async (one) => {
      expect((await one.pitr.list()).map(({ name }) => name)).toEqual(['kmo_pitr_account'])
      expect((await one.account.current()).accountId).toBeGreaterThan(0)
      await one.pitr.drop('kmo_pitr_account')
    })
    await db.destroy()
  })
})

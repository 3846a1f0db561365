import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CloneError, MatrixOne, UnsupportedError } from 'kysely-matrixone'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const SOURCE = 'kmo_clone_shop'
const COPY = 'kmo_clone_copy'
const BROKEN = 'kmo_clone_broken'
const SNAPSHOT = 'kmo_clone_before'
const ACCOUNT = 'kmo_clone_acc'
const ROLE = 'kmo_clone_reader'

interface DB {
  orders: { id: number; note: string }
  copy: { id: number; note: string }
}

let db: MatrixOne<DB>
let raw: mysql.Connection

async function clean(): Promise<void> {
  for (const database of [COPY, BROKEN]) await raw.query(`drop database if exists ${database}`)
  await raw.query(`drop snapshot if exists ${SNAPSHOT}`)
  await raw.query(`drop account if exists ${ACCOUNT}`)
  await raw.query(`drop role if exists ${ROLE}`)
}

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, SOURCE))
  await clean()
  await raw.query(`use ${SOURCE}`)
  await raw.query('create table orders (id int primary key, note varchar(20))')
  await raw.query("insert into orders values (1, 'old'), (2, 'old')")
  await raw.query('create view latest as select * from orders')
  await raw.query(`create snapshot ${SNAPSHOT} for database ${SOURCE}`)
  await raw.query("insert into orders values (3, 'new')")
})

afterAll(clean)

async function ids(table: string): Promise<readonly number[]> {
  const [rows] = await raw.query(`select id from ${table} order by id`)
  return (rows as { id: number }[]).map(({ id }) => id)
}

async function databases(like: string): Promise<number> {
  const [rows] = await raw.query(`show databases like '${like}'`)
  return (rows as unknown[]).length
}

describe('a clone of a table', () => {
  it('holds the rows of now, or those of a snapshot or an instant', async () => {
    const { moTs } = await db.snapshots.get(SNAPSHOT)
    expect(await db.clone.createTable('now_copy', { from: 'orders' })).toEqual({ created: true })
    await db.clone.createTable('then_copy', { from: 'orders', at: { snapshot: SNAPSHOT } })
    await db.clone.createTable(`${SOURCE}.then_too`, { from: `${SOURCE}.orders`, at: { moTs } })
    expect(await ids('now_copy')).toEqual([1, 2, 3])
    expect(await ids('then_copy')).toEqual([1, 2])
    expect(await ids('then_too')).toEqual([1, 2])
  })

  it('is refused at an instant in the future, which the server clones as the present when written as mo_ts (the trap)', async () => {
    await raw.query('create table future clone orders {mo_ts = 4102444800000000000}')
    expect(await ids('future')).toEqual([1, 2, 3])
    await expect(
      db.clone.createTable('future2', { from: 'orders', at: { moTs: 4_102_444_800_000_000_000n } }),
    ).rejects.toMatchObject({ name: 'CloneError', errno: 20203 })
    await raw.query('drop table future')
  })

  it('is refused when the target exists or the source does not', async () => {
    await expect(db.clone.createTable('now_copy', { from: 'orders' })).rejects.toMatchObject({
      name: 'CloneError',
      errno: 1050,
    })
    await expect(db.clone.createTable('x', { from: `${SOURCE}.nope` })).rejects.toThrow(CloneError)
    await expect(db.clone.createTable('x', { from: `${SOURCE}.latest` })).rejects.toThrow(
      /not BASE TABLE/,
    )
  })

  it('takes the grants along when asked', async () => {
    await raw.query(`create role ${ROLE}`)
    await raw.query(`grant select on table ${SOURCE}.orders to ${ROLE}`)
    const clone = db.clone.createTable('granted', { from: 'orders', copyGrants: true })
    if (!server.can.cloneCopyGrants)
      return expect(clone).rejects.toThrow(/COPY GRANTS needs MatrixOne 4/)
    await clone
    const granted = async (table: string): Promise<unknown> => {
      const [rows] = await raw.query(
        'select p.privilege_name as privilege from mo_catalog.mo_role_privs p ' +
          'join mo_catalog.mo_tables t on t.rel_id = p.obj_id ' +
          `where p.role_name = '${ROLE}' and t.reldatabase = '${SOURCE}' and t.relname = '${table}'`,
      )
      return rows
    }
    expect(await granted('granted')).toEqual([{ privilege: 'select' }])
    expect(await granted('now_copy')).toEqual([])
  })
})

describe('CREATE TABLE IF NOT EXISTS … CLONE', () => {
  it('appends the rows again to a table that exists (the trap)', async () => {
    const repeated = raw.query('create table if not exists now_copy clone orders')
    if (server.can.cloneIfNotExists === 'refused')
      return expect(repeated).rejects.toMatchObject({ errno: 1050 })
    await repeated
    expect(await ids('now_copy')).toEqual([1, 1, 2, 2, 3, 3])
    await raw.query('drop table now_copy')
    await raw.query('create table now_copy clone orders')
  })

  it('is not sent: an existing table stays as it is', async () => {
    expect(await db.clone.createTable('now_copy', { from: 'orders', ifNotExists: true })).toEqual({
      created: false,
    })
    expect(await ids('now_copy')).toEqual([1, 2, 3])
    expect(await db.clone.createTable('new_copy', { from: 'orders', ifNotExists: true })).toEqual({
      created: true,
    })
  })
})

describe('a clone of a database', () => {
  it('holds the tables and views of now, or of a snapshot', async () => {
    await db.clone.createDatabase(COPY, { from: SOURCE, at: { snapshot: SNAPSHOT } })
    expect(await ids(`${COPY}.orders`)).toEqual([1, 2])
    expect(await ids(`${COPY}.latest`)).toEqual([1, 2])
    await expect(db.clone.createDatabase(COPY, { from: SOURCE })).rejects.toMatchObject({
      name: 'CloneError',
      errno: 1007,
    })
    expect(await db.clone.createDatabase(COPY, { from: SOURCE, ifNotExists: true })).toEqual({
      created: false,
    })
    await raw.query(`drop database ${COPY}`)
  })

  it('that does not exist becomes an empty database (the trap)', async () => {
    const clone = raw.query(`create database ${COPY} clone kmo_clone_nope`)
    if (!server.can.cloneOfMissingDatabaseSucceeds)
      return expect(clone).rejects.toThrow(/kmo_clone_nope|database/i)
    await clone
    expect(await databases(COPY)).toBe(1)
    await raw.query(`drop database ${COPY}`)
  })

  it('that does not exist is refused', async () => {
    await expect(db.clone.createDatabase(COPY, { from: 'kmo_clone_nope' })).rejects.toThrow(
      /There is no database kmo_clone_nope to clone/,
    )
    expect(await databases(COPY)).toBe(0)
  })

  it('that fails half-way leaves half a database behind (the trap)', async () => {
    await raw.query(`create database ${BROKEN}`)
    await raw.query(`create table ${BROKEN}.t clone ${SOURCE}.orders`)
    await raw.query(
      `create view ${BROKEN}.v as select * from ${SOURCE}.orders {snapshot = '${SNAPSHOT}'}`,
    )
    await expect(raw.query(`create database ${COPY} clone ${BROKEN}`)).rejects.toThrow(/panic/)
    expect(await databases(COPY)).toBe(1)
    await raw.query(`drop database ${COPY}`)
  })

  it('that fails half-way leaves nothing behind, and no stack trace in the message', async () => {
    const error = await db.clone
      .createDatabase(COPY, { from: BROKEN })
      .catch((reason: unknown) => reason as Error)
    expect(error).toBeInstanceOf(CloneError)
    expect((error as Error).message).not.toContain('.go:')
    expect(await databases(COPY)).toBe(0)
  })
})

describe('a clone for another account', () => {
  it('needs a snapshot, and arrives there', async () => {
    await raw.query(`create account ${ACCOUNT} admin_name 'admin' identified by '111'`)
    await db.clone.createDatabase(COPY, {
      from: SOURCE,
      at: { snapshot: SNAPSHOT },
      toAccount: ACCOUNT,
    })
    const tenant = await mysql.createConnection({ ...server.options, user: `${ACCOUNT}#admin` })
    const [rows] = await tenant.query(`select id from ${COPY}.orders order by id`)
    tenant.destroy()
    expect(rows).toEqual([{ id: 1 }, { id: 2 }])
    expect(await databases(COPY)).toBe(0)
  })

  it('is refused without one, and with grants of roles that it does not have', async () => {
    await expect(
      // @ts-expect-error -- another account takes only a snapshot
      db.clone.createDatabase(COPY, { from: SOURCE, toAccount: ACCOUNT }),
    ).rejects.toThrow(UnsupportedError)
    await expect(
      db.clone.createTable('x', {
        from: 'orders',
        at: { snapshot: SNAPSHOT },
        toAccount: ACCOUNT,
        copyGrants: true,
      }),
    ).rejects.toThrow(UnsupportedError)
  })
})

describe('inside a transaction', () => {
  it('clones are undone by a rollback', async () => {
    const failure = new Error('no')
    const transaction = db.transaction().execute(async (trx) => {
      await trx.clone.createDatabase(COPY, { from: SOURCE })
      await trx.clone.createTable('undone', { from: 'orders' })
      expect(await trx.metadata.exists('undone')).toBe(true)
      throw failure
    })
    await expect(transaction).rejects.toThrow(
      server.can.cloneJoinsTransaction ? failure : UnsupportedError,
    )
    const [tables] = await raw.query("show tables like 'undone'")
    expect(tables).toEqual([])
    expect(await databases(COPY)).toBe(0)
  })

  it('onto a table that exists answer OK before 4.2 (the trap)', async () => {
    await raw.query('begin')
    const clone = raw.query('create table now_copy clone orders')
    const outcome = clone.then(
      () => 'OK',
      (error: { errno: number }) => error.errno,
    )
    expect(await outcome).toBe(server.can.cloneJoinsTransaction ? 1050 : 'OK')
    await raw.query('rollback')
  })

  it('a refused clone leaves the transaction usable', async () => {
    await db.transaction().execute(async (trx) => {
      const clone = trx.clone.createTable('now_copy', { from: 'orders', ifNotExists: true })
      if (server.can.cloneJoinsTransaction) expect(await clone).toEqual({ created: false })
      else await expect(clone).rejects.toThrow(UnsupportedError)
      await trx.insertInto('orders').values({ id: 9, note: 'later' }).execute()
    })
    expect(await ids('orders')).toEqual([1, 2, 3, 9])
  })
})

describe('the types', () => {
  it('know the tables', () => {
    const wrong = [
      // @ts-expect-error -- no such table
      (): unknown => db.clone.createTable('x', { from: 'order' }),
      // @ts-expect-error -- no source
      (): unknown => db.clone.createTable('x', {}),
      // @ts-expect-error -- databases have no grants to copy (1064)
      (): unknown => db.clone.createDatabase('x', { from: 'shop', copyGrants: true }),
      // @ts-expect-error -- another account takes only a snapshot
      (): unknown => db.clone.createDatabase('x', { from: 's', at: { moTs: 1n }, toAccount: 'a' }),
    ]
    expect(wrong).toHaveLength(4)
  })
})

import { type Generated, sql } from 'kysely'
import mysql from 'mysql2/promise'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MatrixOne } from 'kysely-matrixone'
import { openDatabase, openClient, type TestDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_dialect_ids'
const OTHER = 'kmo_dialect_ids_other'

interface DB {
  t: { id: Generated<number>; v: number }
}

let database: TestDatabase<DB>
let raw: mysql.Connection
let db: MatrixOne<DB>

const COUNTING = 'create table t (id int auto_increment primary key, v int)'
const KEYLESS = 'create table t (id int auto_increment, v int)'
const PLAIN = 'create table t (id int primary key default 7, v int)'
const TEXTS =
  'create table t (id int auto_increment primary key, v int, body text, fulltext ft (body))'

beforeAll(async () => {
  database = await openDatabase<DB>(server, DATABASE)
  raw = database.raw
  await raw.query(`drop database if exists ${OTHER}`)
  await raw.query(`create database ${OTHER}`)
  await raw.query(`use ${DATABASE}`)
  server.beforeClose(() => raw.query(`drop database if exists ${OTHER}`))
})

beforeEach(async () => {
  await raw.query('drop table if exists t')
  await raw.query(COUNTING)
  db = openClient<DB>(database, { connection: { connectionLimit: 1 } })
  return () => db.destroy()
})

async function idOf(on: Pick<MatrixOne<DB>, 'insertInto'> = db): Promise<bigint | undefined> {
  const { insertId } = await on.insertInto('t').values({ v: 1 }).executeTakeFirstOrThrow()
  return insertId
}

const send = (text: string, on: MatrixOne<DB> = db): Promise<unknown> =>
  sql`${sql.raw(text)}`.execute(on)

describe('insertId', () => {
  it('is that of a hidden key in a table without a primary key (the trap)', async () => {
    await raw.query('drop table t')
    await raw.query(KEYLESS)
    const [header] = await raw.query<mysql.ResultSetHeader>('insert into t values (77, 1)')
    expect(header.insertId).toBe(1)
  })

  it.each([
    ['no primary key', KEYLESS],
    ['no key and no auto_increment', 'create table t (id int, v int)'],
    ['a unique key only', 'create table t (id int auto_increment unique, v int)'],
    ['no auto_increment', PLAIN],
    ['a full-text index', TEXTS],
  ])('is left out for a table with %s', async (_name, create) => {
    await raw.query('drop table t')
    await raw.query(create)
    expect(await idOf()).toBeUndefined()
    await raw.query('delete from t where id > 0')
    expect(await idOf(db.withSchema(DATABASE))).toBeUndefined()
  })

  it('follows USE on a pinned connection', async () => {
    await raw.query(`drop table if exists ${OTHER}.t`)
    await raw.query(PLAIN.replace('table t', `table ${OTHER}.t`))
    await db.pinned(async (one) => {
      expect(await idOf(one)).toBe(1n)
      await send(`use ${OTHER}`, one)
      expect(await idOf(one)).toBeUndefined()
      await send(`use ${DATABASE}`, one)
      expect(await idOf(one)).toBe(2n)
    })
  })

  it('is left out where a temporary table may hide the permanent one', async () => {
    if (!server.can.temporaryTablesHide) return
    await db.pinned(async (one) => {
      expect(await idOf(one)).toBe(1n)
      await send('create temporary table t (id int primary key default 5, v int)', one)
      expect(await idOf(one)).toBeUndefined()
    })
    expect(await idOf()).toBe(2n)
  })

  it.each([
    ['without auto_increment', PLAIN, undefined],
    ['without a key', KEYLESS, undefined],
    ['again with auto_increment', COUNTING, 1n],
  ])('notices a table that another program made again %s', async (_name, create, expected) => {
    expect(await idOf()).toBe(1n)
    expect(await idOf()).toBe(2n)
    await raw.query('drop table t')
    await raw.query(create)
    expect(await idOf()).toBe(expected)
  })

  it('notices DDL of the program itself, also on another connection', async () => {
    const wide = openClient<DB>(database, { connection: { connectionLimit: 2 } })
    await wide.pinned(async (one) => {
      expect(await idOf(one)).toBe(1n)
      await send('drop table t', wide)
      await send(PLAIN, wide)
      expect(await idOf(one)).toBeUndefined()
    })
    await wide.destroy()
  })

  it('notices that DDL was rolled back', async () => {
    await raw.query('drop table t')
    await raw.query(PLAIN)
    const undone = db.transaction().execute(async (trx) => {
      await send('drop table t', trx as unknown as MatrixOne<DB>)
      await send(COUNTING, trx as unknown as MatrixOne<DB>)
      expect(await idOf(trx)).toBe(1n)
      expect(await idOf(trx)).toBe(2n)
      throw new Error('undo')
    })
    await expect(undone).rejects.toThrow('undo')
    expect(await idOf()).toBeUndefined()
  })
})

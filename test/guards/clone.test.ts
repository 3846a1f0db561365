import { sql } from 'kysely'
import { GuardError, type MatrixOne } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_guard_clone'
const copy = 'kmo_guard_clone_copy'

interface DB {
  t: { id: number }
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, database))
  await raw.query(`drop database if exists ${copy}`)
  await raw.query(`use ${database}`)
  await raw.query('create table t (id int primary key)')
  await raw.query('insert into t values (1), (2)')
  await raw.query('create table u clone t')
  server.beforeClose(() => raw.query(`drop database if exists ${copy}`))
})

const send = (text: string): Promise<unknown> => sql`${sql.raw(text)}`.execute(db)

describe('CREATE TABLE IF NOT EXISTS … CLONE', () => {
  it('appends to a table that exists, keys and all (the trap)', async () => {
    await raw.query('create table twice clone t')
    const again = raw.query('create table if not exists twice clone t')
    if (server.can.cloneIfNotExists === 'refused') {
      return expect(again).rejects.toThrow('already exists')
    }
    await again
    expect((await raw.query('select id from twice order by id'))[0]).toHaveLength(4)
  })

  it.each([
    'create table if not exists u clone t',
    '/*! CREATE TABLE IF NOT EXISTS */ `u` clone t',
  ])('is refused: %s', async (text) => {
    await expect(send(text)).rejects.toThrow(/db\.clone\.createTable.*Guard: clone\.$/s)
    expect((await raw.query('select id from u'))[0]).toHaveLength(2)
  })
})

describe('a clone of a database that does not exist', () => {
  it('is an empty database (the trap)', async () => {
    const empty = raw.query(`create database ${copy} clone kmo_guard_no_such`)
    if (!server.can.cloneOfMissingDatabaseSucceeds) {
      return expect(empty).rejects.toThrow('No database selected')
    }
    await empty
    expect((await raw.query(`show tables from ${copy}`))[0]).toEqual([])
    await raw.query(`drop database ${copy}`)
  })

  it.each([
    `create database ${copy} clone kmo_guard_no_such`,
    `create database if not exists ${copy} clone \`kmo_guard_no_such\``,
    `create schema ${copy} clone kmo_guard_no_such`,
    `data branch create database ${copy} from kmo_guard_no_such`,
  ])('is refused: %s', async (text) => {
    await expect(send(text)).rejects.toThrow(GuardError)
    await expect(send(text)).rejects.toThrow(/There is no database kmo_guard_no_such/)
    expect((await raw.query(`show databases like '${copy}'`))[0]).toEqual([])
  })

  it('is sent when there is one', async () => {
    await send(`create database ${copy} clone ${database}`)
    expect((await raw.query(`select id from ${copy}.t`))[0]).toHaveLength(2)
  })
})

describe('RESTORE … TO ACCOUNT', () => {
  it.each([
    `restore table ${database}.t {snapshot = 's'} to account other`,
    `restore database ${database} {snapshot = 's'} to account other`,
  ])('ignores the account, and is refused: %s', async (text) => {
    const refused = db.pinned((one) => sql.raw(text).execute(one))
    await expect(refused).rejects.toThrow(/ignores the account.*Guard: clone/s)
  })
})

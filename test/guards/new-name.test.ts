import { sql } from 'kysely'
import { GuardError, type MatrixOne, ServerError, ValueError } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { guardNewName } from '../../src/guards/new-name.js'
import { openDatabase, withClient, type TestDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_guard_new_name'
const OTHER = 'kmo_guard_new_name_'

interface DB {
  plain: { id: number }
}

let test: TestDatabase<DB>
let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  test = await openDatabase<DB>(server, DATABASE)
  ;({ db, raw } = test)
  await raw.query(`use ${DATABASE}`)
  await raw.query('create table plain (id int primary key)')
})

const guard = (text: string): void => guardNewName(text, 'refuse')

/** The tables and databases that are there by now. */
async function namesThere(): Promise<readonly unknown[]> {
  const [tables] = await raw.query(`show tables from ${DATABASE}`)
  const [databases] = await raw.query(`show databases like '${OTHER}%'`)
  return [tables, databases]
}

const untouched = [[{ [`Tables_in_${DATABASE}`]: 'plain' }], []]

/** Statements that make such an object, and how it would be dropped. */
const traps = [
  ['create table `a\u00AD` (id int)', 'drop table `a\u00AD`'],
  ['create table `a\u0001` like plain', 'drop table `a\u0001`'],
  ['create table `a\u2028` as select 1 as id', 'drop table `a\u2028`'],
  ['create table `👩‍🚀` clone plain', 'drop table `👩‍🚀`'],
  ['create view `a\u200D` as select 1 as id', 'drop view `a\u200D`'],
  ['alter table plain rename to `a\u202E`', 'drop table `a\u202E`'],
  [`create database \`${OTHER}\\\``, `drop database \`${OTHER}\\\``],
  [`create database \`${OTHER}\u00A0\``, `drop database \`${OTHER}\u00A0\``],
  [`create database \`${OTHER}\\\` clone ${DATABASE}`, `drop database \`${OTHER}\\\``],
] as const

describe('a name that the server could never drop', () => {
  it.each(traps)('is taken by the server (the trap), refused by us: %j', async (create, drop) => {
    // Only a rollback ever takes such an object away again.
    await raw.query('begin')
    await raw.query(create)
    await expect(raw.query(drop)).rejects.toThrow(/panic delete table failed|SQL syntax/)
    await raw.query('rollback')
    expect(await namesThere()).toEqual(untouched)

    await expect(db.execute(create)).rejects.toThrow(GuardError)
    await expect(sql.raw(create).execute(db)).rejects.toThrow(/never drop.*Guard: newName\.$/s)
    await db.transaction().execute(async (trx) => {
      await expect(trx.execute(create)).rejects.toThrow(GuardError)
    })
    await expect(db.execute(`prepare p from '${create.replaceAll('\\', '\\\\')}'`)).rejects.toThrow(
      GuardError,
    )
    expect(await namesThere()).toEqual(untouched)
  })

  it('is refused by builders and managers before anything is sent', async () => {
    const { schema } = db
    const bad = 'a\u00AD'
    const attempts = [
      () => schema.createTable(bad).addColumn('id', 'integer').execute(),
      () => schema.createView(bad).as(db.selectFrom('plain').selectAll()).execute(),
      () => schema.alterTable('plain').renameTo(bad).execute(),
      () => schema.createSchema(`${OTHER}\\`).execute(),
      () => db.clone.createTable(bad, { from: 'plain' }),
      () => db.clone.createDatabase(`${OTHER}\\`, { from: DATABASE }),
      () => db.branch.createTable(bad, { from: 'plain' }),
      () => db.branch.createDatabase(`${OTHER}\\`, { from: DATABASE }),
    ]
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow(ValueError)
    expect(await namesThere()).toEqual(untouched)
  })

  it('reaches the server where the guard is off', async () => {
    await withClient(test, { guards: { newName: 'off' } }, async (free) => {
      const trx = await free.startTransaction().execute()
      await sql.raw('create table `a\u00AD` (id int)').execute(trx)
      await expect(sql.raw('drop table `a\u00AD`').execute(trx)).rejects.toThrow(ServerError)
      await trx.rollback().execute()
    })
    expect(await namesThere()).toEqual(untouched)
  })

  it.each([
    'create table if not exists d.`a\u200D` (id int)',
    'create external table `\u00AD` (id int)',
    'create temporary table `\u00AD` (id int)',
    'create or replace view `a\u2028` as select 1',
    'create sequence if not exists `a\u00AD` increment by 2',
    'CREATE SCHEMA IF NOT EXISTS `a\u00A0b`',
    'create database `\\` clone shop',
    'data branch create table `a\uFEFF` from t',
    'data branch create database `zz\\` from shop',
    'alter table t rename column a to b, rename to `a\u202E`',
    'rename table t to `a\u202E`',
    'rename table t to u, v to `a\u202E`',
    'select 1; create table `a\u0001` (id int)',
    '/*! create table `a\u0001` (id int) */',
  ])('is found in %j', (text) => {
    expect(() => guard(text)).toThrow(GuardError)
    expect(() => guard(text)).toThrow(/never drop.*Guard: newName\.$/s)
  })
})

describe('every other name', () => {
  it.each([
    'create table `a b` (`c\u0001` int)',
    'create table `zz\\` (id int)',
    'create sequence `zz\\`',
    "create table t (a varchar(9) default 'x\u0001')",
    'create database `中文`',
    'create view v as select 1 as `a\u0001`',
    'alter table t add column b int',
    'alter table t rename column a to `b\u00AD`',
    'alter table t rename index i to `j\u00AD`',
    'create index i on t (a)',
    'create snapshot s for database d',
    'data branch delete table `a\u0001`',
    'drop table `a\u0001`',
  ])('passes: %j', (text) => {
    expect(() => guard(text)).not.toThrow()
  })

  it('may stand on a column or an index, which can be dropped', async () => {
    await db.execute('create table parts (id int primary key, `c\u00AD` int)')
    await db.execute('create index `i\u00AD` on parts (`c\u00AD`)')
    await db.execute('alter table parts rename column `c\u00AD` to `d\u00AD`')
    await db.execute('drop index `i\u00AD` on parts')
    await db.execute('drop table parts')
    expect(await namesThere()).toEqual(untouched)
  })
})

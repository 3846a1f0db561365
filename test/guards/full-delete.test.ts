import { sql } from 'kysely'
import { GuardError, type MatrixOne } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeEach, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, withClient } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_guard_delete'

interface DB {
  wine: { id: number; colour: string | null; note: string | null }
  child: { id: number }
}

let db: MatrixOne<DB>
let raw: Connection

const definition = async (): Promise<string> => {
  const { rows } = await sql<{ 'Create Table': string }>`show create table wine`.execute(db)
  return rows[0]?.['Create Table'] ?? ''
}

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, database))
  await raw.query(`use ${database}`)
})

beforeEach(async () => {
  await raw.query('drop table if exists child')
  await raw.query('drop table if exists wine')
  await raw.query(
    "create table wine (id int primary key, colour set('Red','White'), note varchar(20) default 'Chef''s')",
  )
  await raw.query("insert into wine (id, colour) values (1, 'Red'), (2, 'White')")
})

describe('DELETE without WHERE', () => {
  it('makes the table anew, with another definition (the trap)', async () => {
    const before = await definition()
    await raw.query('delete from wine')
    expect(before).toMatch(/set\('Red','White'\)/i)
    expect((await definition()) === before).toBe(server.can.fullDeleteKeepsTable)
  })

  it.each([
    ['built', () => db.deleteFrom('wine').execute()],
    ['built with an order', () => db.deleteFrom('wine').orderBy('id').execute()],
    ['written', () => sql`delete from wine`.execute(db)],
    ['written with an alias', () => sql`delete from wine as w -- all`.execute(db)],
    ['written behind WITH', () => sql`with c as (select 1 as a) delete from wine`.execute(db)],
    ['run by EXPLAIN ANALYZE', () => sql`explain analyze delete from wine`.execute(db)],
    ['in a transaction', () => db.transaction().execute((trx) => trx.deleteFrom('wine').execute())],
  ])('deletes the rows and nothing else when %s', async (_how, run) => {
    const before = await definition()
    await run()
    expect(await db.selectFrom('wine').selectAll().execute()).toEqual([])
    expect(await definition()).toBe(before)
  })

  it('tells how many rows it deleted', async () => {
    expect(await db.deleteFrom('wine').executeTakeFirst()).toEqual({ numDeletedRows: 2n })
  })

  it('leaves the children of the table alone under foreign_key_checks = 0', async () => {
    await raw.query('create table child (id int, foreign key (id) references wine (id))')
    await db.pinned(async (one) => {
      await sql`set foreign_key_checks = 0`.execute(one)
      await one.deleteFrom('wine').execute()
    })
    await raw.query('insert into wine (id) values (1)')
    await db.insertInto('child').values({ id: 1 }).execute()
    expect(await db.selectFrom('child').selectAll().execute()).toEqual([{ id: 1 }])
  })

  it('is refused in a prepared text, which nothing rewrites', async () => {
    await db.pinned(async (one) => {
      await expect(sql`prepare p from 'delete from wine'`.execute(one)).rejects.toThrow(
        /makes the table anew.*where true.*Guard: fullDelete\.$/s,
      )
    })
  })
})

describe('TRUNCATE of a parent', () => {
  it('is refused by the server itself, also under foreign_key_checks = 0', async () => {
    await raw.query('create table child (id int, foreign key (id) references wine (id))')
    await raw.query('set foreign_key_checks = 0')
    await expect(raw.query('truncate table wine')).rejects.toThrow(/foreign key/)
    await raw.query('set foreign_key_checks = 1')
  })
})

describe('the guard', () => {
  it('refuses when it is set to, and sends the text as it is when it is off', async () => {
    const options = { options: { ...server.options, database } }
    await withClient<void, DB>(options, { guards: { fullDelete: 'refuse' } }, async (strict) => {
      await expect(strict.deleteFrom('wine').execute()).rejects.toThrow(GuardError)
    })
    const before = await definition()
    await withClient<void, DB>(options, { guards: { fullDelete: 'off' } }, async (free) => {
      await free.deleteFrom('wine').execute()
    })
    expect((await definition()) === before).toBe(server.can.fullDeleteKeepsTable)
  })
})

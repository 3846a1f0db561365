import { sql } from 'kysely'
import { GuardError, type MatrixOne } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, withClient } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_guard_ignore'

interface DB {
  words: { id: number; body: string }
  places: { id: number; v: string }
  bare: { id: number; body: string }
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, database))
  await raw.query(`use ${database}`)
})

beforeEach(async () => {
  for (const table of ['words', 'places', 'bare']) await raw.query(`drop table if exists ${table}`)
  await raw.query('create table words (id int primary key, body text, fulltext body_words (body))')
  await raw.query('create table places (id int primary key, v vecf32(2))')
  await raw.query('create table bare (id int primary key, body text)')
  await raw.query("insert into words values (1, 'alpha')")
  await raw.query("insert into places values (1, '[1,1]'), (2, '[2,2]'), (3, '[3,3]')")
  await raw.query("create index near using ivfflat on places (v) lists = 1 op_type 'vector_l2_ops'")
})

const found = async (word: string): Promise<readonly unknown[]> => {
  const { rows } = await sql`select id from words where match(body) against (${word})`.execute(db)
  return rows
}

describe('INSERT IGNORE of a key that exists', () => {
  it('leaves the ignored row in a full-text index (the trap)', async () => {
    await raw.query("insert ignore into words values (1, 'phantom')")
    expect(await found('phantom')).toEqual(server.can.insertIgnorePhantom ? [{ id: 1 }] : [])
  })

  it.each([
    ['built', () => db.insertInto('words').ignore().values({ id: 1, body: 'phantom' }).execute()],
    ['written', () => sql`insert ignore into words values (1, 'phantom')`.execute(db)],
    ['without INTO', () => sql`INSERT IGNORE words VALUES (${1}, ${'phantom'})`.execute(db)],
    [
      'qualified',
      () =>
        sql`insert /* c */ ignore into ${sql.id(database, 'words')} values (1, 'phantom')`.execute(
          db,
        ),
    ],
    [
      'in a transaction',
      () =>
        db
          .transaction()
          .execute((trx) => sql`insert ignore into words values (1, 'x')`.execute(trx)),
    ],
    ['into a vector index', () => sql`insert ignore into places values (1, '[9,9]')`.execute(db)],
  ])('is refused when %s', async (_how, run) => {
    await expect(run()).rejects.toThrow(GuardError)
    await expect(run()).rejects.toThrow(/onDuplicateKeyUpdate\(\).*Guard: insertIgnore\.$/s)
    expect(await found('phantom')).toEqual([])
  })

  it('is sent where no such index is', async () => {
    await db.insertInto('bare').ignore().values({ id: 1, body: 'a' }).execute()
    await db.insertInto('bare').ignore().values({ id: 1, body: 'b' }).execute()
    expect(await db.selectFrom('bare').selectAll().execute()).toEqual([{ id: 1, body: 'a' }])
  })

  it('is refused at once when the program itself has made the index', async () => {
    await db.insertInto('bare').ignore().values({ id: 1, body: 'a' }).execute()
    await sql`create fulltext index body_words on bare (body)`.execute(db)
    const again = db.insertInto('bare').ignore().values({ id: 1, body: 'phantom' })
    await expect(again.execute()).rejects.toThrow(GuardError)
  })

  it('is sent when the guard is off', async () => {
    const options = { options: { ...server.options, database } }
    await withClient<void, DB>(options, { guards: { insertIgnore: 'off' } }, async (free) => {
      await free.insertInto('words').ignore().values({ id: 1, body: 'phantom' }).execute()
    })
    expect(await found('phantom')).toEqual(server.can.insertIgnorePhantom ? [{ id: 1 }] : [])
  })
})

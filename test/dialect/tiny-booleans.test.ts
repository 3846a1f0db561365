/** A tinyint that the schema value reads as a boolean: MatrixOne does not keep the width of tinyint(1). */
import { sql } from 'kysely'
import { ValueError } from 'kysely-matrixone'
import { jsonArrayFrom } from 'kysely-matrixone/helpers'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, type TestDatabase, withClient } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

interface DB {
  users: { id: number; is_old: boolean | null; level: number }
  badges: { id: number; user_id: number; is_gold: boolean }
}

const schema = {
  types: {},
  tables: {
    users: { key: ['id'], types: { is_old: 'boolean' } },
    badges: { key: ['id'], types: { is_gold: 'boolean' } },
  },
} as const

let own: TestDatabase<DB>

beforeAll(async () => {
  own = await openDatabase<DB>(server, 'tiny_booleans_test', {
    schema,
    connection: { connectionLimit: 1 },
  })
  const { db } = own
  await sql`create table users (id int primary key, is_old tinyint(1), level tinyint unsigned)`.execute(
    db,
  )
  await sql`create table badges (id int primary key, user_id int, is_gold tinyint(1))`.execute(db)
  await db
    .insertInto('users')
    .values([
      { id: 1, is_old: true, level: 1 },
      { id: 2, is_old: false, level: 0 },
      { id: 3, is_old: null, level: 2 },
    ])
    .execute()
  await db.insertInto('badges').values({ id: 7, user_id: 1, is_gold: true }).execute()
})

const expected = [
  { id: 1, is_old: true },
  { id: 2, is_old: false },
  { id: 3, is_old: null },
]

describe('a tinyint that is read as a boolean', () => {
  it('is a number without a schema value (the trap)', async () => {
    const first = await withClient<unknown, DB>(own, { connection: { connectionLimit: 1 } }, (db) =>
      db.selectFrom('users').selectAll().where('id', '=', 1).execute(),
    )
    expect(first).toEqual([{ id: 1, is_old: 1, level: 1 }])
  })

  it('is one through tables, derived tables, common table expressions and unions', async () => {
    const { db } = own
    const users = db.selectFrom('users').select(['id', 'is_old'])
    expect(await users.orderBy('id').execute()).toEqual(expected)
    expect(await db.selectFrom(users.as('x')).selectAll().orderBy('id').execute()).toEqual(expected)
    expect(
      await db
        .with('x', () => users)
        .selectFrom('x')
        .select(['x.id', 'x.is_old'])
        .orderBy('id')
        .execute(),
    ).toEqual(expected)
    const both = users.where('id', '<', 3).unionAll(users.where('id', '=', 3))
    expect(await db.selectFrom(both.as('b')).selectAll().orderBy('id').execute()).toEqual(expected)
    expect(await db.selectFrom('users').selectAll().where('is_old', '=', true).execute()).toEqual([
      { id: 1, is_old: true, level: 1 },
    ])
  })

  it('is one within a relation', async ({ skip }) => {
    skip(!server.can.jsonAgg, 'there are no relations')
    const rows = await own.db
      .selectFrom('users')
      .select((eb) => [
        'id',
        jsonArrayFrom(
          eb
            .selectFrom('badges')
            .select(['badges.id', 'badges.is_gold'])
            .whereRef('badges.user_id', '=', 'users.id'),
        ).as('badges'),
      ])
      .where('id', '<', 3)
      .orderBy('id')
      .execute()
    expect(rows).toEqual([
      { id: 1, badges: [{ id: 7, is_gold: true }] },
      { id: 2, badges: [] },
    ])
  })

  it('leaves other columns of the type numbers', async () => {
    const rows = await own.db.selectFrom('users').select('level').orderBy('id').execute()
    expect(rows.map(({ level }) => level)).toEqual([1, 0, 2])
  })

  it('is an error that names the column where it holds another number', async () => {
    const { db } = own
    await sql`update badges set is_gold = 2 where id = 7`.execute(db)
    const badges = db.selectFrom('badges').select(['id', 'is_gold'])
    await expect(badges.execute()).rejects.toThrow(ValueError)
    await expect(badges.execute()).rejects.toThrow(
      `Column "is_gold" holds the tinyint 2, which is not a boolean. Read it as a number: tinyint: 'number'`,
    )
  })
})

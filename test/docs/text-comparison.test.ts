import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import type { MatrixOne } from 'kysely-matrixone'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

interface Tables {
  users: { id: number; name: string; born: number | null }
  moods: { mood: 'a' | 'B' }
  emails: { id: number; email: string }
}

const server = useServer(import.meta.url)
let db: MatrixOne<Tables>

beforeAll(async () => {
  ;({ db } = await openDatabase<Tables>(server, 'kmo_text_comparison'))
  await db.execute(`create table users (
    id int primary key, name varchar(20) collate utf8mb4_general_ci unique, born year)`)
  await db
    .insertInto('users')
    .values([
      { id: 1, name: 'ann', born: 2024 },
      { id: 2, name: 'Ann', born: server.can.yearOutOfRangeIsNull ? 1900 : null },
      { id: 3, name: 'ann ', born: server.can.yearOutOfRangeIsNull ? 2156 : null },
      { id: 4, name: 'Ánn', born: 2155 },
      { id: 5, name: 'Zed', born: 1901 },
    ])
    .execute()
})

/** The ids of the users that a condition finds. */
async function idsWhere(condition: ReturnType<typeof sql<boolean>>): Promise<readonly number[]> {
  const rows = await db.selectFrom('users').select('id').where(condition).orderBy('id').execute()
  return rows.map(({ id }) => id)
}

describe('text', () => {
  it('is compared with case, accents and trailing blanks, whatever the collation', async () => {
    expect(await idsWhere(sql`name = 'ANN'`)).toEqual([])
    expect(await idsWhere(sql`name = 'ann'`)).toEqual([1])
    expect(await idsWhere(sql`name like 'ANN'`)).toEqual([])
    expect(await idsWhere(sql`name = 'ANN' collate utf8mb4_general_ci`)).toEqual([])
  })

  it('is sorted by code point', async () => {
    const rows = await db.selectFrom('users').select('name').orderBy('name').execute()
    expect(rows.map(({ name }) => name)).toEqual(['Ann', 'Zed', 'ann', 'ann ', 'Ánn'])
  })

  it('is compared without case by ilike and lower()', async () => {
    expect(await idsWhere(sql`name ilike 'ANN'`)).toEqual([1, 2])
    expect(await idsWhere(sql`lower(name) = 'ann'`)).toEqual([1, 2])
  })

  it('is unique without case through a generated column', async ({ skip }) => {
    skip(!server.can.generatedColumns, 'there are none')
    await db.execute(`create table emails (id int primary key, email varchar(254),
      email_key varchar(254) generated always as (lower(email)) stored, unique key uk (email_key))`)
    await db.insertInto('emails').values({ id: 1, email: 'Ann@example.org' }).execute()
    await expect(
      db.insertInto('emails').values({ id: 2, email: 'ann@Example.org' }).execute(),
    ).rejects.toMatchObject({ name: 'UniqueViolationError', columns: ['email_key'] })
  })
})

describe('an ENUM', () => {
  it('takes a member in any case, stores the declared one, and is found by that only', async () => {
    await db.execute(`create table moods (mood enum('a', 'B'))`)
    await db.execute(`insert into moods values ('b')`)
    expect(await db.execute(`select mood from moods where mood = 'b'`)).toMatchObject({ rows: [] })
    expect(await db.selectFrom('moods').selectAll().where('mood', '=', 'B').execute()).toEqual([
      { mood: 'B' },
    ])
  })
})

describe('a YEAR', () => {
  it('of 1900 or 2156 is stored as NULL, without an error', async () => {
    if (!server.can.yearOutOfRangeIsNull) {
      const insert = db.insertInto('users').values({ id: 6, name: 'Bo', born: 1900 })
      return expect(insert.execute()).rejects.toThrow(/year value out of range/)
    }
    const rows = await db.selectFrom('users').select(['id', 'born']).orderBy('id').execute()
    expect(rows.map(({ born }) => born)).toEqual([2024, null, null, 2155, 1901])
  })
})

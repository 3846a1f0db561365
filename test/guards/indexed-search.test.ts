import { sql } from 'kysely'
import { GuardError, type MatrixOne } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, withClient } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_guard_search'

interface DB {
  places: { id: number; kind: number; v: string }
  notes: { id: number; place: number }
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, database))
  await raw.query(`use ${database}`)
  await raw.query('create table places (id int primary key, kind int, v vecf32(2))')
  await raw.query('create table notes (id int primary key, place int)')
  const rows = Array.from(
    { length: 400 },
    (_, id) => `(${id}, ${id % 7}, '[${id % 20},${id % 17}]')`,
  )
  await raw.query(`insert into places values ${rows.join(', ')}`)
  await raw.query(
    "create index near using ivfflat on places (v) lists = 10 op_type 'vector_l2_ops'",
  )
})

const distance = sql<number>`l2_distance(v, ${'[3,3]'})`
const count = async (text: string): Promise<number> => {
  const { rows } = await sql`${sql.raw(text)}`.execute(db)
  return rows.length
}

describe('a condition on the key beside a search through the index', () => {
  it('loses rows (the trap)', async () => {
    const [rows] = await raw.query(
      "select id from places where id between 100 and 110 order by l2_distance(v, '[3,3]') limit 5",
    )
    expect((rows as unknown[]).length).toBeLessThan(5)
  })

  it.each([
    [
      'built',
      () =>
        db
          .selectFrom('places')
          .select('id')
          .where('id', '>', 5)
          .orderBy(distance)
          .limit(5)
          .execute(),
    ],
    [
      'sorted by an alias',
      () =>
        db
          .selectFrom('places as p')
          .select(['p.id', distance.as('d')])
          .where('p.id', 'in', [1, 2, 3])
          .orderBy('d')
          .limit(5)
          .execute(),
    ],
    [
      'written',
      () => count("select id from places where id = 5 order by l2_distance(v, '[3,3]') limit 5"),
    ],
    [
      'inside a subquery',
      () =>
        count(
          "select * from (select id, l2_distance(v, '[3,3]') as d from places where kind = 1 and (id < 9)) x order by d limit 5",
        ),
    ],
    [
      'qualified, with a comment before the parenthesis',
      () =>
        count(
          `select p.id from ${database}.places p where p.id <> 5 order by l2_distance/**/(p.v, '[3,3]') limit 5`,
        ),
    ],
  ])('is refused when %s', async (_how, run) => {
    await expect(run()).rejects.toThrow(GuardError)
    await expect(run()).rejects.toThrow(
      /key id beside .* index of places .*mode=force.*Guard: indexedSearch/s,
    )
  })

  it.each([
    "select id from places where id between 100 and 110 order by l2_distance(v, '[3,3]') limit 5 by rank with option 'mode=force'",
    "select id from places where id between 100 and 110 order by cosine_distance(v, '[3,3]') limit 5",
    "select id from places where id between 100 and 110 order by l2_distance(v, '[3,3]') desc limit 5",
    "select id, l2_distance(v, '[3,3]') d from places where id between 100 and 104 order by id limit 5",
    'select p.id, l2_distance(p.v, q.v) d from places p cross join (select v from places where id = 5) q order by d limit 5',
  ])('is sent where the index is not used, or not beside it: %s', async (text) => {
    if (text.includes('desc') && !server.can.descendingSearchIsExact) return
    expect(await count(text)).toBe(5)
  })

  it('is sent beside a second key of the order, which no index answers', async () => {
    const text = "select id from places order by l2_distance(v, '[3,3]') desc, id limit 5"
    expect(await count(text)).toBe(5)
  })

  it('is refused when it descends, where the index gives the nearest rows (the trap)', async () => {
    const text = "select id from places order by l2_distance(v, '[3,3]') desc limit 5"
    const [[farthest]] = (await raw.query(
      `${text} by rank with option 'mode=force'`,
    )) as unknown as [{ id: number }[]]
    const [[found]] = (await raw.query(text)) as unknown as [{ id: number }[]]
    if (server.can.descendingSearchIsExact) expect(found).toEqual(farthest)
    else {
      expect(found).not.toEqual(farthest)
      await expect(count(text)).rejects.toThrow(/descending search .* of places .*mode=force/s)
    }
  })

  it('is sent when the guard is off', async () => {
    const options = { options: { ...server.options, database } }
    await withClient<void, DB>(options, { guards: { indexedSearch: 'off' } }, async (free) => {
      const query = free
        .selectFrom('places')
        .select('id')
        .where('id', '=', 5)
        .orderBy(distance)
        .limit(5)
      expect(await query.execute()).toEqual([])
    })
  })
})

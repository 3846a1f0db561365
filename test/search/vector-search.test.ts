import { sql } from 'kysely'
import { type MatrixOne, rowOf } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClient, openDatabase, openRaw, type TestDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'
import { createPlaces, type DB, nearestIds, schema, vectorOf } from './places.js'

const server = useServer(import.meta.url)
const database = 'kmo_vector_search'
const query = [50.3, 50.7, 49.9]
const literal = `'[${query.join(',')}]'`

let target: TestDatabase<DB>
let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  target = await openDatabase<DB>(server, database, { schema })
  ;({ db } = target)
  raw = await openRaw(server, { database })
  await createPlaces(raw)
})

const ids = (rows: readonly { readonly id: number }[]): readonly number[] =>
  rows.map(({ id }) => id)
const near = (options?: { readonly rowBudget: number }) =>
  db.vectorSearch('places', 'v', query, options).select('id')
/** As on a table that is too large to be compared row by row. */
const large = () => near({ rowBudget: 10 })

async function rawIds(text: string): Promise<readonly number[]> {
  const [rows] = await raw.query(text)
  return ids(rows as { readonly id: number }[])
}

describe('a filter beside a search through the index', () => {
  it('leaves rows missing (the trap)', async () => {
    const text = `select id, l2_distance(v, ${literal}) as d from places where kind = 7 order by d limit 10`
    expect((await rawIds(text)).length).toBeLessThan(10)
  })

  it('finds as many rows as match, exactly where few match', async () => {
    const { rows, report } = await near().where('kind', '=', 7).executeWithReport()
    expect(ids(rows)).toEqual(nearestIds(query, 10, (id) => id % 50 === 7))
    expect(report.path).toBe('exact')
  })

  it('goes through the index where many match, and repeats exactly where it gave too few', async () => {
    const many = await large().where('half', '=', 1).limit(3).executeWithReport()
    expect(many.report).toMatchObject({ path: 'index', candidates: 11 })
    expect(ids(many.rows)).toEqual(nearestIds(query, 3, (id) => id % 2 === 1))

    const few = await large().where('kind', '=', 7).limit(20).executeWithReport()
    expect(few.report.path).toBe('index, then exact')
    expect(few.report.reason).toMatch(/^more than 10 matching rows, and the index gave \d+ of 20$/)
    expect(ids(few.rows)).toEqual(nearestIds(query, 20, (id) => id % 50 === 7))
  })

  it('counts the matching rows no further than the budget, and says what it did', async () => {
    const search = db.vectorSearch('places', 'v', query, { rowBudget: 20 }).select('id')
    const exactly = await search.where('kind', '=', 7).executeWithReport()
    expect(exactly.report).toMatchObject({
      path: 'exact',
      candidates: 20,
      reason: 'at most 20 matching rows',
    })
    const more = await search.where('kind', 'in', [7, 8]).executeWithReport()
    expect(more.report.candidates).toBe(21)
  })

  it('finds min(k, matches) rows for every number of matches around the k', async () => {
    for (const matches of [1, 9, 10, 11, 100, 101]) {
      const rows = await near()
        .where(sql<boolean>`id % 50 > 0 and id <= ${matches + Math.floor(matches / 50)}`)
        .execute()
      expect(rows).toHaveLength(Math.min(10, matches))
    }
  })
})

describe('a table with statistics', () => {
  let told: MatrixOne<DB>
  const largeOnes = () => told.vectorSearch('places', 'v', query, { rowBudget: 10 }).select('id')

  beforeAll(async () => {
    await db.moCtl.flush('places')
    // Remembers nothing of the time before.
    told = openClient<DB>(target, { schema })
    await largeOnes().execute()
  })
  afterAll(async () => told.destroy())

  it('is not counted: the planner says how many rows match a filter', async () => {
    const many = largeOnes().where('half', '=', 0).limit(3)
    const first = await many.executeWithReport()
    // The table is counted, and the planner asked about it, once.
    expect(first.report).toMatchObject({ path: 'index', candidates: 500, statements: 4 })
    const again = await many.executeWithReport()
    expect(again.report).toMatchObject({ path: 'index', candidates: 500, statements: 1 })
    // The planner expects as many rows of every value that is compared by `=`.
    const other = await largeOnes().where('half', '=', 1).limit(3).executeWithReport()
    expect(other.report).toMatchObject({ path: 'index', candidates: 500, statements: 1 })
    const few = await near().where('kind', '=', 7).executeWithReport()
    expect(few.report).toMatchObject({ path: 'exact', candidates: undefined, statements: 1 })
  })

  it('is asked again about a range with other values', async () => {
    const upTo = async (n: number) =>
      (await largeOnes().where('half', '<', n).limit(3).executeWithReport()).report
    expect(await upTo(1)).toMatchObject({ statements: 2 })
    expect(await upTo(2)).toMatchObject({ statements: expect.toSatisfy((n: number) => n > 1) })
    expect(await upTo(1)).toMatchObject({ statements: 1 })
  })

  it('is compared row by row where the index would give too few rows', async () => {
    const { rows, report } = await largeOnes().where('kind', '=', 8).limit(20).executeWithReport()
    expect(ids(rows)).toEqual(nearestIds(query, 20, (id) => id % 50 === 8))
    expect(report).toEqual({
      path: 'exact',
      candidates: 20,
      statements: 2,
      reason: 'the index would give too few rows: 2.0 % match',
    })
  })

  it('is counted where the planner expects none: the newest rows may be missing in its statistics', async () => {
    const { report } = await largeOnes().where('kind', '>', 50).executeWithReport()
    expect(report).toMatchObject({ path: 'exact', candidates: 0 })
    expect(report.statements).toBe(3)
  })
})

describe('a table that has grown since its statistics', () => {
  it('has more matching rows than the planner expects (the trap)', async () => {
    const { db: growing } = await openDatabase<DB>(server, `${database}_grown`, { schema })
    const load = await openRaw(server, { database: `${database}_grown` })
    await createPlaces(load)
    await growing.moCtl.flush('places')
    const expected = async () => {
      const [plan] = await load.query('explain verbose select 1 from places where half = 1')
      return Number(/Scan.* outcnt=([\d.]+)/.exec(JSON.stringify(plan))?.[1])
    }
    expect(await expected()).toBe(500)
    await load.query('insert into places select id + 1000, kind, half, owner, v from places')
    // What was inserted is not seen for minutes.
    expect([500, 1000]).toContain(await expected())

    const search = growing.vectorSearch('places', 'v', query, { rowBudget: 10 }).select('id')
    const { report } = await search.where('half', '=', 1).limit(3).executeWithReport()
    expect(report).toMatchObject({ path: 'index', candidates: 1000 })
    const above = await search.where('half', '>', 0).limit(3).executeWithReport()
    expect(above.report.candidates).toBe((await expected()) === 500 ? 11 : 1000)
  })
})

describe('a filter on the key', () => {
  it('loses rows or panics through the index (the trap)', async () => {
    const text = `select id, l2_distance(v, ${literal}) as d from places where id < 50 order by d limit 10`
    const found = await rawIds(text).catch(() => [])
    expect(found.length).toBeLessThan(10)
  })

  it.each([
    ['a range', () => large().where('id', '<', 50), (id: number) => id < 50],
    [
      'a list',
      () => large().where('id', 'in', [3, 1, 900]),
      (id: number) => [1, 3, 900].includes(id),
    ],
    [
      'raw SQL',
      () => large().where(sql<boolean>`id between 10 and 30`),
      (id: number) => id >= 10 && id <= 30,
    ],
    [
      'the key and a column',
      () => large().where('id', '<', 500).where('half', '=', 1),
      (id: number) => id < 500 && id % 2 === 1,
    ],
  ])('is exact: %s', async (_what, search, matches) => {
    const { rows, report } = await search().executeWithReport()
    expect(report).toMatchObject({ path: 'exact', reason: 'the filter names the primary key' })
    expect(ids(rows)).toEqual(nearestIds(query, 10, matches))
  })
})

describe('rows without a vector', () => {
  it('come first where all rows are compared (the trap)', async () => {
    const text = `select id, l2_distance(v, ${literal}) as d from places order by d limit 3 by rank with option 'mode=force'`
    expect((await rawIds(text)).every((id) => id % 50 === 0)).toBe(true)
  })

  it('are left out on every path', async () => {
    const expected = nearestIds(query, 10)
    expect(ids(await near().using('exact').execute())).toEqual(expected)
    expect(ids(await near().using('index').execute())).toEqual(expected)
    expect(await near().where('kind', '=', 0).execute()).toEqual([])
  })
})

describe('the distance alone', () => {
  it('panics through the index (the trap)', async () => {
    if (!server.can.distanceAlonePanics) return
    await expect(
      raw.query(`select l2_distance(v, ${literal}) as d from places order by d limit 3`),
    ).rejects.toThrow(/panic/)
  })

  it('is found when nothing is selected', async () => {
    const search = db.vectorSearch('places', 'v', query).using('index').limit(3)
    const rows = await search.execute()
    expect(rows.map((row) => Object.keys(row))).toEqual([['distance'], ['distance'], ['distance']])
    expect(await search.executeTakeFirst()).toEqual(rows[0])
  })
})

describe('within', () => {
  it('cuts the hits off at a distance on every path', async () => {
    const [, second] = await near().execute()
    const range = (second?.distance ?? 0) + 0.001
    const expected = nearestIds(query, 2)
    for (const using of ['auto', 'exact', 'index'] as const) {
      expect(ids(await near().within(range).using(using).execute())).toEqual(expected)
    }
    const { rows, report } = await large().within(range).executeWithReport()
    expect([ids(rows), report.path]).toEqual([expected, 'index'])
    const composed = db.selectFrom(near().within(range).as('hit')).select(['hit.id', 'hit.rank'])
    expect(await composed.orderBy('hit.rank').execute()).toEqual(
      expected.map((id, index) => ({ id, rank: index + 1 })),
    )
  })
})

describe('rowOf', () => {
  const like = (id: number) => db.vectorSearch('places', 'v', rowOf('places', id)).select('id')
  const others = (id: number, limit: number): readonly number[] =>
    nearestIds(vectorOf(id), limit, (other) => other !== id)

  it('finds what is like a row, without the row, on every path', async () => {
    for (const using of ['auto', 'exact', 'index'] as const) {
      expect(ids(await like(77).using(using).limit(5).execute())).toEqual(others(77, 5))
    }
    const composed = db.selectFrom(like(77).limit(3).as('hit')).select(['hit.id', 'hit.rank'])
    expect(await composed.orderBy('hit.rank').execute()).toEqual(
      others(77, 3).map((id, index) => ({ id, rank: index + 1 })),
    )
  })

  it('finds nothing for a row that does not exist, or has no vector', async () => {
    for (const using of ['auto', 'exact', 'index'] as const) {
      expect(await like(1_000_000).using(using).execute()).toEqual([])
      expect(await like(50).using(using).execute()).toEqual([])
    }
  })

  it('takes filters', async () => {
    expect(ids(await like(77).where('kind', '=', 7).limit(5).execute())).toEqual(
      nearestIds(vectorOf(77), 5, (id) => id % 50 === 7),
    )
  })
})

describe('a transaction', () => {
  it('finds its own rows, and after its rollback they are gone', async () => {
    const [first] = await near().using('index').execute()
    const trx = await db.startTransaction().execute()
    await trx
      .insertInto('places')
      .values({ id: 5_000, kind: 1, half: 1, owner: 'o1', v: query })
      .execute()
    for (const using of ['auto', 'exact', 'index'] as const) {
      const search = trx.vectorSearch('places', 'v', query).select('id').using(using)
      expect(await search.executeTakeFirst()).toMatchObject({ id: 5_000 })
    }
    await trx.rollback().execute()
    for (const using of ['auto', 'exact', 'index'] as const) {
      expect(await near().using(using).executeTakeFirst()).toMatchObject({ id: first?.id })
    }
  })
})

describe('the past', () => {
  it('is searched exactly: the index would give present rows', async () => {
    await raw.query(`create snapshot kmo_vector_search for database ${database}`)
    server.beforeClose(() => raw.query('drop snapshot if exists kmo_vector_search'))
    const expected = nearestIds(query, 10)
    await raw.query(`delete from places where id in (${expected.slice(0, 5).join(', ')})`)
    try {
      const hinted = `select id, l2_distance(v, ${literal}) as d from places {snapshot = 'kmo_vector_search'} order by d limit 10`
      expect(await rawIds(hinted)).not.toEqual(expected)

      const past = db.at({ snapshot: 'kmo_vector_search' })
      const search = past.vectorSearch('places', 'v', query).select('id')
      const { rows, report } = await search.executeWithReport()
      expect(ids(rows)).toEqual(expected)
      expect(report.reason).toBe('an index answers with present rows')
      const composed = past.selectFrom(search.as('hit')).select('hit.id').orderBy('hit.rank')
      expect(ids(await composed.execute())).toEqual(expected)
      const [source] = expected
      const like = past.vectorSearch('places', 'v', rowOf('places', source ?? 0)).select('id')
      expect(ids(await like.limit(3).execute())).toEqual(
        nearestIds(vectorOf(source ?? 0), 3, (id) => id !== source),
      )
    } finally {
      await raw.query('drop snapshot kmo_vector_search')
    }
  })
})

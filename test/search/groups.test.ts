import { CamelCasePlugin, sql } from 'kysely'
import {
  type MatrixOne,
  rowOf,
  type SearchIndexes,
  type Vector,
  type indexes,
} from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openClient, openDatabase, openRaw } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_search_groups'
const COUNT = 1_200

const schema = {
  tables: {
    parts: {
      key: ['part_id'],
      vectors: {
        v: {
          element: 'f32',
          dimension: 3,
          indexes: [{ name: 'near', algo: 'ivfflat', metric: 'l2' }],
        },
      },
      fulltext: { ft: ['body'] },
    },
  },
} as const

interface Part {
  part_id: number
  half: number
  /** Ten books, and no book in every seventh part. */
  book_title: string | null
  body: string
  v: Vector<'f32', 3> | null
}

interface DB {
  parts: Part
  books: { title: string; price: number }
  readonly [indexes]: SearchIndexes<typeof schema>
}

let options: Awaited<ReturnType<typeof openDatabase<DB>>>['options']
let db: MatrixOne<DB>
let raw: Connection

/** Neighbours lie in one book, so that the nearest rows are of few books. */
const bookOf = (id: number): string | null => (id % 7 === 0 ? null : `book ${Math.floor(id / 120)}`)
const vectorOf = (id: number): readonly number[] => [
  id / 10,
  (id * 53) % 103,
  ((id * id) % 997) / 100,
]
const wordsOf = (id: number): number => id % 4

beforeAll(async () => {
  ;({ db, options } = await openDatabase<DB>(server, database, { schema }))
  raw = await openRaw(server, { database })
  await raw.query(
    'create table parts (part_id int primary key, half int, book_title varchar(20), body varchar(100), v vecf32(3), fulltext index ft (body))',
  )
  await raw.query(
    `insert into parts select g, g % 2, if(g % 7 = 0, null, concat('book ', g div 120)),
     concat('x', if(g % 4 >= 1, ' sea', ''), if(g % 4 >= 2, ' sky', ''), if(g % 4 >= 3, ' sun', '')),
     cast(if(g % 50 = 0, null, concat('[', g / 10, ',', (g * 53) % 103, ',', (g * g) % 997 / 100, ']')) as vecf32(3))
     from (select result as g from generate_series(1, ${COUNT}) s) n`,
  )
  await raw.query('create table books (title varchar(20) primary key, price int)')
  await raw.query(
    "insert into books select concat('book ', result), result from generate_series(0, 10) s",
  )
  // A search reads five lists unless told otherwise: all of them.
  await raw.query("create index near using ivfflat on parts (v) lists = 5 op_type 'vector_l2_ops'")
})

interface Wanted {
  readonly query: readonly number[]
  readonly each: number
  readonly limit: number
  readonly matches?: (id: number) => boolean
  readonly groupOf?: (id: number) => unknown
}

/** The ids of the nearest parts with at most so many of a group, by comparing all of them here. */
function nearestIds({ query, each, limit, matches = () => true, groupOf = bookOf }: Wanted) {
  const distance = (id: number): number =>
    Math.hypot(...vectorOf(id).map((value, at) => value - (query[at] as number)))
  const taken = new Map<unknown, number>()
  return Array.from({ length: COUNT }, (_, at) => at + 1)
    .filter((id) => id % 50 !== 0 && matches(id))
    .toSorted((a, b) => distance(a) - distance(b))
    .filter((id) => {
      const turn = (taken.get(groupOf(id)) ?? 0) + 1
      taken.set(groupOf(id), turn)
      return turn <= each
    })
    .slice(0, limit)
}

const query = [30.3, 50.7, 4.9]
const near = (rowBudget = 20_000) =>
  db.vectorSearch('parts', 'v', query, { rowBudget }).select(['part_id', 'book_title'])
const ids = (rows: readonly { readonly part_id: number }[]): readonly number[] =>
  rows.map(({ part_id }) => part_id)

describe('groups of a vector search', () => {
  it('are missing where a window stands around the hits (the trap)', async () => {
    const turns = db
      .selectFrom(near().as('hit'))
      .select([
        'part_id',
        sql<number>`row_number() over (partition by book_title order by distance)`.as('turn'),
      ])
    const rows = await db.selectFrom(turns.as('t')).selectAll().where('turn', '<=', 1).execute()
    expect(rows.length).toBeLessThan(10)
    expect(await near().groups({ by: 'book_title', each: 1 }).execute()).toHaveLength(10)
  })

  it('give the nearest rows, at most so many of each', async () => {
    const { rows, report } = await near().groups({ by: 'book_title', each: 2 }).executeWithReport()
    expect(ids(rows)).toEqual(nearestIds({ query, each: 2, limit: 10 }))
    expect(Object.keys(rows[0] ?? {})).toEqual(['part_id', 'book_title', 'distance'])
    expect(report).toEqual({
      path: 'exact',
      candidates: 1_200,
      statements: 1,
      reason: 'at most 20,000 matching rows',
    })
  })

  it('are cut from all rows where the nearest ones give too few, and say so', async () => {
    const all = { by: 'book_title', each: 3, window: 50 } as const
    const { rows, report } = await near().groups(all).limit(30).executeWithReport()
    expect(ids(rows)).toEqual(nearestIds({ query, each: 3, limit: 30 }))
    expect(report.path).toBe('exact')
    expect(report.reason).toMatch(
      /^at most 20,000 matching rows, and the 50 nearest rows gave \d+ of 30$/,
    )
    const large = await near(10).groups(all).limit(30).executeWithReport()
    expect(large.rows).toEqual(rows)
    expect(large.report.path).toBe('index, then exact')
    expect(large.report.reason).toMatch(
      /^more than 10 matching rows, and the 50 nearest rows of the index gave \d+ of 30$/,
    )
  })

  it('go through the index where its nearest rows are enough', async () => {
    const search = near(10).groups({ by: 'book_title', each: 2 })
    expect((await search.explain()).indexes).toEqual(['ivf_search'])
    const { rows, report } = await search.executeWithReport()
    expect(report).toMatchObject({ path: 'index', reason: 'more than 10 matching rows' })
    expect(ids(rows)).toEqual(nearestIds({ query, each: 2, limit: 10 }))
    const insisting = await search
      .groups({ by: 'book_title', each: 2, window: 5 })
      .using('index')
      .execute()
    expect(ids(insisting)).toEqual(
      nearestIds({ query, each: 2, limit: 10 }).slice(0, insisting.length),
    )
    expect(insisting.length).toBeLessThanOrEqual(5)
  })

  it('stand in other queries, exact unless the index was asked for', async () => {
    const search = near(10).groups({ by: 'book_title', each: 1 }).limit(4)
    for (const using of ['auto', 'index'] as const) {
      const rows = await db
        .selectFrom(search.using(using).as('hit'))
        .innerJoin('books', 'books.title', 'hit.book_title')
        .select(['hit.part_id', 'hit.rank', 'books.price'])
        .orderBy('hit.rank')
        .execute()
      const expected = nearestIds({ query, each: 1, limit: 4 })
        .map((id, at) => ({ part_id: id, rank: at + 1, price: Math.floor(id / 120) }))
        .filter(({ part_id }) => bookOf(part_id) !== null)
      expect(rows).toEqual(expected)
      const plan = await db
        .selectFrom(search.using(using).as('hit'))
        .select('hit.part_id')
        .explain()
      expect(JSON.stringify(plan).includes('ivf_search')).toBe(using === 'index')
    }
    const compiled = search.compile()
    expect(ids((await db.executeQuery(compiled)).rows)).toEqual(await search.execute().then(ids))
  })

  it('leave out the row that a search starts from, and rows out of range', async () => {
    const like = db.vectorSearch('parts', 'v', rowOf('parts', 301)).select('part_id')
    const wanted = { query: vectorOf(301), each: 2, limit: 8, matches: (id: number) => id !== 301 }
    for (const using of ['auto', 'exact', 'index'] as const) {
      const search = like.groups({ by: 'book_title', each: 2 }).limit(8).using(using)
      const rows = await search.execute()
      expect(ids(rows)).toEqual(nearestIds(wanted))
      const range = (rows[4]?.distance ?? 0) - 1e-4
      expect(ids(await search.within(range).execute())).toEqual(nearestIds(wanted).slice(0, 4))
      const composed = db
        .selectFrom(search.within(range).as('h'))
        .select('h.part_id')
        .orderBy('h.rank')
      expect(ids(await composed.execute())).toEqual(nearestIds(wanted).slice(0, 4))
    }
  })

  it('come page by page', async () => {
    const search = near(10).groups({ by: 'book_title', each: 4 })
    const first = await search.page(15)
    const second = await search.after(first.next ?? '').page(15)
    const third = await search.after(second.next ?? '').page(15)
    expect(third.next).toBeUndefined()
    expect([first, second, third].flatMap(({ rows }) => ids(rows))).toEqual(
      nearestIds({ query, each: 4, limit: 45 }),
    )
    await expect(
      near()
        .after(first.next ?? '')
        .page(15),
    ).rejects.toThrow(/is of another search/)
  })

  it('go by columns in camelCase', async () => {
    const camel = openClient<{
      parts: { partId: number; bookTitle: string | null; v: Vector<'f32', 3> | null }
      readonly [indexes]: DB[typeof indexes]
    }>({ options }, { schema, plugins: [new CamelCasePlugin()] })
    try {
      const search = camel.vectorSearch('parts', 'v', query).groups({ by: 'bookTitle', each: 2 })
      const rows = await search.select('partId').execute()
      expect(rows.map(({ partId }) => partId)).toEqual(nearestIds({ query, each: 2, limit: 10 }))
      expect(Object.keys(rows[0] ?? {})).toEqual(['partId', 'distance'])
    } finally {
      await camel.destroy()
    }
  })

  it('refuse options that make no groups', () => {
    expect(() => near().groups({ by: 'book_title', each: 0 })).toThrow(
      'The option each of groups must be a whole number of at least 1, got 0.',
    )
  })
})

describe('two hundred random groups', () => {
  let state = 11
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T
  const QUERIES = [query, [0.1, 0.2, 0.3], [110.7, 90.1, 9.3], [60.9, 12.3, 0.4]] as const
  const GROUPS = {
    book_title: bookOf,
    half: (id: number) => id % 2,
    part_id: (id: number) => id,
  } as const
  const FILTERS = [
    [undefined, () => true],
    ['half = 1', (id: number) => id % 2 === 1],
    ['book_title is not null', (id: number) => id % 7 !== 0],
    ['part_id < 200', (id: number) => id < 200],
    ['half = 5', () => false],
  ] as const

  it('equal memory on every path', async () => {
    for (let round = 0; round < 200; round++) {
      const by = pick(['book_title', 'book_title', 'half', 'part_id'] as const)
      const [filter, matches] = pick(FILTERS)
      const [from, each, limit] = [pick(QUERIES), 1 + random(5), 1 + random(40)]
      const window = pick([undefined, 1 + random(100)])
      const [using, rowBudget] = [pick(['auto', 'auto', 'exact'] as const), pick([10, 20_000])]
      let search = db
        .vectorSearch('parts', 'v', from, { rowBudget })
        .select('part_id')
        .limit(limit)
        .using(using)
        .groups({ by, each, ...(window === undefined ? {} : { window }) })
      if (filter !== undefined) search = search.where(sql<boolean>`${sql.raw(filter)}`)
      const rows =
        random(4) === 0
          ? await db
              .selectFrom(search.as('hit'))
              .select('hit.part_id')
              .orderBy('hit.rank')
              .execute()
          : await search.execute()
      const expected = nearestIds({ query: from, each, limit, matches, groupOf: GROUPS[by] })
      const said = { round, by, each, limit, window, filter, using, rowBudget }
      expect({ ...said, ids: ids(rows) }).toEqual({ ...said, ids: expected })
    }
  }, 120_000)
})

describe('groups of a text search', () => {
  it('give the best rows, at most so many of each, in one statement', async () => {
    const taken = new Map<unknown, number>()
    const expected = Array.from({ length: COUNT }, (_, at) => at + 1)
      .filter((id) => id % 2 === 1 && id % 4 > 0)
      .toSorted((a, b) => wordsOf(b) - wordsOf(a) || a - b)
      .filter((id) => {
        const turn = (taken.get(bookOf(id)) ?? 0) + 1
        taken.set(bookOf(id), turn)
        return turn <= 3
      })
    const search = db
      .textSearch('parts', ['body'], 'sea sky sun')
      .where('half', '=', 1)
      .groups({ by: 'book_title', each: 3 })
      .select('part_id')
    const { rows, report } = await search.limit(20).executeWithReport()
    expect(ids(rows)).toEqual(expected.slice(0, 20))
    expect(report).toMatchObject({ path: 'full-text index', statements: 1 })
    expect(Object.keys(rows[0] ?? {})).toEqual(['part_id', 'score'])
    expect(ids(await search.limit(100).execute())).toEqual(expected)
    const prices = await db
      .selectFrom(search.select('book_title').limit(5).as('hit'))
      .leftJoin('books', 'books.title', 'hit.book_title')
      .select(['hit.part_id', 'hit.rank', 'books.price'])
      .orderBy('hit.rank')
      .execute()
    expect(prices.map(({ part_id, rank }) => [part_id, rank])).toEqual(
      expected.slice(0, 5).map((id, at) => [id, at + 1]),
    )
    const first = await search.page(20)
    const second = await search.after(first.next ?? '').page(20)
    expect([...ids(first.rows), ...ids(second.rows)]).toEqual(expected.slice(0, 40))
  })

  it('find nothing for a text without words, and send nothing', async () => {
    const search = db.textSearch('parts', ['body'], '- (').groups({ by: 'half', each: 1 })
    expect(await search.select('part_id').execute()).toEqual([])
    expect(await db.selectFrom(search.select('part_id').as('h')).selectAll().execute()).toEqual([])
  })
})

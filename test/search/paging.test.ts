import {
  type MatrixOne,
  rrf,
  type SearchIndexes,
  UnsupportedError,
  ValueError,
  type Vector,
  type indexes,
} from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, openRaw } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_search_paging'
const COUNT = 2_000

const schema = {
  tables: {
    points: {
      key: ['a', 'b'],
      vectors: {
        v: {
          element: 'f32',
          dimension: 3,
          indexes: [{ name: 'near', algo: 'ivfflat', metric: 'l2' }],
        },
      },
      fulltext: { ft: ['body'] },
    },
    moments: { key: ['at', 'id'], vectors: { v: { element: 'f32', dimension: 3, indexes: [] } } },
  },
} as const

interface DB {
  points: { a: number; b: number; kind: number; body: string; v: Vector<'f32', 3> }
  moments: { at: Date; id: number; v: Vector<'f32', 3> }
  readonly [indexes]: SearchIndexes<typeof schema>
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database, { schema }))
  raw = await openRaw(server, { database })
  await raw.query(
    'create table points (a int, b int, kind int, body varchar(50), v vecf32(3), primary key (a, b), fulltext index ft (body))',
  )
  // 350 different vectors: many rows have the same distance. Two thirds have the word.
  await raw.query(
    `insert into points select g div 50, g % 50, g % 3, if(g % 3 = 0, 'other', 'word'),
     cast(concat('[', g % 10, ',', g % 7, ',', g % 5, ']') as vecf32(3))
     from (select result as g from generate_series(1, ${COUNT}) s) n`,
  )
  // A search reads five lists unless told otherwise: all of them.
  await raw.query("create index near using ivfflat on points (v) lists = 5 op_type 'vector_l2_ops'")
})

const near = (query: readonly number[] = [4.2, 3.1, 2.7]) =>
  db.vectorSearch('points', 'v', [...query]).select(['a', 'kind'])

interface Pages<Row> {
  page(size: number): Promise<{ readonly rows: Row[]; readonly next: string | undefined }>
  after(cursor: string): Pages<Row>
}

/** All pages, one behind the other. */
async function readPages<Row>(search: Pages<Row>, size: number): Promise<Row[][]> {
  const pages: Row[][] = []
  let next: string | undefined
  do {
    const page = await (next === undefined ? search : search.after(next)).page(size)
    pages.push(page.rows)
    ;({ next } = page)
  } while (next !== undefined)
  return pages
}

const idOf = ({ a, b }: { readonly a: number; readonly b: number }): number => a * 50 + b

describe('the pages of a vector search', () => {
  it.each(['index', 'exact'] as const)(
    'neither repeat nor lose a row, with many rows at each distance: %s',
    async (using) => {
      const pages = await readPages(near().select('b').using(using), 90)
      const rows = pages.flat()
      if (using === 'index' && !server.can.indexFindsBeyondDistance) {
        // The index gives the rows of the first page again, and as few as it gives are a page.
        return expect(rows.length).toBeLessThan(COUNT)
      }
      expect(pages.slice(0, -1).every((page) => page.length === 90)).toBe(true)
      expect(rows.map(idOf).toSorted((x, y) => x - y)).toEqual(
        Array.from({ length: COUNT }, (_, at) => at + 1),
      )
      const distances = rows.map(({ distance }) => distance)
      expect(distances.every((each, at) => each + 1e-5 >= (distances[at - 1] ?? 0))).toBe(true)
    },
    120_000,
  )

  it('end with the range and the filter, and have no columns of their own', async () => {
    const search = near().where('kind', '=', 1).within(2)
    const whole = await search.limit(1_000).execute()
    const pages = await readPages(search, 7)
    expect(pages.flat()).toHaveLength(whole.length)
    expect(pages.flat().map(({ distance }) => distance)).toEqual(
      whole.map(({ distance }) => distance),
    )
    expect(Object.keys(pages[0]?.[0] ?? {})).toEqual(['a', 'kind', 'distance'])
  })

  it('hold rows apart whose keys read as one Date, or do not fit into a number', async () => {
    await raw.query(
      'create table moments (at datetime(6), id bigint unsigned, v vecf32(3), primary key (at, id))',
    )
    await raw.query(
      `insert into moments select concat('2026-11-29 10:00:00.00000', g % 10),
       18446744073709551615 - g div 10, '[1,2,3]'
       from (select result as g from generate_series(0, 199) s) n`,
    )
    const search = db.vectorSearch('moments', 'v', [1, 2, 2], { exact: true, metric: 'l2' })
    const rows = (await readPages(search.select('at'), 30)).flat()
    expect(rows).toHaveLength(200)
    expect(Object.keys(rows[0] ?? {})).toEqual(['at', 'distance'])
  })

  it('go on by execute(), up to the limit', async () => {
    const { rows, next } = await near().select('b').page(5)
    const more = await near().select('b').after(String(next)).limit(5).execute()
    const ten = await near().select('b').limit(10).execute()
    expect([...rows, ...more].map(({ distance }) => distance)).toEqual(
      ten.map(({ distance }) => distance),
    )
    expect(new Set([...rows, ...more].map(idOf)).size).toBe(10)
  })
})

describe('the pages of other searches', () => {
  it('hold every row that matches a text once', async () => {
    const search = db.textSearch('points', ['body'], 'word').select(['a', 'b'])
    const pages = await readPages(search, 400)
    const expected = Array.from({ length: COUNT }, (_, at) => at + 1).filter((id) => id % 3 > 0)
    expect(pages.map(({ length }) => length)).toEqual([400, 400, 400, 134])
    expect(pages.flat().map(idOf)).toEqual(expected)
    expect(await db.textSearch('points', ['body'], '+').page(5)).toEqual({
      rows: [],
      next: undefined,
    })
  })

  it('are cut from the windows of the legs of a hybrid search', async () => {
    const search = db
      .hybridSearch(
        'points',
        (leg) => ({
          meaning: leg.vector('v', [4.2, 3.1, 2.7]),
          words: leg.text(['body'], 'word'),
        }),
        rrf({ window: 30 }),
      )
      .select(['a', 'b'])
      .using('exact')
    const pages = await readPages(search, 8)
    const whole = await search.limit(30).execute()
    expect(pages.flat().slice(0, 30)).toEqual(whole)
    const ids = pages.flat().map(idOf)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThan(30)
    expect(ids.length).toBeLessThanOrEqual(60)
  })
})

describe('a cursor', () => {
  it('is refused by another search, and when it is not one', async () => {
    const { next = '' } = await near().page(3)
    const refused = (search: Pages<unknown>, reason: string): Promise<void> =>
      expect(search.page(3)).rejects.toThrow(reason)
    await refused(near([1, 2, 3]).after(next), 'is of another search')
    await refused(near().where('kind', '=', 1).after(next), 'is of another search')
    await refused(near().within(1).after(next), 'is of another search')
    await refused(db.textSearch('points', ['body'], 'word').after(next), 'is of another search')
    await refused(near().after('abc'), 'this is not one, or of another version')
    const old = JSON.parse(Buffer.from(next, 'base64url').toString()) as object
    const other = Buffer.from(JSON.stringify({ ...old, version: 2 })).toString('base64url')
    await refused(near().after(other), 'this is not one, or of another version')
    await expect(near().page(0)).rejects.toThrow(ValueError)
  })

  it('gives rows, and no table for other queries', async () => {
    const { next = '' } = await near().page(3)
    const search = near().after(next)
    expect(() => search.as('hit')).toThrow(UnsupportedError)
    expect(() => search.compile()).toThrow('gives rows, by page(n) or execute()')
    await expect(search.executeWithReport()).rejects.toThrow(UnsupportedError)
    await expect(search.explain()).rejects.toThrow(UnsupportedError)
  })
})

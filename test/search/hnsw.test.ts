import { type MatrixOne, type SearchIndexes, type Vector, type indexes } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, openRaw } from '../support/database.js'
import { useServer } from '../support/server.js'
import { vectorOf } from './places.js'

const server = useServer(import.meta.url)
const database = 'kmo_search_hnsw'
const COUNT = 500
const query = [50.3, 50.7, 49.9]

const schema = {
  tables: {
    places: {
      key: ['id'],
      vectors: {
        v: {
          element: 'f32',
          dimension: 3,
          indexes: [{ name: 'near', algo: 'hnsw', metric: 'cosine' }],
        },
      },
    },
  },
} as const

interface DB {
  places: { id: number; kind: number; v: Vector<'f32', 3> }
  readonly [indexes]: SearchIndexes<typeof schema>
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database, { schema }))
  raw = await openRaw(server, { database })
  await raw.query('set experimental_hnsw_index = 1')
  await raw.query('create table places (id bigint primary key, kind int, v vecf32(3))')
  await raw.query(
    `insert into places select g, g % 50, cast(concat('[', (g * 37) % 101, ',', (g * 53) % 103, ',', (g * g) % 997 / 10, ']') as vecf32(3))
     from (select result as g from generate_series(1, ${COUNT}) s) n`,
  )
  await raw.query("create index near using hnsw on places (v) op_type 'vector_cosine_ops'")
})

const length = (vector: readonly number[]): number => Math.hypot(...vector)
const cosine = (id: number): number => {
  const vector = vectorOf(id)
  const product = vector.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0)
  return 1 - product / (length(vector) * length(query))
}

function nearestIds(
  limit: number,
  matches: (id: number) => boolean = () => true,
): readonly number[] {
  return Array.from({ length: COUNT }, (_, at) => at + 1)
    .filter(matches)
    .toSorted((left, right) => cosine(left) - cosine(right))
    .slice(0, limit)
}

const ids = (rows: readonly { readonly id: number }[]): readonly number[] =>
  rows.map(({ id }) => id)
/** As on a table that is too large to be compared row by row. */
const large = () => db.vectorSearch('places', 'v', query, { rowBudget: 10 }).select('id')

describe('a search through an HNSW index', () => {
  it('finds the nearest rows, and says that it follows writes late', async () => {
    const { rows, report } = await large().executeWithReport()
    expect(ids(rows)).toEqual(nearestIds(10))
    expect(report.path).toBe('index')
    expect(report.reason).toMatch(/an HNSW index follows writes after about 10 s$/)
  })

  it('keeps the index in other queries', async () => {
    const hits = db.selectFrom(large().as('hit')).select(['hit.id']).where('hit.distance', '<', 1)
    expect(ids(await hits.orderBy('hit.rank').execute())).toEqual(nearestIds(10))
    const plan = await hits.explain()
    expect(plan.some((row) => String(Object.values(row)[0]).includes('hnsw_search'))).toBe(true)
  })

  it('finds too few beside a filter (the trap), so a filtered one is exact', async () => {
    const [few] = await raw.query(
      `select id, cosine_distance(v, '[${query.join(',')}]') as d from places where kind = 7 order by d limit 10`,
    )
    expect((few as unknown[]).length).toBeLessThan(10)
    const { rows, report } = await large().where('kind', '=', 7).executeWithReport()
    expect(ids(rows)).toEqual(nearestIds(10, (id) => id % 50 === 7))
    expect(report).toMatchObject({ path: 'exact', reason: 'an HNSW index cannot filter' })
  })

  it('misses the rows of its own transaction, which an exact one finds', async () => {
    const trx = await db.startTransaction().execute()
    await trx.insertInto('places').values({ id: 900, kind: 1, v: query }).execute()
    const search = trx.vectorSearch('places', 'v', query).select('id').limit(1)
    const { rows, report } = await search.using('index').executeWithReport()
    expect(ids(rows)).toEqual(nearestIds(1))
    expect(report.reason).toMatch(/an HNSW index .* has no rows of this transaction$/)
    expect(ids(await search.execute())).toEqual([900])
    await trx.rollback().execute()
    expect(ids(await large().limit(1).execute())).toEqual(nearestIds(1))
  })

  it('gives too few rows after deletes (the trap), and is repeated exactly', async () => {
    const gone = nearestIds(7)
    await raw.query(`delete from places where id in (${gone.join(', ')})`)
    expect((await large().using('index').execute()).length).toBeLessThan(10)
    const { rows, report } = await large().executeWithReport()
    expect(report.path).toBe('index, then exact')
    expect(ids(rows)).toEqual(nearestIds(10, (id) => !gone.includes(id)))
  })
})

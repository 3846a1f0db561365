import { sql } from 'kysely'
import type { MatrixOne } from 'kysely-matrixone'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, openRaw } from '../support/database.js'
import { useServer } from '../support/server.js'
import { createPlaces, type DB, nearestIds, schema } from './places.js'

const server = useServer(import.meta.url)
const database = 'kmo_search_compositions'
const query = [50.3, 50.7, 49.9]
const nearest = nearestIds(query, 10)

let db: MatrixOne<DB>

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database, { schema }))
  await createPlaces(await openRaw(server, { database }))
})

const search = () => db.vectorSearch('places', 'v', query).select(['id', 'owner'])
const hits = () => search().as('hit')

const ownerOf = (id: number): string => `o${id % 10}`
const owned = (name: string): readonly number[] => nearest.filter((id) => ownerOf(id) === name)

/** A query around a search: what it is, and the rows that are right. */
type Composition = readonly [
  name: string,
  build: () => { execute(): Promise<unknown[]>; explain(): Promise<Record<string, unknown>[]> },
  expected: unknown,
]

const COMPOSITIONS: readonly Composition[] = [
  [
    'a join',
    () =>
      db
        .selectFrom(hits())
        .innerJoin('owners', 'owners.owner', 'hit.owner')
        .select(['hit.id', 'owners.name'])
        .orderBy('hit.rank'),
    nearest.map((id) => ({ id, name: `Owner ${id % 10}` })),
  ],
  [
    'a left join',
    () =>
      db
        .selectFrom('owners')
        .leftJoin(hits(), 'hit.owner', 'owners.owner')
        .select((eb) => ['owners.owner', eb.fn.count<number>('hit.id').as('n')])
        .groupBy('owners.owner')
        .orderBy('owners.owner'),
    Array.from({ length: 10 }, (_, at) => ({ owner: `o${at}`, n: owned(`o${at}`).length })),
  ],
  [
    'a filter on the distance',
    () =>
      db
        .selectFrom(hits())
        .select('hit.id')
        .where('hit.distance', '<', 1_000)
        .where('hit.rank', '<=', 4)
        .orderBy('hit.rank'),
    nearest.slice(0, 4).map((id) => ({ id })),
  ],
  [
    'a count',
    () => db.selectFrom(hits()).select((eb) => eb.fn.countAll<number>().as('n')),
    [{ n: 10 }],
  ],
  [
    'groups',
    () =>
      db
        .selectFrom(hits())
        .select((eb) => ['hit.owner', eb.fn.countAll<number>().as('n')])
        .groupBy('hit.owner')
        .orderBy('hit.owner'),
    [...new Set(nearest.map(ownerOf))]
      .toSorted()
      .map((owner) => ({ owner, n: owned(owner).length })),
  ],
  [
    'another order and limit',
    () => db.selectFrom(hits()).select('hit.id').orderBy('hit.id', 'desc').limit(3),
    nearest
      .toSorted((a, b) => b - a)
      .slice(0, 3)
      .map((id) => ({ id })),
  ],
  [
    'IN',
    () =>
      db
        .selectFrom('places')
        .select('id')
        .where('id', 'in', db.selectFrom(hits()).select('hit.id'))
        .orderBy('id'),
    nearest.toSorted((a, b) => a - b).map((id) => ({ id })),
  ],
  [
    'a common table expression used twice',
    () =>
      db
        .with('found', () => db.selectFrom(hits()).selectAll())
        .selectFrom('found as one')
        .innerJoin('found as other', (join) =>
          join.on('other.rank', '=', sql<number>`${sql.ref('one.rank')} + 1`),
        )
        .select(['one.id as first', 'other.id as second'])
        .orderBy('one.rank'),
    nearest.slice(1).map((second, at) => ({ first: nearest[at], second })),
  ],
  [
    'a union',
    () =>
      db
        .selectFrom(search().limit(2).as('hit'))
        .select(['hit.id', 'hit.rank'])
        .unionAll(db.selectFrom(search().limit(1).as('hit')).select(['hit.id', 'hit.rank']))
        .orderBy('rank')
        .orderBy('id'),
    [
      { id: nearest[0], rank: 1 },
      { id: nearest[0], rank: 1 },
      { id: nearest[1], rank: 2 },
    ],
  ],
  [
    'a window',
    () =>
      db
        .selectFrom(hits())
        .select((eb) => [
          'hit.id',
          eb.fn
            .countAll<number>()
            .over((over) => over.partitionBy('hit.owner'))
            .as('n'),
        ])
        .orderBy('hit.rank'),
    nearest.map((id) => ({ id, n: owned(ownerOf(id)).length })),
  ],
  [
    'EXISTS',
    () =>
      db
        .selectFrom('owners')
        .select('owner')
        .where((eb) =>
          eb.exists(
            eb.selectFrom(hits()).select('hit.id').whereRef('hit.owner', '=', 'owners.owner'),
          ),
        )
        .orderBy('owner'),
    [...new Set(nearest.map(ownerOf))].toSorted().map((owner) => ({ owner })),
  ],
  [
    'a JSON aggregate',
    () =>
      db
        .selectFrom(hits())
        .select(sql<number>`json_length(json_arrayagg(${sql.ref('hit.id')}))`.as('n')),
    [{ n: 10 }],
  ],
  [
    'a scalar subquery',
    () =>
      db
        .selectFrom('owners')
        .select((eb) => [
          'owner',
          eb
            .selectFrom(hits())
            .select((inner) => inner.fn.max('hit.rank').as('n'))
            .as('n'),
        ])
        .where('owner', '=', 'o3'),
    [{ owner: 'o3', n: 10 }],
  ],
]

const reads = async (query: ReturnType<Composition[1]>): Promise<boolean> => {
  const plan = await query.explain()
  return plan.some((row) => String(Object.values(row)[0]).includes('Table Function on ivf_search'))
}

describe('a search inside of another query', () => {
  it('loses the index without the barrier (the trap)', async () => {
    const plain = db
      .selectFrom('places')
      .select(['id', sql<number>`l2_distance(v, ${query})`.as('d')])
      .orderBy('d')
      .limit(10)
    expect(await reads(plain)).toBe(true)
    const counted = db.selectFrom(plain.as('hit')).select((eb) => eb.fn.countAll().as('n'))
    expect(await reads(counted)).toBe(false)
  })

  it.each(COMPOSITIONS)(
    'keeps the index and gives the right rows: %s',
    async (name, build, expected) => {
      if (name === 'a JSON aggregate' && !server.can.jsonAgg) return
      expect(await build().execute()).toEqual(expected)
      expect(await reads(build())).toBe(true)
    },
  )

  it('keeps both where only the distance is used, with nothing but the key inside', async () => {
    const [first] = await search().using('index').execute()
    for (const inner of [db.vectorSearch('places', 'v', query), search()]) {
      const farthest = db
        .selectFrom(inner.as('hit'))
        .select((eb) => eb.fn.min<number>('hit.distance').as('d'))
      expect(await farthest.execute()).toEqual([{ d: first?.distance }])
      expect(await reads(farthest)).toBe(true)
      const crossed = db
        .selectFrom(inner.as('hit'))
        .innerJoin('owners', (join) => join.onTrue())
        .select('hit.distance')
      expect(await crossed.execute()).toHaveLength(100)
      expect(await reads(crossed)).toBe(true)
    }
  })

  it('takes a filter inside, exactly, and one around the hits', async () => {
    const matching = nearestIds(query, 10, (id) => id % 50 === 7)
    const inside = db
      .selectFrom(search().where('kind', '=', 7).as('hit'))
      .select(['hit.id', 'hit.rank'])
      .orderBy('hit.rank')
    expect(await inside.execute()).toEqual(matching.map((id, at) => ({ id, rank: at + 1 })))
    const around = db
      .selectFrom(hits())
      .select('hit.id')
      .where('hit.owner', '=', ownerOf(nearest[0] ?? 0))
    expect((await around.orderBy('hit.rank').execute()).map(({ id }) => id)).toEqual(
      owned(ownerOf(nearest[0] ?? 0)),
    )
  })
})

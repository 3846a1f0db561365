import { sql } from 'kysely'
import {
  type MatrixOne,
  rowOf,
  rrf,
  weighted,
  type SearchIndexes,
  type Vector,
  type indexes,
} from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, openRaw } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { type Found, fuse, type Leg } from './fuse.js'

const server = useServer(import.meta.url)
const database = 'kmo_hybrid_search'

const table = {
  vectors: {
    v: {
      element: 'f32',
      dimension: 3,
      indexes: [{ name: 'near', algo: 'ivfflat', metric: 'l2' }],
    },
    w: { element: 'f32', dimension: 2 },
  },
  fulltext: { ft: ['body'], ft_title: ['title'] },
} as const
const schema = {
  tables: { docs: { key: ['id'], ...table }, pairs: { key: ['a', 'b'], ...table } },
} as const

interface Doc {
  id: number
  a: number
  b: number
  kind: number
  title: string
  body: string
  v: Vector<'f32', 3> | null
  w: Vector<'f32', 2>
}

interface DB {
  docs: Doc
  pairs: Doc
  owners: { id: number; name: string }
  readonly [indexes]: SearchIndexes<typeof schema>
}

let db: MatrixOne<DB>
let raw: Connection

const COUNT = 240
const query = [5, 5, 5]

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database, { schema }))
  raw = await openRaw(server, { database })
  for (const [name, key] of [
    ['docs', 'id'],
    ['pairs', 'a, b'],
  ] as const) {
    await raw.query(
      `create table ${name} (id int, a int, b int, kind int, title varchar(20), body varchar(100), v vecf32(3), w vecf32(2), ` +
        `primary key (${key}), fulltext index ft (body), fulltext index ft_title (title))`,
    )
    // Every vector three times, none in every 30th row; words that many rows share.
    await raw.query(
      `insert into ${name} select g, g div 20, g % 20, g % 4, if(g % 5 = 0, 'cheap', 'dear'),
       concat('x', if(g % 2 = 0, ' red', ''), if(g % 3 = 0, ' apple', ''), if(g % 7 = 0, ' boat boat', '')),
       cast(if(g % 30 = 0, null, concat('[', (g % 80) * 7 % 11, ',', (g % 80) * 5 % 13, ',', (g % 80) % 9, ']')) as vecf32(3)),
       cast(concat('[', g % 17, ',', g % 6, ']') as vecf32(2))
       from (select result as g from generate_series(1, ${COUNT}) s) n`,
    )
    await raw.query(
      `create index near using ivfflat on ${name} (v) lists = 8 op_type 'vector_l2_ops'`,
    )
  }
  await raw.query('create table owners (id int primary key, name varchar(20))')
  await raw.query("insert into owners values (1, 'one'), (2, 'two'), (3, 'three')")
})

describe('a hybrid search', () => {
  const legs = { k: 60, window: 100 }

  it('gives each hit its rank and its distance or score in every leg', async () => {
    const [hit] = await db
      .hybridSearch(
        'docs',
        (leg) => ({
          meaning: leg.vector('v', query),
          words: leg.text(['body'], 'apple boat', 2),
        }),
        rrf(legs),
      )
      .select(['id', 'body'])
      .execute()
    expect(Object.keys(hit ?? {})).toEqual([
      'id',
      'body',
      'score',
      'meaningRank',
      'meaningDistance',
      'wordsRank',
      'wordsScore',
    ])
    expect(hit?.body).toContain('apple boat boat')
    expect(hit?.wordsRank).toBe(1)
  })

  it('goes through the indexes of all legs, also in other queries', async () => {
    const search = db
      .hybridSearch('docs', (leg) => ({
        meaning: leg.vector('v', query),
        again: leg.vector('v', [1, 2, 3]),
        words: leg.text(['body'], 'apple'),
        titles: leg.text(['title'], 'cheap'),
      }))
      .select('id')
    const { indexes: read, path } = await search.explain()
    expect([path, read]).toEqual(['index', ['ivf_search', 'fulltext_index_scan']])
    const joined = db
      .selectFrom(search.as('hit'))
      .innerJoin('owners', 'owners.id', 'hit.id')
      .select(['owners.name', 'hit.rank', 'hit.meaningRank'])
      .where('hit.score', '>', 0)
      .orderBy('hit.rank')
    const plan = (await joined.explain()).map((row) => String(Object.values(row)[0]))
    expect(plan.filter((line) => line.includes('Table Function on ivf_search'))).toHaveLength(2)
    expect(plan.filter((line) => line.includes('on fulltext_index_scan'))).toHaveLength(2)
    const hits = await search.limit(20).execute()
    const ranks = await db
      .selectFrom(search.limit(20).as('h'))
      .select(['h.id', 'h.rank'])
      .orderBy('h.rank')
      .execute()
    expect(ranks).toEqual(hits.map(({ id }, at) => ({ id, rank: at + 1 })))
  })

  it('goes through the index of a single vector leg', async () => {
    const search = db.hybridSearch('docs', (leg) => ({ meaning: leg.vector('v', query) }))
    expect((await search.select('id').explain()).indexes).toEqual(['ivf_search'])
    const nearest = await db.vectorSearch('docs', 'v', query).using('index').limit(3).execute()
    const hits = await search.limit(3).execute()
    expect(hits.map((hit) => hit.meaningDistance)).toEqual(nearest.map((hit) => hit.distance))
  })

  it('finds nothing where no leg can, and sends nothing', async () => {
    const search = db
      .hybridSearch('docs', (leg) => ({
        meaning: leg.vector('v', null),
        words: leg.text(['body'], '+ "'),
      }))
      .select('id')
    expect(await search.executeWithReport()).toEqual({
      rows: [],
      report: {
        path: 'nothing sent',
        candidates: undefined,
        statements: 0,
        reason: 'no leg has a vector or a text with words',
      },
    })
    expect(await db.selectFrom(search.as('hit')).selectAll().execute()).toEqual([])
  })

  it.each(['index', 'exact'] as const)(
    'starts from the vector of a row, which that leg leaves out, by %s',
    async (using) => {
      const row = await db
        .selectFrom('docs')
        .select('v')
        .where('id', '=', 7)
        .executeTakeFirstOrThrow()
      const search = (from: 'row' | 'vector' | 'other') =>
        db
          .hybridSearch(
            'docs',
            (leg) => ({
              like:
                from === 'vector'
                  ? leg.vector('v', row.v)
                  : leg.vector(
                      'v',
                      from === 'row' ? rowOf('docs', 7) : rowOf('pairs', { a: 0, b: 7 }),
                    ),
              words: leg.text(['body'], 'boat'),
            }),
            rrf({ k: 60, window: 300 }),
          )
          .using(using)
          .select('id')
          .limit(300)
      // An index finds most of them, and computes with 4-byte floats.
      const distances = async (
        from: 'row' | 'vector' | 'other',
        by: 'auto' | 'exact' | 'index' = using,
      ) =>
        (await search(from).using(by).execute())
          .flatMap(({ id, likeDistance }) =>
            likeDistance === null ? [] : [[id, Number(likeDistance.toPrecision(5))]],
          )
          .toSorted(([a = 0], [b = 0]) => a - b)
      const all = await distances('vector', 'exact')
      expect(all).toContainEqual([7, 0])
      const others = all.filter(([id]) => id !== 7)
      const near = await distances('row')
      if (using === 'exact') expect(near).toEqual(others)
      expect(others).toEqual(expect.arrayContaining(near))
      // From a row with a key of several columns MatrixOne uses no index.
      const further = await distances('other', 'auto')
      expect(further).toEqual(all)
      if (using === 'index') {
        await expect(distances('other')).rejects.toThrow(/has a key of several columns/)
      }
      expect(near.length).toBeGreaterThan(100)
      const { path, indexes } = await search('row').explain()
      const usesIndex = using === 'index' && server.can.rowSearchUsesIndex
      expect([path, indexes.includes('ivf_search')]).toEqual([using, usesIndex])
      const found = await search('row').execute()
      expect(found.find(({ id }) => id === 7)).toMatchObject({ likeRank: null, wordsRank: 1 })
      const none = db.hybridSearch('docs', (leg) => ({ like: leg.vector('v', rowOf('docs', 0)) }))
      expect(await none.using(using).execute()).toEqual([])
    },
  )

  it('finds its own rows in a transaction, and after its rollback no longer', async () => {
    const search = (handle: MatrixOne<DB>) =>
      handle
        .hybridSearch('docs', (leg) => ({
          meaning: leg.vector('v', [100, 100, 100]),
          words: leg.text(['body'], 'submarine'),
        }))
        .select('id')
    const trx = await db.startTransaction().execute()
    const values = {
      id: 900,
      a: 90,
      b: 1,
      kind: 1,
      title: '',
      body: 'submarine',
      v: [100, 100, 100],
      w: [1, 1],
    }
    await trx.insertInto('docs').values(values).execute()
    const [own] = await search(trx).execute()
    expect(own).toMatchObject({ id: 900, meaningRank: 1, meaningDistance: 0, wordsRank: 1 })
    await trx.rollback().execute()
    const rows = await search(db).execute()
    expect(rows.map(({ id }) => id)).not.toContain(900)
  })
})

describe('three hundred random hybrid searches', () => {
  const VECTORS = [query, [0, 0, 0], [10, 12, 8], [3, 9, 1]] as const
  const FLAT = [
    [3, 3],
    [16, 0],
  ] as const
  const TEXTS = ['apple', 'red boat', 'x', 'nothing', '- (', 'apple -red'] as const
  const FILTERS = [undefined, 'kind = 2', 'kind <> 1 and b < 15', 'kind = 9'] as const

  let state = 7
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T

  const known = new Map<string, Promise<readonly Found[]>>()
  /** All rows of a leg, read by plain SQL. */
  function rowsOf(
    name: string,
    measure: string,
    filter: string,
    sign: string,
  ): Promise<readonly Found[]> {
    const key = name === 'docs' ? 'id' : 'a, b'
    const text =
      `select ${key}, 0e0 ${sign} m as value from (select ${key}, ${measure} as m from ${name} where ${filter} ` +
      `order by m limit 1000${sign === '+' ? " by rank with option 'mode=force'" : ''}) t`
    const found = known.get(text) ?? readRows(text)
    known.set(text, found)
    return found
  }
  async function readRows(text: string): Promise<readonly Found[]> {
    const [rows] = await raw.query({ sql: text, rowsAsArray: true })
    return (rows as unknown as number[][]).map((row) => ({
      key: row.slice(0, -1),
      value: Number(row.at(-1)),
    }))
  }

  it('equal the fusion of their legs in memory', async () => {
    for (let round = 0; round < 300; round++) {
      const name = pick(['docs', 'pairs'] as const)
      const filter = pick(FILTERS)
      const condition = filter ?? 'true'
      const window = 5 + random(60)
      const limit = 1 + random(Math.min(window, 25))
      const k = pick([undefined, 0, 10, 60])
      const specs = Array.from({ length: 1 + random(4) }, (_, at) => ({
        at: `leg${'ABCD'[at]}`,
        kind: pick(['v', 'v', 'w', 'body', 'title'] as const),
        vector: random(5) === 0 ? null : pick(VECTORS),
        flat: pick(FLAT),
        text: pick(TEXTS),
        weight: pick([1, 2, 0.5, 0.3]),
      }))
      const legs = await Promise.all(
        specs.map(async ({ at, kind, vector, flat, text, weight }): Promise<Leg> => {
          if (kind === 'v' || kind === 'w') {
            const against = kind === 'v' ? vector : flat
            const found =
              against === null
                ? []
                : await rowsOf(
                    name,
                    `l2_distance(${kind}, '[${against.join()}]')`,
                    `${kind} is not null and ${condition}`,
                    '+',
                  )
            return { name: at, kind: 'vector', weight, found }
          }
          const words = text === 'apple -red' ? 'apple red' : text
          const match = `match(${kind}) against('${words}' in boolean mode)`
          const found =
            text === '- (' ? [] : await rowsOf(name, match, `${match} and ${condition}`, '-')
          return { name: at, kind: 'text', weight, found }
        }),
      )
      const fusion =
        k === undefined ? weighted({ normalize: 'minmax', window }) : rrf({ k, window })
      const search = db
        .hybridSearch(
          name,
          (leg) =>
            Object.fromEntries(
              specs.map(({ at, kind, vector, flat, text, weight }) => [
                at,
                kind === 'v'
                  ? leg.vector('v', vector, weight)
                  : kind === 'w'
                    ? leg.vector('w', flat, { exact: true, metric: 'l2', weight })
                    : kind === 'body'
                      ? leg.text(['body'], text, weight)
                      : leg.text(['title'], text, weight),
              ]),
            ),
          fusion,
        )
        .using('exact')
        .limit(limit)
      const chosen = filter === undefined ? search : search.where(sql<boolean>`${sql.raw(filter)}`)
      const rows =
        name === 'docs'
          ? await chosen.select('id as key0').execute()
          : await chosen.select(['a as key0', 'b as key1']).execute()
      const expected = fuse(legs, { k, window, limit })
      const said = { round, name, filter, k, window, limit, specs }
      expect({ ...said, rows: rows.map(rounded) }).toEqual({ ...said, rows: expected.map(rounded) })
    }
  }, 300_000)
})

/** Sums of doubles may differ in their last bit. */
function rounded(hit: object): object {
  return Object.fromEntries(
    Object.entries(hit).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'number' ? Number(value.toPrecision(12)) : value,
    ]),
  )
}

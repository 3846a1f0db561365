import fc from 'fast-check'
import {
  allOf,
  ConfigurationError,
  type Doctor,
  type Evaluation,
  type EvaluationOptions,
  type JudgedQuery,
  type MatrixOne,
  ndcgAt,
  type Progress,
  rrf,
  type SearchIndexes,
  ValueError,
  type Vector,
  weighted,
  type indexes,
} from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { fuseLegs, type LegHit } from '../../../src/search/doctor/fuse-legs.js'
import { seededRandom } from '../../../src/search/quality/random.js'
import { openDatabase, openRaw } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { fuse } from '../hybrid/fuse.js'

const server = useServer(import.meta.url)
const database = 'kmo_doctor_evaluate'

const vectors = {
  v: { element: 'f32', dimension: 4, indexes: [{ name: 'near', algo: 'ivfflat', metric: 'l2' }] },
} as const
const schema = {
  tables: {
    notes: { key: ['id'], vectors, fulltext: { words: ['body'] } },
    pairs: { key: ['a', 'b'], vectors: { v: { element: 'f32', dimension: 4 } } },
  },
} as const

interface DB {
  notes: { id: number; code: string; body: string; v: Vector<'f32', 4> }
  pairs: { a: number; b: number; v: Vector<'f32', 4> }
  readonly [indexes]: SearchIndexes<typeof schema>
}

interface Question {
  readonly text: string
  readonly vector: readonly number[]
}

let db: MatrixOne<DB>
let raw: Connection

const WORDS = ['alpha', 'beta', 'gamma', 'delta', 'omega', 'sigma', 'kappa', 'theta'] as const
const random = seededRandom(11)
const pick = (): string => WORDS[Math.floor(random() * WORDS.length)] as string
const vector = (): number[] => Array.from({ length: 4 }, () => Math.round(random() * 100) / 100)
const notes = Array.from({ length: 240 }, (_, at) => ({
  id: at + 1,
  code: `c${at + 1}`,
  body: `${pick()} ${pick()} ${pick()}`,
  v: vector(),
}))

const distance = (left: readonly number[], right: readonly number[]): number =>
  Math.hypot(...left.map((value, at) => value - (right[at] ?? 0)))

/** The five nearest of the notes that have the word are relevant, the nearest one most of all. */
const judged: readonly JudgedQuery<Question>[] = Array.from({ length: 24 }, (_, at) => {
  const text = WORDS[at % WORDS.length] as string
  const asked = vector()
  const best = notes
    .filter(({ body }) => body.includes(text))
    .toSorted((a, b) => distance(a.v, asked) - distance(b.v, asked))
    .slice(0, 5)
  const grades = new Map(best.map(({ id }, place) => [String(id), place === 0 ? 2 : 1]))
  return { id: `q${at}`, query: { text, vector: asked }, grades }
})

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database, { schema }))
  raw = await openRaw(server, { database })
  await raw.query(
    'create table notes (id bigint primary key, code varchar(10), body varchar(100), v vecf32(4))',
  )
  const rows = notes.map(
    ({ id, code, body, v }) => `(${id}, '${code}', '${body}', '[${v.join(',')}]')`,
  )
  await raw.query(`insert into notes values ${rows.join(', ')}`)
  await raw.query("create index near using ivfflat on notes (v) lists = 4 op_type 'vector_l2_ops'")
  await raw.query('create fulltext index words on notes (body)')
  await raw.query('create table pairs (a bigint, b bigint, v vecf32(4), primary key (a, b))')
})

type Handle = MatrixOne<DB>
const meaning = (it: Handle, { vector: v }: Question) => it.vectorSearch('notes', 'v', v)
const words = (it: Handle, { text }: Question) => it.textSearch('notes', ['body'], text)
const both = (it: Handle, { text, vector: v }: Question, fusion = rrf({ window: 50 })) =>
  it.hybridSearch(
    'notes',
    (leg) => ({ meaning: leg.vector('v', v), words: leg.text(['body'], text, 2) }),
    fusion,
  )

const named = ({ searches }: Evaluation, name: string): Evaluation['searches'][number] => {
  const found = searches.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

describe('an evaluation', () => {
  let found: Evaluation
  const progress: Progress[] = []

  beforeAll(async () => {
    found = await db.doctor.evaluate({ meaning, words, both }, judged, {
      onProgress: (each) => progress.push(each),
    })
  })

  it('measures each search and each leg over all queries', async () => {
    expect(found).toMatchObject({ k: 10, queries: 24, baseline: 'meaning', notes: [], grids: [] })
    expect(found.searches.map(({ name }) => name)).toEqual([
      'meaning',
      'words',
      'both',
      'both.meaning',
      'both.words',
    ])
    expect(progress.at(-1)).toEqual({ done: 24, of: 24 })
    for (const { ndcg, mrr, recall, scores, latency } of found.searches) {
      expect(scores).toHaveLength(24)
      for (const value of [ndcg, mrr, recall]) expect(value > 0 && value <= 1).toBe(true)
      expect(latency.median).toBeGreaterThan(0)
    }
  })

  it('gives what the ranking of a query in memory has', () => {
    const { scores } = named(found, 'meaning')
    for (const [at, { query, grades }] of judged.entries()) {
      const ranking = notes
        .toSorted((a, b) => distance(a.v, query.vector) - distance(b.v, query.vector))
        .map(({ id }) => String(id))
      expect(scores[at]?.ndcg).toBeCloseTo(ndcgAt(ranking, grades, 10), 9)
    }
  })

  it('finds in a leg what the search of the leg finds', () => {
    for (const name of ['meaning', 'words']) {
      expect(named(found, `both.${name}`).scores).toEqual(named(found, name).scores)
    }
  })

  it('calls a difference one only when the bootstrap does', async () => {
    expect(named(found, 'meaning').compared).toBeUndefined()
    expect(named(found, 'both.meaning').compared).toMatchObject({
      difference: 0,
      isDifferent: false,
    })
    expect(named(found, 'both').compared).toMatchObject({ pairs: 24, isDifferent: true })
    const turned = await db.doctor.evaluate({ meaning, both }, judged, {
      baseline: 'both',
      legs: false,
    })
    expect(turned.searches.map(({ name }) => name)).toEqual(['meaning', 'both'])
    const { compared } = named(turned, 'meaning')
    expect(compared?.difference).toBeCloseTo(
      0 - Number(named(found, 'both').compared?.difference),
      9,
    )
  })
})

describe('the grid of a hybrid search', () => {
  const grid = { k: [2, 60], window: [20, 50], weights: { words: [1, 2], meaning: [1, 3] } }

  it('gives what searches with those settings find', async () => {
    const { grids, searches } = await db.doctor.evaluate({ both }, judged, { grid, legs: false })
    const [{ points, gain }] = grids as [Evaluation['grids'][number]]
    expect(points).toHaveLength(16)
    expect(points.map(({ ndcg }) => ndcg)).toEqual(
      points.map(({ ndcg }) => ndcg).toSorted((a, b) => b - a),
    )
    const own = points.find(
      ({ k, window, weights }) =>
        k === 60 && window === 50 && weights['words'] === 2 && weights['meaning'] === 1,
    )
    expect(own?.ndcg).toBeCloseTo(Number(searches[0]?.ndcg), 9)
    const other = points.find(
      ({ k, window, weights }) =>
        k === 2 && window === 20 && weights['words'] === 2 && weights['meaning'] === 1,
    )
    const real = await db.doctor.evaluate(
      { it: (it, query) => both(it, query, rrf({ k: 2, window: 20 })) },
      judged,
      { legs: false },
    )
    expect(other?.ndcg).toBeCloseTo(Number(real.searches[0]?.ndcg), 9)
    expect(gain.pairs).toBe(24)
    expect(gain.difference).toBeLessThanOrEqual(Number(points[0]?.ndcg) - Number(own?.ndcg) + 1e-9)
  })

  it('has no k for a weighted sum', async () => {
    const made = (it: Handle, query: Question) =>
      both(it, query, weighted({ normalize: 'minmax', window: 50 }))
    const { grids, searches } = await db.doctor.evaluate({ made }, judged, {
      grid: { k: [2, 60], weights: { words: [2, 5] } },
      legs: false,
    })
    const points = grids[0]?.points ?? []
    expect(points.map(({ k }) => k)).toEqual([undefined, undefined])
    const own = points.find(({ weights }) => weights['words'] === 2)
    expect(own?.ndcg).toBeCloseTo(Number(searches[0]?.ndcg), 9)
  })

  it('is refused with a leg that there is not, and with too many points', async () => {
    const tried = (settings: EvaluationOptions['grid'] & object): Promise<Evaluation> =>
      db.doctor.evaluate({ both }, judged, { grid: settings })
    await expect(tried({ weights: { title: [1] } })).rejects.toThrow(
      'The grid has weights of a leg title; the legs are meaning, words.',
    )
    const many = Array.from({ length: 40 }, (_, at) => at + 1)
    await expect(tried({ k: many, window: many })).rejects.toThrow('more than 1000 points')
    await expect(tried({ kk: [1] } as never)).rejects.toThrow('no option kk. Did you mean k?')
    await expect(tried({ weights: { words: ['1'] } as never })).rejects.toThrow('of the leg words')
  })
})

describe('fusion in memory', () => {
  const values = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 15 })
  const hits = (ids: readonly number[]): readonly { key: number; value: number }[] =>
    ids.map((key, at) => ({ key, value: Math.floor(at / 2) }))

  it('equals that of the tests of hybrid searches', () => {
    fc.assert(
      fc.property(
        values,
        values,
        fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
        fc.integer({ min: 1, max: 20 }),
        (left, right, k, window) => {
          const own = new Map(
            [left, right].map((ids, at): [string, LegHit[]] => {
              const found = hits(ids).toSorted((a, b) => a.value - b.value || a.key - b.key)
              return [
                `leg${at}`,
                found.map(({ key, value }) => ({
                  key: String(key),
                  order: [key],
                  id: String(key),
                  value,
                  rank: 1 + found.filter((other) => other.value < value).length,
                })),
              ]
            }),
          )
          const expected = fuse(
            [left, right].map((ids, at) => ({
              name: `leg${at}`,
              kind: 'vector',
              weight: at + 1,
              found: hits(ids).map(({ key, value }) => ({ key: [key], value })),
            })),
            { k, window, limit: 10 },
          )
          const settings = { k, window, weights: { leg0: 1, leg1: 2 } }
          expect(fuseLegs(own, settings, 10)).toEqual(expected.map((hit) => String(hit['key0'])))
        },
      ),
    )
  })
})

describe('judgements', () => {
  it('may be by another column than the key, which is selected', async () => {
    const byCode = judged.map((each) => ({
      ...each,
      grades: new Map([...each.grades].map(([id, grade]) => [`c${id}`, grade])),
    }))
    const coded = (it: Handle, query: Question) => meaning(it, query).select('code')
    const { searches } = await db.doctor.evaluate({ coded }, byCode, { id: 'code', sample: 3 })
    expect(searches[0]?.ndcg).toBeGreaterThan(0)
    await expect(db.doctor.evaluate({ meaning }, byCode, { id: 'code' })).rejects.toThrow(
      'The hits of meaning have no column code, which holds the ids of the judgements.',
    )
  })

  it('that no hit ever meets are said, and queries without a relevant document do not count', async () => {
    const strange = judged.map((each, at) => ({
      ...each,
      grades: new Map([['nowhere', at === 0 ? 0 : 1]]),
    }))
    const { notes: said, queries } = await db.doctor.evaluate({ meaning }, strange, { sample: 5 })
    expect(queries).toBe(5)
    expect(said).toEqual([
      '1 query has no relevant document, and does not count.',
      '5 of 23 queries were measured, chosen at random; raise `sample` to measure more.',
      'No hit of meaning was ever judged: does its id column hold the ids of the judgements?',
    ])
    const none = (it: Handle) => it.textSearch('notes', ['body'], allOf('nothing'))
    const empty = await db.doctor.evaluate({ none }, judged, { sample: 1 })
    expect(empty.notes.at(-1)).toBe('none found nothing for any query.')
  })

  it('need one column, a search, and names that there are', async () => {
    const pairs = (it: Handle, { vector: v }: Question) =>
      it.vectorSearch('pairs', 'v', v, { exact: true, metric: 'l2' })
    await expect(db.doctor.evaluate({ pairs }, judged)).rejects.toThrow(ConfigurationError)
    const rows = (() => db.selectFrom('notes').select('id')) as never
    await expect(db.doctor.evaluate({ rows }, judged)).rejects.toThrow(ValueError)
    await expect(db.doctor.evaluate({}, judged)).rejects.toThrow('searches by name')
    await expect(
      db.doctor.evaluate({ meaning }, judged, { baseline: 'words' as never }),
    ).rejects.toThrow('a baseline that is one of them; got meaning')
    await expect(db.doctor.evaluate({ meaning }, judged, { top: 3 } as never)).rejects.toThrow(
      'doctor.evaluate has no option top.',
    )
  })

  it('have the type of the queries, and the baseline that of the names', () => {
    expectTypeOf<Doctor<DB, Handle>['evaluate']>().returns.resolves.toEqualTypeOf<Evaluation>()
    // @ts-expect-error the judged queries are texts
    void (() => db.doctor.evaluate({ meaning }, [{ id: '1', query: 'x', grades: new Map() }]))
    // @ts-expect-error no search has that name
    void (() => db.doctor.evaluate({ meaning, words }, judged, { baseline: 'both' }))
  })
})

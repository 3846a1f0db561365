import {
  type Doctor,
  type MatrixOne,
  type Progress,
  type RecallReport,
  type SearchIndexes,
  UnsupportedError,
  ValueError,
  type Vector,
  type indexes,
} from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { latencyOf } from '../../../src/search/doctor/latency.js'
import { seededRandom } from '../../../src/search/quality/random.js'
import { openDatabase, openRaw } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_doctor_recall'

const schema = {
  tables: {
    spread: {
      key: ['id'],
      vectors: {
        v: {
          element: 'f32',
          dimension: 16,
          indexes: [{ name: 'near', algo: 'ivfflat', metric: 'l2' }],
        },
      },
      fulltext: { words: ['body'] },
    },
  },
} as const

interface DB {
  spread: { id: number; body: string; v: Vector<'f32', 16> }
  readonly [indexes]: SearchIndexes<typeof schema>
}

let db: MatrixOne<DB>
let raw: Connection

const random = seededRandom(7)
const vector = (): number[] => Array.from({ length: 16 }, () => Math.round(random() * 1000) / 1000)
const stored = Array.from({ length: 1_500 }, vector)
const queries = Array.from({ length: 12 }, vector)

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database, { schema }))
  raw = await openRaw(server, { database })
  await raw.query('create table spread (id bigint primary key, body varchar(20), v vecf32(16))')
  const rows = stored.map((v, at) => `(${at + 1}, 'word', '[${v.join(',')}]')`)
  await raw.query(`insert into spread values ${rows.join(', ')}`)
  await raw.query(
    "create index near using ivfflat on spread (v) lists = 40 op_type 'vector_l2_ops'",
  )
  await raw.query('create fulltext index words on spread (body)')
})

const recall = (options = {}): Promise<RecallReport> =>
  db.doctor.recall((one, query) => one.vectorSearch('spread', 'v', query), queries, options)

/** The share of the ten nearest rows that statements of our own find. */
async function countRecall(limit: number): Promise<number> {
  await raw.query(`set probe_limit = ${limit}`)
  let found = 0
  for (const query of queries) {
    const distance = (row: readonly number[]): number =>
      Math.hypot(...row.map((value, at) => value - (query[at] ?? 0)))
    const nearest = stored
      .map((row, at) => ({ id: at + 1, d: distance(row) }))
      .toSorted((a, b) => a.d - b.d)
      .slice(0, 10)
    const [rows] = await raw.query(
      `select id, l2_distance(v, '[${query.join(',')}]') as d from spread order by d limit 10`,
    )
    const ids = new Set((rows as { id: number }[]).map(({ id }) => id))
    found += nearest.filter(({ id }) => ids.has(id)).length / 10
  }
  return found / queries.length
}

describe('the recall of a search', () => {
  it('is measured for each probe limit, against rows compared in memory', async () => {
    const report = await recall({ limits: [40, 1, 5] })
    expect(report.queries).toBe(12)
    expect(report.limits.map(({ probeLimit }) => probeLimit)).toEqual([40, 1, 5])
    for (const { probeLimit, recall: measured, worst } of report.limits) {
      expect(measured).toBeCloseTo(await countRecall(probeLimit), 6)
      expect(worst).toBeLessThanOrEqual(measured)
    }
    const [all, one, five] = report.limits.map((each) => each.recall)
    expect(all).toBe(1)
    expect(one).toBeLessThan(five as number)
    for (const { latency } of [...report.limits, { latency: report.exact }]) {
      expect(latency.lowerQuartile).toBeLessThanOrEqual(latency.median)
      expect(latency.median).toBeLessThanOrEqual(latency.upperQuartile)
      expect(latency.median).toBeGreaterThan(0)
    }
  })

  it('says when the search as it is does not use the index', async () => {
    const { notes } = await recall()
    expect(notes).toEqual([
      "As it is this search is run as 'exact' (at most 20,000 matching rows); what was measured is the index.",
    ])
  })

  it('leaves the probe limit of its connection as it was', async () => {
    const limits = await db.pinned(async (one) => {
      await one.doctor.recall((it, query) => it.vectorSearch('spread', 'v', query), queries, {
        limits: [3],
        sample: 1,
      })
      return one.execute('select @@probe_limit as n')
    })
    expect(limits.rows).toEqual([{ n: '5' }])
  })

  it('takes some queries at random when there are many, the same for a seed, and tells its progress', async () => {
    const progress: Progress[] = []
    const options = { sample: 3, seed: 4, onProgress: (each: Progress) => progress.push(each) }
    const first = await recall(options)
    expect(progress).toEqual([1, 2, 3].map((done) => ({ done, of: 3 })))
    expect(first.notes[0]).toMatch(/^3 of 12 queries were measured, chosen at random/)
    const again = await recall(options)
    expect(again.limits.map((each) => each.recall)).toEqual(first.limits.map((each) => each.recall))
  })

  it('is that of a hybrid search, too, and of a filtered one', async () => {
    const hybrid = await db.doctor.recall(
      (one, query) => one.hybridSearch('spread', (leg) => ({ near: leg.vector('v', query) })),
      queries,
      { limits: [1, 40], sample: 4 },
    )
    expect(hybrid.limits[1]?.recall).toBe(1)
    expect(hybrid.limits[0]?.recall).toBeLessThan(1)
    const filtered = await db.doctor.recall(
      (one, query) => one.vectorSearch('spread', 'v', query).where('body', '=', 'none'),
      queries,
      { sample: 2 },
    )
    expect(filtered.notes.at(-1)).toBe('2 queries have no hits at all, and do not count.')
  })

  it('ends when its signal is aborted', async () => {
    const controller = new AbortController()
    const measured = recall({
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await expect(measured).rejects.toThrow('enough')
  })

  it('is refused for text searches, limits in a transaction and unknown options', async () => {
    const words = (one: MatrixOne<DB>, query: string) => one.textSearch('spread', ['body'], query)
    // @ts-expect-error a text search has no index of vectors
    await expect(db.doctor.recall(words, ['word'])).rejects.toThrow(ValueError)
    await expect(recall({ limits: [0] })).rejects.toThrow('a whole number from 1 to 80000')
    await expect(recall({ limit: 3 })).rejects.toThrow('Did you mean limits?')
    await db.transaction().execute(async (trx) => {
      const inside = (options: object): Promise<RecallReport> =>
        trx.doctor.recall((one, query) => one.vectorSearch('spread', 'v', query), queries, options)
      await expect(inside({ limits: [3] })).rejects.toThrow(UnsupportedError)
      expect((await inside({ sample: 1 })).queries).toBe(1)
    })
  })

  it('has the types of the handle and of the queries', () => {
    expectTypeOf(recall).returns.resolves.toEqualTypeOf<RecallReport>()
    expectTypeOf<MatrixOne<DB>['doctor']>().toEqualTypeOf<Doctor<DB, MatrixOne<DB>>>()
    // @ts-expect-error a query of another type than the search takes
    void (() => db.doctor.recall((one, q) => one.vectorSearch('spread', 'v', q), ['text']))
  })
})

describe('the quartiles of latencies', () => {
  it('lie between the values', () => {
    expect(latencyOf([4, 1, 3, 2, 5])).toEqual({ median: 3, lowerQuartile: 2, upperQuartile: 4 })
    expect(latencyOf([1, 2])).toEqual({ median: 1.5, lowerQuartile: 1.25, upperQuartile: 1.75 })
    expect(latencyOf([])).toEqual({ median: 0, lowerQuartile: 0, upperQuartile: 0 })
  })
})

import { Mastra } from '@mastra/core'
import {
  type MatrixOne,
  ValueError,
  VectorDimensionError,
  VectorIndexError,
} from 'kysely-matrixone'
import { MatrixOneVector } from 'kysely-matrixone/mastra'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase, openRaw, withClient } from './support/database.js'
import { useServer } from './support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_mastra'

interface DB {
  notes: { id: number; body: string }
}

let db: MatrixOne<DB>
let options: Awaited<ReturnType<typeof openDatabase>>['options']
let raw: Awaited<ReturnType<typeof openRaw>>
let store: MatrixOneVector

beforeAll(async () => {
  ;({ db, options } = await openDatabase<DB>(server, database))
  raw = await openRaw(server, { database })
  await raw.query('create table notes (id int primary key, body text)')
  store = new MatrixOneVector({ id: 'store', db })
})

/** Six vectors on a circle, a sixth of a turn apart, with the metadata `{ step, lang }`. */
const circle = Array.from({ length: 6 }, (_, step) => [
  Math.cos((step * Math.PI) / 3),
  Math.sin((step * Math.PI) / 3),
])
const metadata = circle.map((_, step) => ({ step, lang: step % 2 === 0 ? 'en' : 'de' }))
const ids = circle.map((_, step) => `s${step}`)

async function filled(
  indexName: string,
  metric?: 'cosine' | 'euclidean' | 'dotproduct',
): Promise<string> {
  await store.createIndex({ indexName, dimension: 2, ...(metric === undefined ? {} : { metric }) })
  await store.upsert({ indexName, vectors: circle, metadata, ids })
  return indexName
}

describe('a vector store of Mastra', () => {
  it('creates, lists, describes and drops indexes, and touches no other table', async () => {
    await store.createIndex({ indexName: 'Café 1', dimension: 3, metric: 'euclidean' })
    await store.createIndex({ indexName: 'Café 1', dimension: 3, metric: 'euclidean' })
    expect(await store.listIndexes()).toEqual(['café 1'])
    const described = { dimension: 3, metric: 'euclidean', count: 0 }
    expect(await store.describeIndex({ indexName: 'Café 1' })).toEqual(described)
    await expect(store.createIndex({ indexName: 'Café 1', dimension: 4 })).rejects.toThrow(/3/)
    await store.deleteIndex({ indexName: 'Café 1' })
    expect(await store.listIndexes()).toEqual([])
    await expect(store.deleteIndex({ indexName: 'notes' })).rejects.toThrow(VectorIndexError)
    await expect(store.createIndex({ indexName: 'a.b', dimension: 2 })).rejects.toThrow(/a dot/)
    await expect(store.createIndex({ indexName: 'x', dimension: 0 })).rejects.toThrow(ValueError)
    expect(() => new MatrixOneVector({ id: 'other', db: db.withSchema('elsewhere') })).toThrow(
      /Connect to that database/,
    )
  })

  it.each([
    ['cosine', [1, 0.5, 0.5]],
    ['euclidean', [1, 0.5, 0.5]],
    ['dotproduct', [1, 0.5, 0.5]],
  ] as const)('finds the nearest vectors by %s, with a score', async (metric, scores) => {
    const indexName = await filled(`by_${metric}`, metric)
    const found = await store.query({ indexName, queryVector: [0.5, Math.sqrt(0.75)], topK: 3 })
    expect(found[0]).toMatchObject({ id: 's1', metadata: { step: 1, lang: 'de' } })
    expect(found[0]).not.toHaveProperty('vector')
    expect(new Set(found.slice(1).map(({ id }) => id))).toEqual(new Set(['s0', 's2']))
    for (const [at, score] of scores.entries()) expect(found[at]?.score).toBeCloseTo(score, 5)
  })

  it('filters by metadata, with a vector or without, and refuses operators that there are not', async () => {
    const indexName = await filled('filtered')
    const filter = { $or: [{ step: { $gte: 4 } }, { lang: 'de' }] }
    const near = await store.query({ indexName, queryVector: [1, 0], filter, includeVector: true })
    expect(new Set(near.map(({ id }) => id))).toEqual(new Set(['s1', 's3', 's4', 's5']))
    expect(near.at(-1)?.vector).toEqual([-1, expect.closeTo(0, 6)])
    const alone = await store.query({ indexName, filter, topK: 2 })
    expect(alone).toEqual([
      { id: 's1', score: 0, metadata: { step: 1, lang: 'de' } },
      { id: 's3', score: 0, metadata: { step: 3, lang: 'de' } },
    ])
    const wrong = { lang: { $regex: 'e' } } as never
    await expect(store.query({ indexName, filter: wrong })).rejects.toThrow(/no operator \$regex/)
    await expect(store.query({ indexName })).rejects.toThrow(/a queryVector, a filter, or both/)
  })

  it('replaces records by id, and those of a filter in one transaction', async () => {
    const indexName = await filled('replaced')
    // UUIDs that are new each time could not be played back.
    const uuid = vi.spyOn(crypto, 'randomUUID').mockReturnValue('made-0-0-0-0')
    const made = await store.upsert({
      indexName,
      vectors: [[0, 1]],
      metadata: [{ lang: 'fr' }],
      deleteFilter: { lang: 'de' },
    })
    uuid.mockRestore()
    expect(made).toEqual(['made-0-0-0-0'])
    expect((await store.describeIndex({ indexName })).count).toBe(4)
    await store.upsert({ indexName, ids: ['s0'], vectors: [[0, -1]], metadata: [{ lang: 'en' }] })
    const [first] = await store.query({ indexName, queryVector: [0, -1], topK: 1 })
    expect(first).toMatchObject({ id: 's0', metadata: { lang: 'en' } })

    // The new row fails after the old ones were deleted: they are still there.
    const failing = { indexName, ids: ['x'.repeat(300)], vectors: [[0, 1]] }
    await expect(
      store.upsert({ ...failing, deleteFilter: { lang: { $exists: true } } }),
    ).rejects.toThrow(/too long|large/i)
    expect((await store.describeIndex({ indexName })).count).toBe(4)
  })

  it('updates and deletes records by id or by filter', async () => {
    const indexName = await filled('changed')
    await store.updateVector({ indexName, id: 's0', update: { vector: [0, 7] } })
    await store.updateVector({
      indexName,
      filter: { lang: 'de' },
      update: { metadata: { old: 1 } },
    })
    const [first] = await store.query({
      indexName,
      queryVector: [0, 1],
      topK: 1,
      includeVector: true,
    })
    expect(first).toMatchObject({ id: 's0', vector: [0, 7], metadata: { step: 0, lang: 'en' } })
    expect((await store.query({ indexName, filter: { old: 1 } })).map(({ id }) => id)).toEqual([
      's1',
      's3',
      's5',
    ])
    await store.deleteVector({ indexName, id: 's1' })
    await store.deleteVectors({ indexName, ids: ['s2', 's3'] })
    await store.deleteVectors({ indexName, filter: { old: { $exists: true } } })
    const left = await store.query({ indexName, filter: { step: { $exists: true } } })
    expect(left.map(({ id }) => id)).toEqual(['s0', 's4'])
    await expect(store.deleteVectors({ indexName, filter: {} })).rejects.toThrow(ValueError)
    await expect(store.deleteVectors({ indexName })).rejects.toThrow(/either ids or a filter/)
    await expect(store.updateVector({ indexName, id: 's0', update: {} })).rejects.toThrow(
      ValueError,
    )
  })

  it('refuses vectors of another length, sparse ones and NaN before anything is written', async () => {
    const indexName = await filled('checked')
    const upsert = (vectors: number[][]) => store.upsert({ indexName, ids: ['n'], vectors })
    await expect(upsert([[1, 2, 3]])).rejects.toThrow(VectorDimensionError)
    await expect(upsert([[1, Number.NaN]])).rejects.toThrow(/NaN/)
    await expect(store.query({ indexName, queryVector: [1] })).rejects.toThrow(VectorDimensionError)
    const sparse = { indices: [0], values: [1] }
    await expect(
      store.query({ indexName, queryVector: [1, 0], sparseVector: sparse }),
    ).rejects.toThrow(/no sparse vectors/)
    await expect(upsert([])).rejects.toThrow(/0 vectors, but 1 of ids/)
    await expect(store.query({ indexName, queryVector: [1, 0], topK: 0 })).rejects.toThrow(/topK/)
    expect((await store.describeIndex({ indexName })).count).toBe(6)
  })

  it('is found by its name in a Mastra application', async () => {
    const indexName = await filled('found')
    const found = new Mastra({ vectors: { docs: store }, logger: false }).getVector('docs')
    const [first] = await found.query({ indexName, queryVector: [1, 0], topK: 1 })
    expect(first).toMatchObject({ id: 's0', metadata: { step: 0 } })
  })

  it('asks the index that the schema value knows', async () => {
    await filled('indexed')
    await raw.query(
      "create index near using ivfflat on indexed (embedding) lists = 2 op_type 'vector_cosine_ops'",
    )
    const embedding = {
      element: 'f32',
      dimension: 2,
      indexes: [{ name: 'near', algo: 'ivfflat', metric: 'cosine' }],
    } as const
    const schema = {
      tables: { indexed: { key: ['id'], vectors: { embedding }, json: ['metadata'] } },
    }
    await withClient<void, DB>({ options }, { schema }, async (db) => {
      const own = new MatrixOneVector({ id: 'store', db })
      const [first] = await own.query({ indexName: 'indexed', queryVector: [1, 0], topK: 1 })
      expect(first).toMatchObject({ id: 's0', metadata: { step: 0 } })
    })
  })
})

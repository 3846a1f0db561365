import { MatrixOne, type Vector, VectorIndexError, UnsupportedError } from 'kysely-matrixone'
import { sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { reasonsToReindex } from '../../../src/managers/vector-ops/ivf-statistics.js'
import { useServer } from '../../support/server.js'

interface DB {
  articles: { id: number; embedding: Vector<'f32', 3> | null; picture: Vector<'f32', 3> | null }
}

const server = useServer(import.meta.url)
const database = 'kmo_vector_ops'
let db: MatrixOne<DB>

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database, { guards: { insertIgnore: 'off' } }))
})

beforeEach(async () => {
  await sql`drop table if exists articles`.execute(db)
  await sql`create table articles (id bigint primary key, embedding vecf32(3), picture vecf32(3))`.execute(
    db,
  )
})

/** Ten points in two heaps, and a row without a vector. */
async function fill(): Promise<void> {
  const rows = Array.from({ length: 10 }, (_, id) => ({
    id,
    embedding: id < 5 ? [id, 0, 0] : [100 + id, 100, 100],
    picture: [id, id, id],
  }))
  await db.vectorOps.batchInsert('articles', rows)
  await db.vectorOps.insert('articles', { id: 10, embedding: null, picture: [1, 2, 3] })
}

describe('an ivfflat index', () => {
  it('is created with every option, read back, found and dropped', async () => {
    await fill()
    const options = { algorithm: 'ivfflat', name: 'near', metric: 'cosine', lists: 2 } as const
    const quantization = 'float16'
    const autoUpdate = { days: 1, hour: 2 } as const
    const kmeans = { kmeansTrainPercent: 50, kmeansMaxIterations: 5 }
    const { indexQuantization, indexAutoUpdate, indexKmeans } = server.can
    if (!indexQuantization) {
      await expect(
        db.vectorOps.create('articles', 'embedding', { ...options, quantization }),
      ).rejects.toThrow(/with quantization needs MatrixOne 4\.2/)
    }
    if (!indexAutoUpdate) {
      await expect(
        db.vectorOps.create('articles', 'embedding', { ...options, autoUpdate }),
      ).rejects.toThrow(/with autoUpdate needs MatrixOne 4\.1/)
    }
    if (!indexKmeans) {
      for (const [name, value] of Object.entries(kmeans)) {
        await expect(
          db.vectorOps.create('articles', 'embedding', { ...options, [name]: value }),
        ).rejects.toThrow(/with k-means options needs MatrixOne 4\.1/)
      }
    }
    const created = await db.vectorOps.create('articles', 'embedding', {
      ...options,
      ...(indexKmeans ? kmeans : {}),
      ...(indexQuantization ? { quantization } : {}),
      ...(indexAutoUpdate ? { autoUpdate } : {}),
      comment: 'the "nearest"',
    })
    expect(created).toMatchObject({
      table: 'articles',
      name: 'near',
      column: 'embedding',
      algorithm: 'ivfflat',
      metric: 'cosine',
      dimension: 3,
    })
    expect(created.parameters).toMatchObject({
      lists: '2',
      ...(indexQuantization ? { quantization } : {}),
      ...(indexAutoUpdate ? { day: '1', hour: '2' } : {}),
    })
    expect(await db.vectorOps.exists('articles', 'NEAR')).toBe(true)
    expect(await db.vectorOps.list('articles')).toEqual([created])
    await db.vectorOps.drop('articles', 'near')
    expect(await db.vectorOps.exists('articles', 'near')).toBe(false)
    await db.vectorOps.drop('articles', 'near', { ifExists: true })
    await expect(db.vectorOps.drop('articles', 'near')).rejects.toThrow(
      new VectorIndexError('There is no vector index near on articles. The table has none.'),
    )
  })

  it('gets its name from the column, and a second one on the column is refused by the server', async () => {
    await fill()
    const { name } = await db.vectorOps.create('articles', 'embedding', {
      algorithm: 'ivfflat',
    })
    expect(name).toBe('idx_embedding')
    await expect(
      db.vectorOps.create('articles', 'embedding', { algorithm: 'ivfflat', name: 'other' }),
    ).rejects.toMatchObject({ name: 'VectorIndexError', errno: 20105 })
  })

  it('takes part in a transaction and goes with its rollback', async () => {
    await fill()
    await expect(
      db.transaction().execute(async (trx) => {
        await trx.vectorOps.create('articles', 'embedding', { algorithm: 'ivfflat', lists: 2 })
        expect(await trx.vectorOps.exists('articles', 'idx_embedding')).toBe(true)
        expect(await db.vectorOps.exists('articles', 'idx_embedding')).toBe(false)
        throw new Error('undo')
      }),
    ).rejects.toThrow('undo')
    expect(await db.vectorOps.exists('articles', 'idx_embedding')).toBe(false)
  })

  it('is rebuilt by its own algorithm: the server says OK to a wrong one', async () => {
    await fill()
    await db.vectorOps.create('articles', 'embedding', { algorithm: 'ivfflat', lists: 1 })
    const wrong = sql`alter table articles alter reindex idx_embedding hnsw`.execute(db)
    // 3.0.14 fails with a panic instead.
    if (server.can.reindexWithoutLists) await wrong
    else await expect(wrong).rejects.toThrow(/panic/)
    if (!server.can.forceSync) {
      await expect(
        db.vectorOps.reindex('articles', 'idx_embedding', { forceSync: true }),
      ).rejects.toThrow(/4\.1/)
    }
    const rebuilt = await db.vectorOps.reindex('articles', 'idx_embedding', {
      lists: 2,
      ...(server.can.forceSync ? { forceSync: true } : {}),
    })
    expect(rebuilt.parameters?.['lists']).toBe('2')
    await expect(db.vectorOps.reindex('articles', 'nosuch')).rejects.toThrow(
      'The table has idx_embedding.',
    )
  })

  it('is told to rebuild itself, and to stop', async () => {
    await fill()
    await db.vectorOps.create('articles', 'embedding', { algorithm: 'ivfflat' })
    const on = db.vectorOps.alter('articles', 'idx_embedding', {
      autoUpdate: { days: 7, hour: 3 },
    })
    if (!server.can.indexAutoUpdate) {
      return expect(on).rejects.toThrow(/needs MatrixOne 4\.1\. Call reindex/)
    }
    expect((await on).parameters).toMatchObject({ auto_update: 'true', day: '7', hour: '3' })
    const off = await db.vectorOps.alter('articles', 'idx_embedding', { autoUpdate: false })
    expect(off.parameters?.['auto_update']).not.toBe('true')
  })

  it('refuses numbers that the server would refuse or ignore', async () => {
    const create = (lists: number): Promise<unknown> =>
      db.vectorOps.create('articles', 'embedding', { algorithm: 'ivfflat', lists })
    await expect(create(0)).rejects.toThrow(
      'The option lists of vectorOps.create must be a whole number of at least 1, got 0.',
    )
    await expect(create(1.5)).rejects.toThrow('got 1.5.')
  })
})

describe('an HNSW index', () => {
  it('needs a session switch (the trap)', async () => {
    await expect(
      sql`create index h using hnsw on articles (embedding)`.execute(db),
    ).rejects.toThrow('experimental_hnsw_index is not enabled')
  })

  it('is created with every option, and the switch is off again on that connection', async () => {
    await fill()
    const one = new MatrixOne<DB>({
      connection: { ...server.options, database, connectionLimit: 1 },
    })
    try {
      const created = await one.vectorOps.create('articles', 'picture', {
        algorithm: 'hnsw',
        metric: 'ip',
        m: 16,
        efConstruction: 64,
        efSearch: 32,
      })
      expect(created).toMatchObject({ algorithm: 'hnsw', metric: 'ip', name: 'idx_picture' })
      expect(created.parameters).toMatchObject({ m: '16', ef_construction: '64', ef_search: '32' })
      const { rows } = await one.execute('select @@experimental_hnsw_index as hnsw')
      expect(rows).toEqual([{ hnsw: '0' }])
      await one.vectorOps.reindex('articles', 'idx_picture')
      await expect(one.vectorOps.reindex('articles', 'idx_picture', { lists: 2 })).rejects.toThrow(
        UnsupportedError,
      )
    } finally {
      await one.destroy()
    }
  })

  it('is refused in a transaction before SET would commit it, and the transaction goes on', async () => {
    await db.transaction().execute(async (trx) => {
      await trx
        .insertInto('articles')
        .values({ id: 1, embedding: [1, 2, 3] })
        .execute()
      await expect(
        trx.vectorOps.create('articles', 'embedding', { algorithm: 'hnsw' }),
      ).rejects.toThrow(/any SET.*hooks: \['enable_hnsw'\]/s)
      expect(await db.selectFrom('articles').select('id').execute()).toEqual([])
      await trx
        .insertInto('articles')
        .values({ id: 2, embedding: [1, 2, 3] })
        .execute()
    })
    expect(await db.selectFrom('articles').select('id').orderBy('id').execute()).toEqual([
      { id: 1 },
      { id: 2 },
    ])
  })

  it('is created in a transaction when the hook has switched it on', async () => {
    await fill()
    const hooked = new MatrixOne<DB>({
      connection: { ...server.options, database },
      hooks: ['enable_hnsw'],
    })
    try {
      const { algorithm } = await hooked
        .transaction()
        .execute((trx) => trx.vectorOps.create('articles', 'embedding', { algorithm: 'hnsw' }))
      expect(algorithm).toBe('hnsw')
    } finally {
      await hooked.destroy()
    }
  })
})

describe('settings', () => {
  it('hold for the callback only', async () => {
    const one = new MatrixOne<DB>({
      connection: { ...server.options, database, connectionLimit: 1 },
    })
    const read = (on: MatrixOne<DB>): Promise<unknown> =>
      on
        .execute('select @@probe_limit as p, @@experimental_hnsw_index as h')
        .then(({ rows }) => rows)
    try {
      const inside = await one.vectorOps.withSettings({ probeLimit: 50, hnsw: true }, read)
      expect(inside).toEqual([{ p: '50', h: '1' }])
      expect(await read(one)).toEqual([{ p: '5', h: '0' }])
      await expect(
        one.vectorOps.withSettings({ probeLimit: 50 }, () => Promise.reject(new Error('broke'))),
      ).rejects.toThrow('broke')
      expect(await read(one)).toEqual([{ p: '5', h: '0' }])
    } finally {
      await one.destroy()
    }
  })

  it('are refused in a transaction', async () => {
    await expect(
      db
        .transaction()
        .execute((trx) => trx.vectorOps.withSettings({ probeLimit: 50 }, async () => 1)),
    ).rejects.toThrow(UnsupportedError)
  })
})

describe('ivf statistics', () => {
  it('count lists, entries and vectors, and find nothing to rebuild', async () => {
    await fill()
    await db.vectorOps.create('articles', 'embedding', { algorithm: 'ivfflat', lists: 2 })
    const statistics = await db.vectorOps.ivfStatistics('articles', 'embedding')
    expect(statistics).toMatchObject({
      database,
      table: 'articles',
      index: 'idx_embedding',
      lists: 2,
      centroids: 2,
      usedLists: 2,
      entries: 10,
      vectors: 10,
      smallestList: 5,
      largestList: 5,
      variation: 0,
      version: 0,
      reindexReasons: [],
    })
    expect(statistics.distribution.map(({ entries }) => entries)).toEqual([5, 5])
    expect(Object.isFrozen(statistics)).toBe(true)
  })

  it('find an index that was built on an empty table, and reindex cures it', async () => {
    await db.vectorOps.create('articles', 'embedding', { algorithm: 'ivfflat', lists: 2 })
    await fill()
    const before = await db.vectorOps.ivfStatistics('articles', 'embedding')
    expect(before.reindexReasons).toEqual(['built on an empty table'])
    await db.vectorOps.reindex('articles', 'idx_embedding')
    const after = await db.vectorOps.ivfStatistics('articles', 'embedding')
    expect(after).toMatchObject({ version: 1, centroids: 2, reindexReasons: [] })
  })

  it('tell an index with fewer vectors than lists from one built empty, and fewer lists cure it', async () => {
    await fill()
    await db.vectorOps.create('articles', 'embedding', { algorithm: 'ivfflat', lists: 20 })
    const read = () => db.vectorOps.ivfStatistics('articles', 'embedding')
    expect((await read()).reindexReasons).toEqual(['fewer vectors than lists'])
    await db.vectorOps.reindex('articles', 'idx_embedding', { lists: 20 })
    expect((await read()).reindexReasons).toEqual(['fewer vectors than lists'])
    await db.vectorOps.reindex('articles', 'idx_embedding', { lists: 2 })
    expect(await read()).toMatchObject({ lists: 2, centroids: 2, reindexReasons: [] })
  })

  it.each([
    [{ lists: 450, centroids: 450, known: 450, entries: 720, vectors: 720 }, 360, ['empty lists']],
    [{ lists: 450, centroids: 450, known: 450, entries: 820, vectors: 820 }, 410, []],
    [{ lists: 450, centroids: 450, known: 450, entries: 4, vectors: 4 }, 2, []],
    [
      { lists: 450, centroids: 1, known: 0, entries: 20, vectors: 20 },
      1,
      ['fewer vectors than lists'],
    ],
    [{ lists: 4, centroids: 1, known: 0, entries: 4, vectors: 4 }, 1, ['built on an empty table']],
  ])('find the reason of %o with %i used lists', (counts, used, reasons) => {
    const sizes = Array.from({ length: used }, () => counts.entries / used)
    expect(reasonsToReindex(counts, sizes)).toEqual(reasons)
  })

  it('find the phantom entries that INSERT IGNORE leaves', async () => {
    await fill()
    await db.vectorOps.create('articles', 'embedding', { algorithm: 'ivfflat', lists: 2 })
    await sql`insert ignore into articles (id, embedding) values (1, '[7,7,7]')`.execute(db)
    const { reindexReasons, entries } = await db.vectorOps.ivfStatistics('articles', 'embedding')
    // 3.0.14 leaves none.
    const leaves = server.can.insertIgnorePhantom
    expect({ reindexReasons, entries }).toEqual({
      reindexReasons: leaves ? ['entries without rows'] : [],
      entries: leaves ? 11 : 10,
    })
  })

  it('say when the column has no ivfflat index', async () => {
    await expect(db.vectorOps.ivfStatistics('articles', 'embedding')).rejects.toThrow(
      'The column embedding of articles has no ivfflat index.',
    )
  })
})

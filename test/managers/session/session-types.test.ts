import type { Generated } from 'kysely'
import {
  type LoadResult,
  MatrixOne,
  type MatrixOneTransaction,
  matrixone,
  type Vector,
} from 'kysely-matrixone'
import type { Kysely } from 'kysely'
import { describe, expectTypeOf, it } from 'vitest'

interface DB {
  articles: {
    id: Generated<number>
    title: string
    tags: string[]
    embedding: Vector<'f32', 768>
    picture: Vector<'f64', 3> | null
  }
  users: { id: number; name: string }
}

declare const db: MatrixOne<DB>
declare const trx: MatrixOneTransaction<DB>
declare const anybodys: Kysely<DB>

/** Never called: the compiler is the test. */
const misuse = {
  vectorOps: async () => {
    await db.vectorOps.create('articles', 'embedding', {
      algorithm: 'ivfflat',
      metric: 'cosine',
    })
    await trx.vectorOps.create('articles', 'picture', {
      algorithm: 'hnsw',
      metric: 'ip',
      m: 16,
    })
    await matrixone(anybodys).vectorOps.create('articles', 'embedding', {
      algorithm: 'ivfflat',
    })
    // @ts-expect-error no such table
    await db.vectorOps.create('articless', 'embedding', { algorithm: 'ivfflat' })
    // @ts-expect-error no such column
    await db.vectorOps.create('articles', 'embeding', { algorithm: 'ivfflat' })
    // @ts-expect-error no vector column
    await db.vectorOps.create('articles', 'title', { algorithm: 'ivfflat' })
    // @ts-expect-error the table has no vector column
    await db.vectorOps.create('users', 'name', { algorithm: 'ivfflat' })
    await db.vectorOps.create('articles', 'embedding', {
      algorithm: 'ivfflat',
      // @ts-expect-error no such metric
      metric: 'euclid',
    })
    // @ts-expect-error no search uses an l1 index
    await db.vectorOps.create('articles', 'embedding', { algorithm: 'ivfflat', metric: 'l1' })
    // @ts-expect-error no such algorithm on a CPU
    await db.vectorOps.create('articles', 'embedding', { algorithm: 'cagra' })
    // @ts-expect-error lists belong to ivfflat
    await db.vectorOps.create('articles', 'embedding', { algorithm: 'hnsw', lists: 10 })
    // @ts-expect-error m belongs to hnsw
    await db.vectorOps.create('articles', 'embedding', { algorithm: 'ivfflat', m: 16 })
    // @ts-expect-error no vector column
    await db.vectorOps.ivfStatistics('articles', 'title')
    // @ts-expect-error no such table
    await db.vectorOps.reindex('nosuch', 'idx')
    const read = await db.vectorOps.withSettings({ probeLimit: 20 }, async (one) => {
      expectTypeOf(one).toEqualTypeOf<MatrixOne<DB>>()
      return 1
    })
    expectTypeOf(read).toEqualTypeOf<number>()
  },

  rows: async () => {
    await db.insert('articles', { title: 'a', tags: [], embedding: new Float32Array(768) })
    await trx.batchInsert('users', [{ id: 1, name: 'a' }])
    // @ts-expect-error the title is missing
    await db.insert('articles', { tags: [], embedding: [1] })
    // @ts-expect-error no such column
    await db.insert('users', { id: 1, name: 'a', nick: 'b' })
    // @ts-expect-error a string is not a number
    await db.batchInsert('users', [{ id: '1', name: 'a' }])
    // @ts-expect-error a string is not a vector
    await db.vectorOps.insert('articles', { title: 'a', tags: [], embedding: '[1,2,3]' })
    // @ts-expect-error no such table
    await db.loadData.rows('nosuch', [])
    // @ts-expect-error no such column
    await db.loadData.rows('users', [], { columns: ['nick'] })
    // @ts-expect-error no such column
    await db.loadData.csv('users', { file: 'u.csv' }, { columns: ['id', null, 'nick'] })
    // @ts-expect-error no such column
    await db.loadData.csv('users', { file: 'u.csv' }, { nullIf: { nick: '' } })
    // @ts-expect-error a Parquet file cannot come from a stream
    await db.loadData.parquet('users', { text: '' })
    // @ts-expect-error a path says nothing of whose machine it is
    await db.loadData.csv('users', 'u.csv')
    expectTypeOf(
      await db.loadData.csv('users', { stage: 's', file: 'f' }),
    ).toEqualTypeOf<LoadResult>()
    const { rows } = await db.execute<{ id: number }>('select id from users')
    expectTypeOf(rows).toEqualTypeOf<{ id: number }[]>()
    // @ts-expect-error no such log mode
    await db.execute('select 1', [], { logMode: 'loud' })
  },

  fulltext: async () => {
    await db.fulltextIndex.create('articles', ['title'], { parser: 'ngram' })
    // @ts-expect-error no such column
    await db.fulltextIndex.create('articles', ['body'])
    // @ts-expect-error no such table
    await db.fulltextIndex.create('article', ['title'])
    // @ts-expect-error no such parser
    await db.fulltextIndex.create('articles', ['title'], { parser: 'jieba' })
  },

  export: async () => {
    await db.export.csv(db.selectFrom('users').selectAll(), { stage: 's', file: 'f.csv' })
    // @ts-expect-error nowhere to write to
    await db.export.csv(db.selectFrom('users').selectAll(), { stage: 's' })
    // @ts-expect-error no credentials come out
    void (await db.stage.get('s')).credentials
  },
}

describe('a wrong table, column, metric or option', () => {
  it('does not compile', () => {
    expectTypeOf(misuse).toBeObject()
  })
})

import { Document } from '@langchain/core/documents'
import { Embeddings } from '@langchain/core/embeddings'
import type { Json, MatrixOne, SearchIndexes, Vector, indexes } from 'kysely-matrixone'
import { MatrixOneVectorStore } from 'kysely-matrixone/langchain'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase, openRaw } from './support/database.js'
import { useServer } from './support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_langchain'

const vectors = {
  embedding: {
    element: 'f32',
    dimension: 8,
    indexes: [{ name: 'near', algo: 'ivfflat', metric: 'cosine' }],
  },
} as const
const schema = { tables: { chunks: { key: ['id'], vectors, json: ['metadata'] } } } as const

interface DB {
  chunks: { id: string; content: string; metadata: Json | null; embedding: Vector<'f32', 8> }
  readonly [indexes]: SearchIndexes<typeof schema>
}

/** Eight numbers for each text, the same each time. */
class HashEmbeddings extends Embeddings {
  override async embedQuery(text: string): Promise<number[]> {
    let state = 7
    for (const sign of text) state = (Math.imul(state, 31) + (sign.codePointAt(0) ?? 0)) >>> 0
    return Array.from({ length: 8 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 31 - 1
    })
  }

  override embedDocuments(texts: string[]): Promise<number[][]> {
    return Promise.all(texts.map((text) => this.embedQuery(text)))
  }
}

const embeddings = new HashEmbeddings({})
let db: MatrixOne<DB>

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database, { schema }))
  const raw = await openRaw(server, { database })
  await raw.query(
    'create table chunks (id varchar(40) primary key, content text, metadata json, embedding vecf32(8))',
  )
  await store().addDocuments(documents)
  await raw.query(
    "create index near using ivfflat on chunks (embedding) lists = 2 op_type 'vector_cosine_ops'",
  )
})

const store = () =>
  new MatrixOneVectorStore(embeddings, {
    index: db.vectorIndex('chunks', { metadata: ['content'], json: 'metadata' }),
    content: 'content',
  })

const documents = Array.from({ length: 20 }, (_, at) => {
  const metadata = { lang: at % 2 === 0 ? 'en' : 'de', page: at }
  return new Document({ id: `d${at}`, pageContent: `chunk number ${at}`, metadata })
})

describe('a vector store of LangChain', () => {
  it('finds the documents nearest to a text, with their metadata and a score', async () => {
    const [first] = await store().similaritySearchWithScore('chunk number 7', 3)
    expect(first?.[0]).toEqual(documents[7])
    expect(first?.[1]).toBeCloseTo(1, 5)
  })

  it('filters by metadata, and refuses operators that there are not', async () => {
    const filter = { lang: { $in: ['en'] }, page: { $gte: 10, $lt: 16 } }
    const found = await store().similaritySearch('chunk', 20, filter)
    expect(found.map(({ metadata }) => Number(metadata['page'])).toSorted((a, b) => a - b)).toEqual(
      [10, 12, 14],
    )
    const wrong = { page: { $regex: '1' } } as never
    await expect(store().similaritySearch('chunk', 2, wrong)).rejects.toThrow(/no operator \$regex/)
  })

  it('is a retriever, by similarity and by MMR', async () => {
    const similar = await store()
      .asRetriever({ k: 2, filter: { lang: 'de' } })
      .invoke('chunk 3')
    expect(similar.map(({ metadata }) => metadata['lang'])).toEqual(['de', 'de'])
    const retriever = store().asRetriever({
      k: 4,
      searchType: 'mmr',
      searchKwargs: { fetchK: 20, lambda: 1 },
    })
    const nearest = await store().similaritySearch('chunk number 7', 4)
    expect(await retriever.invoke('chunk number 7')).toEqual(nearest)
    const varied = await store().maxMarginalRelevanceSearch('chunk number 7', {
      k: 4,
      lambda: 0.2,
      filter: { lang: 'de' },
    })
    expect(varied[0]).toEqual(documents[7])
    expect(new Set(varied.map(({ id }) => id)).size).toBe(4)
  })

  it('takes documents, replaces documents by id, and deletes them', async () => {
    const options = {
      index: db.vectorIndex('chunks', { metadata: ['content'], json: 'metadata' }),
      content: 'content',
    }
    // Ids that are new each time could not be played back.
    const given = ['a', 'b'].map(
      (pageContent, n) => new Document({ id: `t${n}`, pageContent, metadata: { n: n + 1 } }),
    )
    const made = await MatrixOneVectorStore.fromDocuments(given, embeddings, options)
    expect(await made.similaritySearch('b', 1)).toMatchObject([
      { pageContent: 'b', metadata: { n: 2 } },
    ])
    await made.delete({ filter: { n: { $exists: true } } })
    const ids = await made.addDocuments([new Document({ pageContent: 'x' })], { ids: ['d0'] })
    expect(ids).toEqual(['d0'])
    expect(await made.similaritySearch('x', 1)).toMatchObject([{ id: 'd0', metadata: {} }])
    await made.delete({ ids: ['d0'] })
    expect((await options.index.describeStats()).totalRecordCount).toBe(19)
    await expect(
      made.addDocuments([new Document({ pageContent: 'x' })], { ids: [] }),
    ).rejects.toThrow(/got 1 documents, 1 vectors and 0 ids/)
  })

  it('makes documents of texts, with one metadata each or one for all, and ids of their own', async () => {
    // UUIDs that are new each time could not be played back.
    let made = 0
    const uuid = vi.spyOn(crypto, 'randomUUID').mockImplementation(() => `made-${made++}-0-0-0`)
    const index = db.vectorIndex('chunks', { metadata: ['content'], json: 'metadata' })
    const options = { index, content: 'content' }
    const each = await MatrixOneVectorStore.fromTexts(
      ['red', 'blue'],
      [{ hue: 0 }, { hue: 240 }],
      embeddings,
      options,
    )
    await MatrixOneVectorStore.fromTexts(['grey', 'white'], { plain: true }, embeddings, options)
    uuid.mockRestore()
    expect(await each.similaritySearch('blue', 1)).toEqual([
      new Document({ id: 'made-1-0-0-0', pageContent: 'blue', metadata: { hue: 240 } }),
    ])
    const plain = await each.similaritySearch('grey', 9, { plain: true })
    expect(plain.map(({ pageContent }) => pageContent).toSorted()).toEqual(['grey', 'white'])
    await each.delete({ ids: ['made-0-0-0-0', 'made-1-0-0-0', 'made-2-0-0-0', 'made-3-0-0-0'] })
  })
})

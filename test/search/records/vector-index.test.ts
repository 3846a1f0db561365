import { CamelCasePlugin } from 'kysely'
import {
  type BigInteger,
  type Json,
  type MatrixOne,
  type SearchIndexes,
  type Vector,
  VectorDimensionError,
  type indexes,
} from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openClient, openDatabase, openRaw } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { matchesFilter, type Plain } from './matches-filter.js'

const server = useServer(import.meta.url)
const database = 'kmo_vector_index'

const vectors = {
  embedding: {
    element: 'f32',
    dimension: 3,
    indexes: [{ name: 'near', algo: 'ivfflat', metric: 'cosine' }],
  },
} as const
const schema = {
  tables: {
    notes: { key: ['note_id'], vectors },
    facts: { key: ['id'], vectors, json: ['meta'] },
    pairs: { key: ['a', 'b'], vectors },
    hashes: { key: ['hash'], vectors },
  },
} as const

interface Note {
  note_id: BigInteger
  lang: string | null
  stars: number | null
  embedding: Vector<'f32', 3> | null
}

interface DB {
  notes: Note
  facts: { id: string; body: string | null; meta: Json | null; embedding: Vector<'f32', 3> }
  pairs: { a: number; b: number; embedding: Vector<'f32', 3> }
  hashes: { hash: Buffer; embedding: Vector<'f32', 3> }
  readonly [indexes]: SearchIndexes<typeof schema>
}

let options: Awaited<ReturnType<typeof openDatabase<DB>>>['options']
let db: MatrixOne<DB>
let raw: Connection

const LANGS = ['en', 'de', '中文', null] as const
const vectorOf = (id: number): readonly number[] => [1, (id % 9) / 3, id / 50]
const langOf = (id: number) => LANGS[id % 4] ?? null
const starsOf = (id: number): number | null => (id % 7 === 0 ? null : id % 6)
const COUNT = 48
const ids = Array.from({ length: COUNT }, (_, at) => at + 1)
const metaOf = (id: number): Plain => ({
  ...(langOf(id) === null ? {} : { lang: langOf(id) }),
  // JSON's null and no member are the same to a filter.
  ...(starsOf(id) === null && id % 2 === 0 ? {} : { stars: starsOf(id) }),
  isOld: id % 2 === 0,
  // The same name with values of several types.
  mixed: id % 3 === 0 ? '5' : id % 3 === 1 ? 5 : true,
})

beforeAll(async () => {
  ;({ db, options } = await openDatabase<DB>(server, database, { schema }))
  raw = await openRaw(server, { database })
  await raw.query(
    'create table notes (note_id bigint primary key, lang varchar(10), stars int, embedding vecf32(3))',
  )
  await raw.query(
    'create table facts (id varchar(20) primary key, body varchar(50), meta json, embedding vecf32(3))',
  )
  await raw.query('create table pairs (a int, b int, embedding vecf32(3), primary key (a, b))')
  await notes().upsert(
    ids.map((id) => ({
      id,
      values: vectorOf(id),
      metadata: { lang: langOf(id), stars: starsOf(id) },
    })),
  )
  await facts().upsert(
    ids.map((id) => ({
      id: `f${id}`,
      values: vectorOf(id),
      metadata: { body: `fact ${id}`, ...metaOf(id) },
    })),
  )
  for (const table of ['notes', 'facts']) {
    await raw.query(
      `create index near using ivfflat on ${table} (embedding) lists = 3 op_type 'vector_cosine_ops'`,
    )
  }
})

const notes = () => db.vectorIndex('notes', { metadata: ['lang', 'stars'] })
const facts = () => db.vectorIndex('facts', { metadata: ['body'], json: 'meta' })
const query = [1, 0.1, 0.1]

describe('an index of records', () => {
  it('finds the nearest with score, metadata, and values where they are asked for', async () => {
    const { matches } = await notes().query({ vector: vectorOf(5), topK: 2, includeValues: true })
    expect(matches).toHaveLength(2)
    const [first] = matches
    expect(first).toMatchObject({ id: 5, metadata: { lang: 'de', stars: 5 } })
    expect(first?.score).toBeCloseTo(1, 6)
    expect(first?.distance).toBeCloseTo(0, 6)
    expect(first?.values?.map((value) => Number(value.toFixed(4)))).toEqual([1, 1.6667, 0.1])
    const plain = await db.vectorIndex('notes').query({ vector: vectorOf(5) })
    expect(plain.matches).toHaveLength(10)
    expect(Object.keys(plain.matches[0] ?? {})).toEqual(['id', 'score', 'distance', 'metadata'])
    expect(plain.matches[0]?.metadata).toEqual({})
  })

  it('finds what is like a record, without it', async () => {
    const { matches } = await notes().query({ id: 5, topK: 48 })
    expect(matches).toHaveLength(47)
    expect(matches.map(({ id }) => id)).not.toContain(5)
  })

  it('reads records by id, also from JSON', async () => {
    const { records } = await facts().fetch(['f3', 'f4', 'nothing'])
    expect(Object.keys(records).toSorted()).toEqual(['f3', 'f4'])
    expect(records['f3']?.metadata).toEqual({ body: 'fact 3', ...metaOf(3) })
    expect(await facts().fetch([])).toEqual({ records: {} })
  })

  it('has bytes for ids, which fetch names by their hexadecimal digits', async () => {
    await raw.query('create table hashes (hash binary(2) primary key, embedding vecf32(3))')
    const hashes = db.vectorIndex('hashes', { exact: true, metric: 'l2' })
    const hashed = [0xff01, 0xff02, 0xff03].map((hash) => Buffer.from(hash.toString(16), 'hex'))
    await hashes.upsert(hashed.map((id, at) => ({ id, values: [at, 1, 1] })))
    const { matches } = await hashes.query({ vector: [0, 1, 1], topK: 2 })
    expect(matches.map(({ id }) => id)).toEqual(hashed.slice(0, 2))
    const { records } = await hashes.fetch(matches.map(({ id }) => id))
    expect(Object.keys(records).toSorted()).toEqual(['ff01', 'ff02'])
    expect(records['ff02']?.values).toEqual([1, 1, 1])
    expect((await hashes.query({ id: Buffer.from('ff01', 'hex') })).matches).toHaveLength(2)
    expect(await hashes.delete({ ids: hashed })).toEqual({ deletedCount: 3 })
  })

  it('replaces records, and keeps columns that it does not name', async () => {
    await notes().upsert([
      { id: 1_000, values: [0, 0, 9], metadata: { lang: 'en', stars: 1 } },
      { id: 1_001, values: [0, 0, 8], metadata: { lang: 'en', stars: 2 } },
    ])
    const again = await notes().upsert([
      { id: 1_000, values: [0, 9, 0], metadata: { lang: 'de' } },
      { id: 1_002, values: [0, 0, 7], metadata: { lang: 'de' } },
    ])
    expect(again).toEqual({ upsertedCount: 2 })
    const { records } = await notes().fetch([1_000, 1_002])
    expect(records['1000']).toEqual({
      id: 1_000,
      values: [0, 9, 0],
      metadata: { lang: 'de', stars: 1 },
    })
    expect(records['1002']?.metadata).toEqual({ lang: 'de', stars: null })
    expect(await notes().query({ vector: [0, 1, 0], topK: 1 })).toMatchObject({
      matches: [{ id: 1_000 }],
    })
    expect(await notes().upsert([])).toEqual({ upsertedCount: 0 })
    const deleted = await notes().delete({ ids: [1_000, 1_001, 1_002, 1_003] })
    expect(deleted).toEqual({ deletedCount: 3 })
  })

  it('says how large it is', async () => {
    const stats = { dimension: 3, metric: 'cosine', totalRecordCount: COUNT }
    expect(await notes().describeStats()).toEqual(stats)
  })

  it('deletes by filter, and everything only when that is said', async () => {
    const trx = await db.startTransaction().execute()
    const index = trx.vectorIndex('notes', { metadata: ['lang'] })
    expect(await index.delete({ filter: { lang: 'en', stars: { $gte: 4 } } })).toEqual({
      deletedCount: ids.filter((id) => langOf(id) === 'en' && (starsOf(id) ?? 0) >= 4).length,
    })
    await expect(index.delete({ filter: {} })).rejects.toThrow(/Say so: \{ all: true \}/)
    expect(await index.delete({ ids: [] })).toEqual({ deletedCount: 0 })
    await index.delete({ all: true })
    expect(await index.describeStats()).toMatchObject({ totalRecordCount: 0 })
    await trx.rollback().execute()
    expect(await notes().describeStats()).toMatchObject({ totalRecordCount: COUNT })
  })

  it('goes by names in camelCase', async () => {
    const camel = openClient<{
      notes: { noteId: number; lang: string | null; embedding: Vector<'f32', 3> }
      readonly [indexes]: DB[typeof indexes]
    }>({ options }, { schema, plugins: [new CamelCasePlugin()] })
    try {
      const index = camel.vectorIndex('notes', { metadata: ['noteId', 'lang'] })
      const { matches } = await index.query({ vector: vectorOf(5), topK: 1, filter: { noteId: 5 } })
      expect(matches).toMatchObject([{ id: 5, metadata: { noteId: 5, lang: 'de' } }])
    } finally {
      await camel.destroy()
    }
  })
})

describe('random filters', () => {
  let state = 3
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T
  const VALUES: Readonly<Record<string, readonly unknown[]>> = {
    lang: ['en', 'de', '中文', 'xx'],
    stars: [0, 1, 3, 5, 9],
    isOld: [true, false],
    mixed: ['5', 5, true],
  }

  function conditionFor(name: string): unknown {
    const values = VALUES[name] as readonly unknown[]
    const some = () => Array.from({ length: random(3) }, () => pick([...values, null]))
    const isOrdered = name === 'lang' || name === 'stars'
    const operator = pick([
      '',
      '$eq',
      '$ne',
      '$in',
      '$nin',
      '$exists',
      ...(isOrdered ? ['$gt', '$gte', '$lt', '$lte'] : []),
    ])
    if (operator === '') return pick([...values, null])
    if (operator === '$in' || operator === '$nin') return { [operator]: some() }
    if (operator === '$exists') return { $exists: random(2) === 0 }
    const value = pick(operator === '$eq' || operator === '$ne' ? [...values, null] : values)
    const more = isOrdered && random(4) === 0 ? { $lte: pick(values) } : {}
    return { [operator]: value, ...more }
  }

  function filterOf(names: readonly string[], depth: number): Plain {
    const filter: Record<string, unknown> = {}
    for (let count = random(3); count > 0; count--) {
      const name = pick(names)
      filter[name] = conditionFor(name)
    }
    if (depth > 0 && random(2) === 0) {
      const operator = pick(['$and', '$or'])
      filter[operator] = Array.from({ length: 1 + random(2) }, () => filterOf(names, depth - 1))
    }
    return filter
  }

  it.each(['notes', 'facts'] as const)(
    'find what they find in memory: %s',
    async (table) => {
      const names = table === 'notes' ? ['lang', 'stars'] : Object.keys(VALUES)
      for (let round = 0; round < 120; round++) {
        const filter = filterOf(names, 2)
        const index = table === 'notes' ? notes() : facts()
        const { matches } = await index.query({ vector: query, topK: 100, filter: filter as never })
        const found = matches
          .map(({ id }) => Number(String(id).replace('f', '')))
          .toSorted((a, b) => a - b)
        const expected = ids.filter((id) =>
          matchesFilter(
            filter,
            table === 'notes' ? { lang: langOf(id), stars: starsOf(id) } : metaOf(id),
          ),
        )
        expect({ filter, found }).toEqual({ filter, found: expected })
      }
    },
    60_000,
  )
})

describe('an index of records refuses', () => {
  it('operators that there are not, and names the closest', async () => {
    const filtered = (filter: object) => notes().query({ vector: query, filter: filter as never })
    await expect(filtered({ stars: { $gtt: 5 } })).rejects.toThrow(
      'A filter of vectorIndex has no operator $gtt here; did you mean $gt? ' +
        'There are $eq, $gt, $gte, $lt, $lte, $ne, $in, $nin, $exists.',
    )
    await expect(filtered({ $orr: [{ stars: 5 }] })).rejects.toThrow(
      'A filter of vectorIndex has no operator $orr here; did you mean $or? There are $and, $or.',
    )
    await expect(filtered({ lang: { $regex: 'x' } })).rejects.toThrow(
      /has no operator \$regex here\. There are/,
    )
    await expect(filtered({ $and: [] })).rejects.toThrow(/takes an array of at least one filter/)
    await expect(filtered({ stars: {} })).rejects.toThrow(/has no operator for stars/)
    await expect(filtered({ stars: { $in: 5 } })).rejects.toThrow(/takes an array of values/)
    await expect(filtered({ stars: undefined })).rejects.toThrow(/takes one value/)
    await expect(filtered({ stars: { $gt: null } })).rejects.toThrow(/takes one value/)
    await expect(filtered({ stars: [1, 2] })).rejects.toThrow(/takes one value/)
    await expect(filtered({ stars: { $exists: 1 } })).rejects.toThrow(/takes true or false/)
    await expect(
      facts().query({ vector: query, filter: { isOld: { $gt: true } } }),
    ).rejects.toThrow(/isOld is compared with a boolean by >/)
    await expect(facts().query({ vector: query, filter: { 'a"b': 1 } })).rejects.toThrow(
      /quotes and backslashes/,
    )
  })

  it('records and queries that cannot be', async () => {
    await expect(notes().upsert([{ id: 1, values: [1, 2] }])).rejects.toThrow(VectorDimensionError)
    await expect(
      notes().upsert([
        { id: 1, values: [1, 2, 3], metadata: { lang: 'en' } },
        { id: 2, values: [1, 2, 3], metadata: { stars: 1 } },
      ]),
    ).rejects.toThrow(/record 1 differs from the first in stars, lang/)
    await expect(
      notes().upsert([{ id: 1, values: [1, 2, 3], metadata: { note_id: 2 } }]),
    ).rejects.toThrow('The metadata of a record of vectorIndex has note_id, which is its id.')
    await expect(notes().query({ topK: 5 } as never)).rejects.toThrow(/either a vector or the id/)
    await expect(notes().query({ vector: query, top_k: 5 } as never)).rejects.toThrow(/topK/)
    await expect(notes().delete({} as never)).rejects.toThrow(/takes one of/)
    expect(() => db.vectorIndex('pairs')).toThrow(/needs a primary key of one column .* has a, b/)
  })
})

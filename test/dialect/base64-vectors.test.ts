import fc from 'fast-check'
import { CamelCasePlugin, type Compilable, sql } from 'kysely'
import type { MatrixOne, SchemaValue, Interceptor } from 'kysely-matrixone'
import { jsonArrayFrom } from 'kysely-matrixone/helpers'
import type { Connection } from 'mysql2/promise'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, type TestDatabase, withClient } from '../support/database.js'
import { type AnyTables, unconnected } from '../support/unconnected.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

const schema = {
  tables: {
    articles: {
      key: ['id'],
      columns: ['id', 'title', 'embedding', 'exact', 'code'],
      vectors: {
        embedding: { element: 'f32', dimension: 3 },
        exact: { element: 'f64', dimension: 2 },
        code: { element: 'int8', dimension: 2 },
      },
    },
    notes: { key: ['id'], vectors: { embedding: { element: 'f32', dimension: 3 } } },
  },
} as const satisfies SchemaValue

let database: TestDatabase<AnyTables>
let db: MatrixOne<AnyTables>
let raw: Connection

beforeAll(async () => {
  database = await openDatabase<AnyTables>(server, 'kmo_base64_vectors', { schema })
  ;({ db, raw } = database)
  await raw.query('use kmo_base64_vectors')
  await raw.query(`create table articles (id int primary key, title varchar(20), embedding vecf32(3),
    exact vecf64(2), code ${server.can.narrowVectors ? 'vecint8(2)' : 'vecf32(2)'})`)
  await raw.query('create table notes (id int primary key, embedding vecf32(3))')
})

beforeEach(async () => {
  await raw.query('delete from articles where id > 0')
})

const compile = unconnected({ schema })
const textOf = (query: Compilable): string => query.compile().sql

describe('a selected vector', () => {
  it('would be sorted by its base64 under its own name (the trap)', async () => {
    await raw.query("insert into articles (id, embedding) values (1, '[2,0,0]'), (2, '[-2,0,0]')")
    const [rows] = await raw.query(
      'select id, to_base64(embedding) as embedding from articles order by embedding',
    )
    expect(rows).toMatchObject([{ id: 1 }, { id: 2 }])
    await expect(
      raw.query(
        "select to_base64(embedding) as embedding from articles order by l2_distance(embedding, '[1,2,3]')",
      ),
    ).rejects.toThrow('malformed vector input')
    expect(
      await db.selectFrom('articles').select(['id', 'embedding']).orderBy('embedding').execute(),
    ).toEqual([
      { id: 2, embedding: [-2, 0, 0] },
      { id: 1, embedding: [2, 0, 0] },
    ])
  })

  it.each([
    [
      'named, and under an alias',
      compile.selectFrom('articles').select(['id', 'embedding', 'exact as other']),
      'select `id`, to_base64(`embedding`) as `embedding`, to_base64(`exact`) as `other` from `articles`',
    ],
    [
      'in *',
      compile.selectFrom('articles').selectAll().where('embedding', 'is not', null).orderBy('id'),
      'select `id`, `title`, to_base64(`embedding`) as `embedding`, to_base64(`exact`) as `exact`, `code` ' +
        'from `articles` where `embedding` is not null order by `id`',
    ],
    [
      'in * of one table of a join',
      compile
        .selectFrom('articles as a')
        .innerJoin('notes as n', 'n.id', 'a.id')
        .selectAll('a')
        .select('n.embedding as note'),
      'select `a`.`id`, `a`.`title`, to_base64(`a`.`embedding`) as `embedding`, to_base64(`a`.`exact`) as `exact`, ' +
        '`a`.`code`, to_base64(`n`.`embedding`) as `note` from `articles` as `a` inner join `notes` as `n` on `n`.`id` = `a`.`id`',
    ],
    [
      'from a derived table',
      compile
        .selectFrom(compile.selectFrom('articles').select(['id', 'embedding as e']).as('x'))
        .select(['x.e', 'x.id']),
      'select to_base64(`x`.`e`) as `e`, `x`.`id` from (select `id`, `embedding` as `e` from `articles`) as `x`',
    ],
    [
      'from a common table expression',
      compile
        .with('x', (one) => one.selectFrom('articles').selectAll())
        .selectFrom('x')
        .select('x.embedding'),
      'with `x` as (select * from `articles`) select to_base64(`x`.`embedding`) as `embedding` from `x`',
    ],
    [
      'in RETURNING',
      compile.updateTable('articles').set({ title: 'a' }).returningAll(),
      'update `articles` set `title` = ? returning `id`, `title`, to_base64(`embedding`) as `embedding`, ' +
        'to_base64(`exact`) as `exact`, `code`',
    ],
    [
      'for update',
      compile.selectFrom('articles').select('embedding').forUpdate(),
      'select to_base64(`embedding`) as `embedding` from `articles` for update',
    ],
  ])('is sent as base64 %s', (_where, query, text) => {
    expect(textOf(query)).toBe(text)
  })

  it.each([
    ['that sorts', compile.selectFrom('articles').select('embedding').orderBy('embedding', 'desc')],
    ['under a sorted alias', compile.selectFrom('articles').select('embedding as e').orderBy('E')],
    [
      'beside a sort by raw SQL',
      compile
        .selectFrom('articles')
        .select('embedding')
        .orderBy(sql`1`),
    ],
    [
      'beside a direction of raw SQL',
      compile
        .selectFrom('articles')
        .select('embedding')
        .orderBy('id', sql`desc, embedding`),
    ],
    ['of DISTINCT', compile.selectFrom('articles').select('embedding').distinct()],
    ['that is grouped', compile.selectFrom('articles').select('embedding').groupBy('embedding')],
    [
      'of a union',
      compile
        .selectFrom('articles')
        .select('embedding')
        .unionAll(compile.selectFrom('notes').select('embedding')),
    ],
    [
      'from a union',
      compile
        .selectFrom(
          compile
            .selectFrom('articles')
            .select('embedding')
            .unionAll(compile.selectFrom('notes').select('embedding'))
            .as('x'),
        )
        .select('x.embedding'),
    ],
    [
      'beside a distance',
      compile
        .selectFrom('articles')
        .select(['embedding', sql`l2_distance(embedding, '[1,2,3]')`.as('distance')])
        .orderBy('distance')
        .limit(3),
    ],
    [
      'in an expression',
      compile.selectFrom('articles').select((eb) => eb.fn.max('embedding').as('m')),
    ],
    [
      'under raw SQL at the end',
      compile
        .selectFrom('articles')
        .select('embedding')
        .modifyEnd(sql`limit 1`),
    ],
    ['in * without a column list', compile.selectFrom('notes').selectAll()],
    [
      'beside a * without a column list',
      compile
        .selectFrom('articles as a')
        .innerJoin('notes as n', 'n.id', 'a.id')
        .select('a.embedding')
        .selectAll('n'),
    ],
    [
      'whose name stands twice',
      compile
        .selectFrom('articles as a')
        .innerJoin('notes as n', 'n.id', 'a.id')
        .select(['a.embedding', 'n.embedding']),
    ],
    ['of a narrow type', compile.selectFrom('articles').select('code')],
    [
      'of INSERT … SELECT',
      compile
        .insertInto('notes')
        .columns(['id', 'embedding'])
        .expression((eb) => eb.selectFrom('articles').select(['id', 'embedding'])),
    ],
  ])('stays text %s', (_where, query) => {
    expect(textOf(query)).not.toContain('to_base64')
  })

  it('stays text with the option vectors: "text"', async () => {
    const plain = unconnected({ schema, vectors: 'text' })
    expect(textOf(plain.selectFrom('articles').selectAll())).toBe('select * from `articles`')
    const query = plain.insertInto('articles').values({ id: 1, embedding: [1, 2, 3] })
    expect(query.compile().parameters).toEqual([1, [1, 2, 3]])
  })

  it('is read under every choice of types.vector as its text is, null too', async () => {
    await raw.query(
      "insert into articles (id, embedding, exact) values (1, '[0.1,-0,3.4e38]', '[0.1,5e-324]'), (2, null, null)",
    )
    const choices = ['number[]', 'Float32Array', 'Float64Array'] as const
    for (const vector of choices) {
      const read = async (vectors: 'base64' | 'text'): Promise<unknown> =>
        withClient<unknown, AnyTables>(
          database,
          { schema: { ...schema, types: { vector } }, vectors },
          (one) =>
            one.selectFrom('articles').select(['id', 'embedding', 'exact']).orderBy('id').execute(),
        )
      const rows = await read('base64')
      expect(rows).toEqual(await read('text'))
      expect(rows).toMatchObject([{ id: 1 }, { id: 2, embedding: null, exact: null }])
    }
  })

  it('is read in a stream, in a join and through RETURNING', async () => {
    await db
      .insertInto('articles')
      .values([
        { id: 1, embedding: [1, 2, 3] },
        { id: 2, embedding: null },
      ])
      .execute()
    const streamed: unknown[] = []
    const query = db.selectFrom('articles').select(['id', 'embedding'])
    for await (const row of query.orderBy('id').stream(1)) streamed.push(row)
    expect(streamed).toEqual([
      { id: 1, embedding: [1, 2, 3] },
      { id: 2, embedding: null },
    ])
    expect(
      await db
        .selectFrom('articles as a')
        .leftJoin('articles as b', 'b.id', 'a.id')
        .select(['b.embedding', 'a.embedding as own'])
        .where('a.id', '=', 1)
        .execute(),
    ).toEqual([{ embedding: [1, 2, 3], own: [1, 2, 3] }])
    if (!server.can.returning) return
    expect(
      await db
        .updateTable('articles')
        .set({ embedding: [3, 2, 1] })
        .where('id', '=', 1)
        .returning(['embedding'])
        .execute(),
    ).toEqual([{ embedding: [3, 2, 1] }])
    expect(await db.deleteFrom('articles').where('id', '=', 2).returningAll().execute()).toEqual([
      { id: 2, title: null, embedding: null, exact: null, code: null },
    ])
  })

  it('stays text in a file that the server writes', async () => {
    const sent: string[] = []
    const interceptors: readonly Interceptor[] = [
      {
        execute: async ({ query }) => {
          sent.push(query.sql)
          return { rows: [], numAffectedRows: 1n }
        },
      },
    ]
    await withClient<void, AnyTables>(database, { schema, interceptors }, async (one) => {
      const query = one.selectFrom('articles').selectAll().where('id', '>', 1)
      await one.export.csv(query, { serverFile: '/nowhere/articles.csv' })
    })
    expect(sent.slice(1)).toMatchObject([
      expect.stringMatching(/^select \* from `articles` where `id` > \? into outfile/),
    ])
  })

  it('is read in a table with capitals, and under a window function and a condition on the vector', async () => {
    const capitals = {
      tables: {
        Drafts: {
          columns: ['id', 'Embedding'],
          vectors: { Embedding: { element: 'f32', dimension: 1 } },
        },
      },
    } as const satisfies SchemaValue
    await raw.query('create table `Drafts` (id int primary key, `Embedding` vecf32(1))')
    // Before 4.1 a vector cannot hold NaN.
    const third = server.can.nanVectorAccepted ? NaN : 3
    await raw.query(`insert into \`Drafts\` values (1, '[2]'), (2, '[-2]'), (3, '[${third}]')`)
    await withClient<void, AnyTables>(database, { schema: capitals }, async (one) => {
      const drafts = one.selectFrom('Drafts')
      expect(await drafts.selectAll().orderBy('id').execute()).toEqual([
        { id: 1, Embedding: [2] },
        { id: 2, Embedding: [-2] },
        { id: 3, Embedding: [third] },
      ])
      const place = sql<number>`row_number() over (order by ${sql.ref('Embedding')})`.as('place')
      expect(
        await drafts
          .select(['Embedding', place])
          .where('Embedding', '>', '[-3]')
          .where('id', '<', 3)
          .orderBy('place')
          .execute(),
      ).toEqual([
        { Embedding: [-2], place: 1 },
        { Embedding: [2], place: 2 },
      ])
    })
  })

  it('is read through withSchema, CamelCasePlugin and relations, and of the past as text', async () => {
    await raw.query("insert into articles (id, embedding) values (1, '[1,2,3]')")
    const read = (one: MatrixOne<AnyTables>): Promise<unknown> =>
      one.selectFrom('articles').select('embedding').execute()
    expect(await read(db.withSchema('kmo_base64_vectors') as MatrixOne<AnyTables>)).toEqual([
      { embedding: [1, 2, 3] },
    ])
    const camel = db.withPlugin(new CamelCasePlugin()) as MatrixOne<AnyTables>
    expect(await camel.selectFrom('articles').select('embedding as theVector').execute()).toEqual([
      { theVector: [1, 2, 3] },
    ])
    expect(textOf(compile.at({ snapshot: 'friday' }).selectFrom('articles').selectAll())).toBe(
      "select * from `articles` {snapshot = 'friday'}",
    )
    if (!server.can.jsonAgg) return
    expect(
      await db
        .selectFrom('articles')
        .select((eb) => [
          'embedding',
          jsonArrayFrom(
            eb
              .selectFrom('articles as b')
              .select(['b.id', 'b.embedding'])
              .whereRef('b.id', '=', 'articles.id'),
          ).as('same'),
        ])
        .execute(),
    ).toEqual([{ embedding: [1, 2, 3], same: [{ id: 1, embedding: [1, 2, 3] }] }])
  })

  it('is refused when the column is another than the schema value says', async () => {
    await raw.query("insert into articles (id, embedding, exact) values (1, '[1,2,3]', '[1,2]')")
    const wrong = {
      tables: { articles: { vectors: { exact: { element: 'f64', dimension: 3 } } } },
    } as const
    await withClient<void, AnyTables>(database, { schema: wrong }, async (one) => {
      await expect(one.selectFrom('articles').select('exact').execute()).rejects.toThrow(
        'Column "exact" holds a vector of another type or length than vecf64(3), which the schema value says.',
      )
    })
  })
})

describe('a vector that is written', () => {
  it('is the same bit for bit by base64 and by text, and read back so', async () => {
    const float = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: -3e38, max: 3e38, noNaN: true }),
      fc.constantFrom(1 + 2 ** -24, 2 ** -150, 2 ** -149, -0, 0.1, 3.4028234663852886e38),
    )
    const vectors = fc.sample(fc.array(float, { minLength: 3, maxLength: 3 }), {
      numRuns: 200,
      seed: 16,
    })
    const rows = vectors.map((embedding, at) => ({
      id: at + 1,
      embedding: at % 3 === 0 ? Float32Array.from(embedding) : embedding,
      exact: embedding.slice(1),
    }))
    await db.insertInto('articles').values(rows).execute()
    const asText = rows.map((row) => ({ ...row, id: row.id + 1_000 }))
    await withClient<void, AnyTables>(database, { schema, vectors: 'text' }, async (one) => {
      await one.insertInto('articles').values(asText).execute()
      const [differing] = (await raw.query(
        'select count(*) as n from articles a join articles b on b.id = a.id + 1000 ' +
          'where to_base64(a.embedding) <> to_base64(b.embedding) or to_base64(a.exact) <> to_base64(b.exact)',
      )) as unknown as [{ readonly n: number }[]]
      expect(differing).toMatchObject([{ n: 0 }])
      const read = (handle: MatrixOne<AnyTables>): Promise<unknown> =>
        handle.selectFrom('articles').select(['id', 'embedding', 'exact']).orderBy('id').execute()
      expect(await read(db)).toEqual(await read(one))
    })
  })

  it('is written by INSERT, REPLACE, ON DUPLICATE KEY UPDATE and UPDATE, and narrow ones as text', async () => {
    await db
      .insertInto('articles')
      .values({ id: 1, embedding: [1, 2, 3], code: [1, 2] })
      .execute()
    await db
      .replaceInto('articles')
      .values({ id: 2, embedding: [2, 2, 2], exact: [1, 0.1] })
      .execute()
    await db
      .insertInto('articles')
      .values({ id: 1, embedding: [9, 9, 9] })
      .onDuplicateKeyUpdate({ embedding: new Float32Array([4, 5, 6]) })
      .execute()
    await db
      .updateTable('articles')
      .set({ exact: [7, 8] })
      .where('id', '=', 1)
      .execute()
    expect(
      await db
        .selectFrom('articles')
        .select(['id', 'embedding', 'exact', 'code'])
        .orderBy('id')
        .execute(),
    ).toEqual([
      { id: 1, embedding: [4, 5, 6], exact: [7, 8], code: [1, 2] },
      { id: 2, embedding: [2, 2, 2], exact: [1, 0.1], code: null },
    ])
  })

  it('stays a vector among the parameters of the compiled query', () => {
    const { sql: text, parameters } = compile
      .insertInto('articles')
      .values({ id: 1, embedding: Float32Array.of(1, 2, 3) })
      .compile()
    expect(text).toBe('insert into `articles` (`id`, `embedding`) values (?, ?)')
    expect(JSON.stringify(parameters)).toBe('[1,[1,2,3]]')
  })

  it('is refused with NaN and when it was changed after it was compiled', async () => {
    expect(() =>
      compile
        .insertInto('articles')
        .values({ embedding: [1, NaN, 2] })
        .compile(),
    ).toThrow('Element 1 of the vector for articles.embedding is NaN.')
    const embedding = Float32Array.of(1, 2, 3)
    const query = db.insertInto('articles').values({ id: 1, embedding }).compile()
    embedding[2] = Infinity
    await expect(db.executeQuery(query)).rejects.toThrow('a vector with Infinity at position 2')
  })
})

import fc from 'fast-check'
import { type ExpressionBuilder, sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { MatrixOneError, UnsupportedError, ValueError } from 'kysely-matrixone'
import { jsonArrayFrom, jsonBuildObject, jsonObjectFrom } from 'kysely-matrixone/helpers'
import * as mysqlHelpers from 'kysely/helpers/mysql'
import { openDatabase, type TestDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { type Library, librarySchema, makeLibrary } from './library.js'
import { inOrder, joinOf, levelOf, queryOf, type Rows } from './random-shape.js'

const server = useServer(import.meta.url)

let own: TestDatabase<Library>

beforeAll(async () => {
  own = await openDatabase<Library>(server, 'json_relations_test', {
    schema: librarySchema,
    connection: { connectionLimit: 1 },
  })
  await makeLibrary(own.db)
})

type Outer = ExpressionBuilder<Library, 'authors'>

const booksOf = (eb: Outer) =>
  eb
    .selectFrom('books')
    .select(['books.id', 'books.title'])
    .whereRef('books.author', '=', 'authors.id')

describe('the relations of kysely', () => {
  it('fail on MatrixOne (the trap)', async () => {
    const arrays = own.db
      .selectFrom('authors')
      .select((eb) => mysqlHelpers.jsonArrayFrom(booksOf(eb)).as('books'))
    await expect(arrays.execute()).rejects.toThrow(MatrixOneError)
    const objects = own.db
      .selectFrom('authors')
      .select((eb) => mysqlHelpers.jsonObjectFrom(booksOf(eb)).as('book'))
    await expect(objects.execute()).rejects.toThrow(MatrixOneError)
  })

  it('would be answered wrongly with a limit, or with a tie that is not an equation (the trap)', async () => {
    if (!server.can.jsonAgg) return
    const limited =
      'select a.id, (select json_object("id", b.id) from books b where b.author = a.id order by b.id desc limit 1) book from authors a where a.id = 1'
    const [one] = await own.raw.query(`use json_relations_test`).then(() => own.raw.query(limited))
    expect(one).toEqual([{ id: 1, book: null }])
    const tied =
      'select a.id, (select json_arrayagg(json_object("id", b.id)) from books b where b.author = a.id or b.author = 2) books from authors a'
    const [rows] = await own.raw.query(tied)
    expect((rows as object[]).length).toBeGreaterThan(5)
  })
})

describe('jsonArrayFrom and jsonObjectFrom', () => {
  beforeEach(({ skip }) => skip(!server.can.jsonAgg, 'this server has no json_arrayagg'))

  it('nest rows with the types of their columns', async () => {
    const rows = await own.db
      .selectFrom('authors')
      .select((eb) => [
        'authors.id',
        jsonArrayFrom(
          eb
            .selectFrom('books')
            .select([
              'id',
              'price',
              'sold',
              'published',
              'embedding',
              'tags',
              'doc',
              'cover',
              'ratio',
            ])
            .select(['in_print', 'flags', 'printed', 'guid', 'at_time'])
            .whereRef('books.author', '=', 'authors.id')
            .orderBy('id'),
        ).as('books'),
      ])
      .where('authors.id', 'in', [1, 5])
      .orderBy('authors.id')
      .execute()
    expectTypeOf(rows[0]?.books[0]?.published).toEqualTypeOf<Date | null | undefined>()
    expectTypeOf(rows[0]?.books[0]?.embedding).toEqualTypeOf<number[] | null | undefined>()
    const plain = await own.db
      .selectFrom('books')
      .select(['id', 'price', 'sold', 'published', 'embedding', 'tags', 'doc', 'cover', 'ratio'])
      .select(['in_print', 'flags', 'printed', 'guid', 'at_time'])
      .where('author', '=', 1)
      .orderBy('id')
      .execute()
    expect(rows[0]?.books).toEqual(plain)
    expect(rows[0]?.books[0]).toMatchObject({
      price: '12345678901234.567890',
      sold: 18446744073709551615n,
      published: new Date('2024-05-06T07:08:09.123Z'),
      cover: Buffer.from('00ff41', 'hex'),
      flags: 257,
    })
    expect(rows[1]?.books).toEqual([])
  })

  it('order, limit and skip for each row, and give null for none', async () => {
    const rows = await own.db
      .selectFrom('authors')
      .select((eb) => [
        'authors.id',
        jsonArrayFrom(booksOf(eb).orderBy('books.id', 'desc').limit(1).offset(1)).as('second'),
        jsonObjectFrom(booksOf(eb).orderBy('books.id', 'desc')).as('last'),
      ])
      .where('authors.id', '<=', 3)
      .orderBy('authors.id')
      .execute()
    expectTypeOf(rows[0]?.last).toEqualTypeOf<
      { id: number; title: string | null } | null | undefined
    >()
    expect(rows).toEqual([
      { id: 1, second: [{ id: 2, title: 'Two "quoted" \\ back' }], last: { id: 3, title: null } },
      { id: 2, second: [{ id: 4, title: 'A😀B' }], last: { id: 5, title: 'one' } },
      { id: 3, second: [], last: null },
    ])
  })

  it('keep columns of every name, the one that they are sorted by too', async () => {
    const rows = await own.db
      .selectFrom('authors')
      .select((eb) =>
        jsonArrayFrom(
          eb
            .selectFrom('books')
            .select(['books.id as #', 'books.id as ##', 'books.id as n', 'books.id as __proto__'])
            .whereRef('books.author', '=', 'authors.id')
            .orderBy('books.id', 'desc'),
        ).as("it's"),
      )
      .where('authors.id', '=', 2)
      .execute()
    const book = (id: number): object =>
      JSON.parse(`{"#":${id},"##":${id},"n":${id},"__proto__":${id}}`)
    expect(rows).toEqual([{ "it's": [book(5), book(4)] }])
  })

  it('order by an alias, join inside, and are read in a stream, in a transaction and with a schema', async () => {
    const nested = own.db
      .withSchema('json_relations_test')
      .selectFrom('authors')
      .select((eb) => [
        'authors.id',
        jsonArrayFrom(
          eb
            .selectFrom('books')
            .innerJoin('reviews', 'reviews.book', 'books.id')
            .select(['reviews.id', sql<number>`reviews.stars * 2`.as('doubled')])
            .whereRef('books.author', '=', 'authors.id')
            .where('reviews.stars', 'is not', null)
            .orderBy('doubled', 'desc')
            .orderBy('reviews.id'),
        ).as('reviews'),
      ])
      .where('authors.id', '=', 1)
    const expected = {
      id: 1,
      reviews: [
        { id: 1, doubled: 10 },
        { id: 2, doubled: 10 },
        { id: 9, doubled: 8 },
        { id: 3, doubled: 2 },
      ],
    }
    expect((await nested.execute()).map(numbers)).toEqual([expected])
    for await (const row of nested.stream()) expect(numbers(row)).toEqual(expected)
    const within = own.db.transaction().execute((trx) => trx.executeQuery(nested))
    expect((await within).rows.map(numbers)).toEqual([expected])
  })

  it('are members of an object that is built', async () => {
    const rows = await own.db
      .selectFrom('authors')
      .select((eb) =>
        jsonBuildObject({
          born: eb.ref('born'),
          books: jsonArrayFrom(booksOf(eb).orderBy('books.id')),
        }).as('author'),
      )
      .where('authors.id', '=', 4)
      .execute()
    expectTypeOf(rows[0]?.author.born).toEqualTypeOf<string | null | undefined>()
    expect(rows).toEqual([{ author: { born: '2024-02-29', books: [{ id: 7, title: 'One' }] } }])
  })

  it(
    'equal a join in memory, whatever their nesting, order, limit and nulls',
    { timeout: 600_000 },
    async () => {
      const [authors, books, reviews] = await Promise.all([
        own.db.selectFrom('authors').selectAll().execute(),
        own.db.selectFrom('books').selectAll().execute(),
        own.db.selectFrom('reviews').selectAll().execute(),
      ])
      const rows: Rows = { authors, books, reviews }
      // `RELATIONS=500` with `MO_URL` for the long run; the recording has a few of fixed seed.
      const numRuns = Number(process.env['RELATIONS'] ?? 30)
      await fc.assert(
        fc.asyncProperty(levelOf(0), async (level) => {
          const found = await queryOf(own.db, level).execute()
          expect(inOrder(found, level)).toEqual(inOrder(joinOf(rows, level), level))
        }),
        { numRuns, seed: 12, endOnFailure: true },
      )
    },
  )
})

describe('a relation that MatrixOne cannot have', () => {
  const compile = (nest: (eb: Outer) => ReturnType<typeof jsonArrayFrom>) => (): unknown =>
    own.db
      .selectFrom('authors')
      .select((eb) => nest(eb).as('books'))
      .compile()

  it.each<[string, (eb: Outer) => ReturnType<typeof jsonArrayFrom>, string]>([
    [
      'every column',
      (eb) => jsonArrayFrom(eb.selectFrom('books').selectAll()),
      'selectAll() has none',
    ],
    [
      'a tie that is not an equation',
      (eb) =>
        jsonArrayFrom(
          eb.selectFrom('books').select('books.id').whereRef('books.author', '>', 'authors.id'),
        ),
      'another condition than',
    ],
    [
      'a tie in an or',
      (eb) =>
        jsonArrayFrom(
          eb
            .selectFrom('books')
            .select('books.id')
            .where((b) =>
              b.or([b('books.id', '=', 1), b('books.author', '=', b.ref('authors.id' as never))]),
            ),
        ),
      'another condition than',
    ],
    [
      'a column of the query around it',
      (eb) => jsonArrayFrom(booksOf(eb).select('authors.name')),
      'selects name with authors.name',
    ],
    ['a group', (eb) => jsonArrayFrom(booksOf(eb).groupBy('books.id')), 'cannot have GROUP BY'],
    [
      'an aggregate',
      (eb) => jsonArrayFrom(booksOf(eb).select((b) => b.fn.countAll().as('n'))),
      'cannot aggregate or have a window on MatrixOne, as n does',
    ],
    [
      'an aggregate in an expression',
      (eb) => jsonArrayFrom(booksOf(eb).select((b) => b(b.fn.max('books.id'), '+', 1).as('m'))),
      'as m does',
    ],
    [
      'a window, which would number the rows of all parents',
      (eb) =>
        jsonArrayFrom(
          booksOf(eb).select((b) =>
            b.fn
              .agg<number>('row_number')
              .over((o) => o.orderBy('books.id'))
              .as('place'),
          ),
        ),
      'as place does',
    ],
    ['distinct rows', (eb) => jsonArrayFrom(booksOf(eb).distinct()), 'cannot have DISTINCT'],
    ['a union', (eb) => jsonArrayFrom(booksOf(eb).union(booksOf(eb))), 'cannot have a union'],
  ])('is refused before it is sent: %s', (_, nest, reason) => {
    expect(compile(nest)).toThrow(UnsupportedError)
    expect(compile(nest)).toThrow(reason)
  })

  it('is refused inside of a derived table, where its values could not be read back', () => {
    const derived = own.db
      .selectFrom((eb) =>
        eb
          .selectFrom('authors')
          .select((inner) => jsonArrayFrom(booksOf(inner)).as('books'))
          .as('t'),
      )
      .selectAll()
    expect(() => derived.compile()).toThrow('selected by the outermost query')
  })

  it('is refused by a server without json_arrayagg, and an object of columns is not', async () => {
    const [row] = await own.db
      .selectFrom('books')
      .select((eb) =>
        jsonBuildObject({ flags: eb.ref('flags'), price: eb.ref('price') }).as('book'),
      )
      .where('id', '=', 1)
      .execute()
    expect(row?.book).toEqual({ flags: 257, price: '12345678901234.567890' })
    const nested = own.db
      .selectFrom('authors')
      .select((eb) => jsonBuildObject({ books: jsonArrayFrom(booksOf(eb)) }).as('author'))
    if (server.can.jsonAgg) await nested.execute()
    else await expect(nested.execute()).rejects.toThrow(/need MatrixOne 4\.1.*v3\.0\.14/)
  })

  it('is refused when a geometry would empty it', async ({ skip }) => {
    skip(!server.can.jsonAgg, 'this server has no json_arrayagg')
    await sql`create table places (id int primary key, author int, spot point)`.execute(own.db)
    const db = own.db.withTables<{ places: { id: number; author: number; spot: string } }>()
    const nested = db
      .selectFrom('authors')
      .select((eb) =>
        jsonArrayFrom(
          eb.selectFrom('places').select('spot').whereRef('places.author', '=', 'authors.id'),
        ).as('places'),
      )
    await expect(nested.execute()).rejects.toThrow(ValueError)
    await expect(nested.execute()).rejects.toThrow('Select st_astext')
  })
})

/** An expression of integers is a bigint. */
function numbers(row: {
  readonly id: number
  readonly reviews: readonly { id: number; doubled: unknown }[]
}): object {
  return {
    id: row.id,
    reviews: row.reviews.map(({ id, doubled }) => ({ id, doubled: Number(doubled) })),
  }
}

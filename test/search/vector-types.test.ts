import { describe, expectTypeOf, it } from 'vitest'
import { rowOf } from 'kysely-matrixone'
import { unconnected } from '../support/unconnected.js'
import { type DB, schema } from './tables.js'

const db = unconnected<DB>({ schema })
const q = new Float32Array(8)
const list: number[] = [0, 0, 0, 0, 0, 0, 0, 0]

/** Only the types matter; nothing here is run. */
function expects(use: () => unknown): void {
  expectTypeOf(use).toBeFunction()
}

describe('the types of vectorSearch', () => {
  it('give hits their selections and a distance', () => {
    const near = db.vectorSearch('articles', 'embedding', q).select(['id', 'title', 'lang as l'])
    type Hit = { distance: number; id: number; title: string; l: 'en' | 'de' }
    expectTypeOf<Awaited<ReturnType<typeof near.execute>>>().toEqualTypeOf<Hit[]>()
    const more = near
      .select((eb) => [eb.fn<string>('upper', ['title']).as('big')])
      .select('author_id')
    expectTypeOf<Awaited<ReturnType<typeof more.executeTakeFirst>>>().toEqualTypeOf<
      | {
          distance: number
          id: number
          title: string
          l: 'en' | 'de'
          big: string
          author_id: number
        }
      | undefined
    >()
  })

  it('give a composed query the columns of the hits and their rank', () => {
    const near = db.vectorSearch('articles', 'embedding', list).select(['title', 'author_id'])
    const query = db
      .selectFrom(near.as('hit'))
      .innerJoin('authors', 'authors.id', 'hit.author_id')
      .select(['hit.title', 'hit.distance', 'hit.rank', 'authors.name'])
      .where('hit.distance', '<', 0.5)
    expectTypeOf<Awaited<ReturnType<typeof query.execute>>>().toEqualTypeOf<
      { title: string; distance: number; rank: number; name: string }[]
    >()
    // @ts-expect-error body was not selected
    expects(() => db.selectFrom(near.as('hit')).select('hit.body'))
  })

  it('keep the row of a hit in groups, by columns of the table', () => {
    const near = db.vectorSearch('articles', 'embedding', q).groups({ by: 'author_id', each: 2 })
    const hits = near.select('id')
    type Hit = { distance: number; id: number }
    expectTypeOf<Awaited<ReturnType<typeof hits.execute>>>().toEqualTypeOf<Hit[]>()
    // @ts-expect-error there is no such column
    expects(() => near.groups({ by: 'author', each: 2 }))
    // @ts-expect-error groups have a size
    expects(() => near.groups({ by: 'author_id' }))
    // @ts-expect-error a text search looks at all rows that match
    expects(() => db.textSearch('articles', ['body'], 'a').groups({ by: 'id', each: 1, window: 9 }))
  })

  it('take vectors of the right length, options of the column, and rows', () => {
    expects(() => [
      db.vectorSearch('articles', 'embedding', [1, 2, 3, 4, 5, 6, 7, 8]),
      db.vectorSearch('articles', 'embedding', q, { metric: 'l2', rowBudget: 1_000 }),
      db.vectorSearch('articles', 'both', [1, 2, 3], { metric: 'cosine' }),
      db.vectorSearch('articles', 'image', [1, 2, 3, 4], { exact: true, metric: 'cosine' }),
      db.vectorSearch('articles', 'embedding', q, { exact: true, metric: 'cosine' }),
      db.vectorSearch('articles', 'embedding', rowOf('articles', 77)),
      db.vectorSearch('articles', 'embedding', rowOf('authors', { id: 7 })),
      db.withSchema('other').vectorSearch('articles', 'embedding', q),
      db.$pickTables<'articles'>().vectorSearch('articles', 'embedding', q),
      db.withTables<{ more: { id: number } }>().vectorSearch('articles', 'embedding', q),
      db.at({ snapshot: 's' }).vectorSearch('articles', 'embedding', q),
      db.transaction().execute((trx) => trx.vectorSearch('articles', 'embedding', q).execute()),
      db.pinned((one) => one.vectorSearch('articles', 'embedding', q).execute()),
      db
        .startTransaction()
        .execute()
        .then((trx) => trx.vectorSearch('articles', 'embedding', q)),
    ])
  })

  it('refuse a table or column that cannot be searched', () => {
    // @ts-expect-error no such table
    expects(() => db.vectorSearch('nope', 'embedding', q))
    // @ts-expect-error no such column
    expects(() => db.vectorSearch('articles', 'nope', q))
    // @ts-expect-error not a vector
    expects(() => db.vectorSearch('articles', 'title', q))
    // @ts-expect-error not a vector, exact neither
    expects(() => db.vectorSearch('articles', 'title', q, { exact: true, metric: 'l2' }))
    // @ts-expect-error no vector column in the table
    expects(() => db.vectorSearch('notes', 'text', q))
    // @ts-expect-error no index on the column
    expects(() => db.vectorSearch('articles', 'image', new Float32Array(4)))
    // @ts-expect-error no index in the table
    expects(() => db.vectorSearch('authors', 'embedding', q))
    // @ts-expect-error the table was not picked
    expects(() => db.$pickTables<'authors'>().vectorSearch('articles', 'embedding', q))
  })

  it('refuse a metric that no index serves, or one that is not said', () => {
    // @ts-expect-error the index serves l2
    expects(() => db.vectorSearch('articles', 'embedding', q, { metric: 'cosine' }))
    // @ts-expect-error two indexes, so which metric?
    expects(() => db.vectorSearch('articles', 'both', [1, 2, 3]))
    // @ts-expect-error both, but not ip
    expects(() => db.vectorSearch('articles', 'both', [1, 2, 3], { metric: 'ip' }))
    // @ts-expect-error without an index the metric has to be said
    expects(() => db.vectorSearch('articles', 'image', [1, 2, 3, 4], { exact: true }))
    // @ts-expect-error no such metric
    expects(() => db.vectorSearch('articles', 'image', [1, 2, 3, 4], { exact: true, metric: 'l1' }))
    // @ts-expect-error no such option
    expects(() => db.vectorSearch('articles', 'embedding', q, { metrc: 'l2' }))
  })

  it('refuse a vector of another length', () => {
    // @ts-expect-error three numbers for eight
    expects(() => db.vectorSearch('articles', 'embedding', [1, 2, 3]))
    // @ts-expect-error exact: three for four
    expects(() => db.vectorSearch('articles', 'image', [1, 2, 3], { exact: true, metric: 'l2' }))
    // @ts-expect-error text is not a vector
    expects(() => db.vectorSearch('articles', 'embedding', '[1,2,3,4,5,6,7,8]'))
    // @ts-expect-error the row's table has no such column
    expects(() => db.vectorSearch('articles', 'both', rowOf('authors', 7), { metric: 'l2' }))
    // @ts-expect-error the row's column is not a vector
    expects(() => db.vectorSearch('articles', 'embedding', rowOf('notes', 7)))
    // @ts-expect-error no such table to take the row from
    expects(() => db.vectorSearch('articles', 'embedding', rowOf('nope', 7)))
  })

  it('refuse in the chain what a query builder would refuse, and what would lose the index', () => {
    const near = db.vectorSearch('articles', 'embedding', q)
    // @ts-expect-error no such column
    expects(() => near.where('nope', '=', 1))
    // @ts-expect-error not a language
    expects(() => near.where('lang', '=', 'fr'))
    // @ts-expect-error no such column
    expects(() => near.select(['nope']))
    // @ts-expect-error a join belongs around the search
    expects(() => near.innerJoin('authors', 'authors.id', 'articles.author_id'))
    // @ts-expect-error the order is the distance's
    expects(() => near.orderBy('title'))
    // @ts-expect-error DISTINCT belongs around the search
    expects(() => near.distinct())
    // @ts-expect-error no such path
    expects(() => near.using('pre'))
    // @ts-expect-error a distance is a number
    expects(() => near.within('1'))
  })
})

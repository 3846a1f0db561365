import { describe, expect, expectTypeOf, it } from 'vitest'
import { rowOf, rrf, ValueError, weighted } from 'kysely-matrixone'
import { unconnected } from '../../support/unconnected.js'
import { type DB, schema } from '../tables.js'

const db = unconnected<DB>({ schema })
const q = new Float32Array(8)

/** Only the types matter; nothing here is run. */
function expects(use: () => unknown): void {
  expectTypeOf(use).toBeFunction()
}

const search = () =>
  db
    .hybridSearch('articles', (leg) => ({
      meaning: leg.vector('embedding', q),
      words: leg.text(['title', 'body'], 'cheap flights', 2),
    }))
    .select(['id', 'title as t'])

interface Hit {
  score: number
  meaningRank: number | null
  meaningDistance: number | null
  wordsRank: number | null
  wordsScore: number | null
  id: number
  t: string
}

describe('the types of hybridSearch', () => {
  it('name the columns of the hits after the legs', () => {
    expectTypeOf<Awaited<ReturnType<ReturnType<typeof search>['execute']>>>().toEqualTypeOf<Hit[]>()
  })

  it('give them to a query around the search, with a rank', () => {
    const joined = db
      .selectFrom(search().as('hit'))
      .innerJoin('authors', 'authors.id', 'hit.id')
      .select(['authors.name', 'hit.rank', 'hit.wordsScore', 'hit.t'])
    expectTypeOf<Awaited<ReturnType<typeof joined.execute>>>().toEqualTypeOf<
      { name: string; rank: number; wordsScore: number | null; t: string }[]
    >()
    // @ts-expect-error there is no such leg
    expects(() => db.selectFrom(search().as('hit')).select('hit.otherRank'))
    // @ts-expect-error body was not selected
    expects(() => db.selectFrom(search().as('hit')).select('hit.body'))
  })

  it('take weights, metrics and vectors that may be null', () => {
    expects(() =>
      db.hybridSearch(
        'articles',
        (leg) => ({
          a: leg.vector('embedding', Math.random() < 1 ? q : null, 0.5),
          b: leg.vector('both', [1, 2, 3], { metric: 'cosine', weight: 2 }),
          e: leg.vector('embedding', rowOf('articles', 77), 2),
          c: leg.vector('image', [1, 2, 3, 4], { exact: true, metric: 'ip' }),
          d: leg.text(['body'], 'a'),
        }),
        weighted({ normalize: 'minmax', window: 50 }),
      ),
    )
  })

  it('refuse a leg that its column cannot serve', () => {
    // @ts-expect-error no index on the column
    expects(() => db.hybridSearch('articles', (leg) => ({ a: leg.vector('image', null) })))
    expects(() =>
      // @ts-expect-error no vector of that name in the other table
      db.hybridSearch('articles', (leg) => ({ a: leg.vector('embedding', rowOf('notes', 7)) })),
    )
    // @ts-expect-error not a vector
    expects(() => db.hybridSearch('articles', (leg) => ({ a: leg.vector('title', q) })))
    // @ts-expect-error three numbers for eight
    expects(() => db.hybridSearch('articles', (leg) => ({ a: leg.vector('embedding', [1, 2, 3]) })))
    // @ts-expect-error no index covers exactly title
    expects(() => db.hybridSearch('articles', (leg) => ({ a: leg.text(['title'], 'a') })))
    // @ts-expect-error no such column
    expects(() => db.hybridSearch('articles', (leg) => ({ a: leg.text(['nope'], 'a') })))
    // @ts-expect-error no full-text index in the table
    expects(() => db.hybridSearch('authors', (leg) => ({ a: leg.text(['name'], 'a') })))
    // @ts-expect-error no such table
    expects(() => db.hybridSearch('nope', (leg) => ({ a: leg.text(['name'], 'a') })))
    // @ts-expect-error not made by a leg
    expects(() => db.hybridSearch('articles', () => ({ a: 1 })))
    // @ts-expect-error two indexes, so which metric?
    expects(() => db.hybridSearch('articles', (leg) => ({ a: leg.vector('both', [1, 2, 3]) })))
    // @ts-expect-error no such normalisation
    expects(() => weighted({ normalize: 'none' }))
  })
})

describe('a hybrid search is refused before anything is sent', () => {
  const legs = (name: string, weight?: number): (() => unknown) => {
    return () => db.hybridSearch('articles', (leg) => ({ [name]: leg.text(['body'], 'a', weight) }))
  }

  it('for a name that cannot name columns, and for no legs', () => {
    expect(legs('big Leg')).toThrow(ValueError)
    expect(legs('leg2')).toThrow('use letters only, the first one small')
    expect(() => db.hybridSearch('articles', () => ({}))).toThrow('takes from 1 to 26 legs')
  })

  it('for a weight, a window or a limit that cannot be', () => {
    expect(legs('a', 0)).toThrow('The weight of a leg must be a number above 0, got 0.')
    expect(legs('a', Number.NaN)).toThrow(ValueError)
    expect(() => rrf({ window: 0 })).toThrow(/window/)
    expect(() => search().limit(101)).toThrow(
      'hybridSearch().limit(101) is larger than the window of 100 hits that each leg contributes. ' +
        'Make the window larger: rrf({ window: 101 }).',
    )
  })

  it('for a selection that has the name of a column of a leg', () => {
    expect(() => search().select('lang as wordsScore')).toThrow(/a column wordsScore of its own/)
  })

  it('without a primary key', () => {
    const keyless = unconnected({ schema: { tables: { logs: { fulltext: { ft: ['line'] } } } } })
    expect(() => keyless.hybridSearch('logs', (leg) => ({ a: leg.text(['line'], 'a') }))).toThrow(
      'hybridSearch joins its legs by the primary key',
    )
  })
})

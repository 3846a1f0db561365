import { describe, expectTypeOf, it } from 'vitest'
import { allOf, anyOf, boost, phrase, prefix, without } from 'kysely-matrixone'
import { unconnected } from '../support/unconnected.js'
import { type DB, schema } from './tables.js'

const db = unconnected<DB>({ schema })

/** Only the types matter; nothing here is run. */
function expects(use: () => unknown): void {
  expectTypeOf(use).toBeFunction()
}

describe('the types of textSearch and match', () => {
  it('give hits their selections and a score', () => {
    const found = db.textSearch('articles', ['title', 'body'], 'a').select(['id', 'lang as l'])
    type Hit = { score: number; id: number; l: 'en' | 'de' }
    expectTypeOf<Awaited<ReturnType<typeof found.execute>>>().toEqualTypeOf<Hit[]>()
    const query = db
      .selectFrom(found.as('hit'))
      .innerJoin('authors', 'authors.id', 'hit.id')
      .select(['hit.score', 'hit.rank', 'authors.name'])
    expectTypeOf<Awaited<ReturnType<typeof query.execute>>>().toEqualTypeOf<
      { score: number; rank: number; name: string }[]
    >()
    const match = db.match('articles', ['body'], 'a')
    const scored = db
      .selectFrom('articles')
      .where(match)
      .select(['id', match.score.as('s')])
    expectTypeOf<Awaited<ReturnType<typeof scored.execute>>>().toEqualTypeOf<
      { id: number; s: number }[]
    >()
  })

  it('take the columns of an index in any order, and every query', () => {
    expects(() => [
      db.textSearch('articles', ['body', 'title'], without(allOf('a b'), 'c')),
      db.textSearch('articles', ['body'], boost(anyOf('a', { stopWords: ['the'] }), 'b')),
      db.textSearch('articles', ['body'], phrase('a b')),
      db.withSchema('other').textSearch('articles', ['body'], prefix('a b')),
      db.$pickTables<'articles'>().match('articles', ['body'], 'a'),
      db.withTables<{ more: { id: number } }>().textSearch('articles', ['body'], 'a'),
      db.transaction().execute((trx) => trx.textSearch('articles', ['body'], 'a').execute()),
    ])
  })

  it('refuse columns that no index covers exactly', () => {
    // @ts-expect-error no index on title alone
    expects(() => db.textSearch('articles', ['title'], 'a'))
    // @ts-expect-error one column too many
    expects(() => db.textSearch('articles', ['title', 'body', 'lang'], 'a'))
    // @ts-expect-error no columns
    expects(() => db.textSearch('articles', [], 'a'))
    // @ts-expect-error no such column
    expects(() => db.textSearch('articles', ['nope'], 'a'))
    // @ts-expect-error not a list
    expects(() => db.textSearch('articles', 'body', 'a'))
    // @ts-expect-error no full-text index in the table
    expects(() => db.textSearch('authors', ['name'], 'a'))
    // @ts-expect-error no index at all
    expects(() => db.textSearch('notes', ['text'], 'a'))
    // @ts-expect-error no such table
    expects(() => db.textSearch('nope', ['body'], 'a'))
    // @ts-expect-error the table was not picked
    expects(() => db.$pickTables<'authors'>().textSearch('articles', ['body'], 'a'))
    // @ts-expect-error no index on title alone
    expects(() => db.match('articles', ['title'], 'a'))
    // @ts-expect-error no full-text index in the table
    expects(() => db.match('authors', ['name'], 'a'))
  })

  it('refuse a text that is none, and options that are not there', () => {
    // @ts-expect-error a number is not a text
    expects(() => db.textSearch('articles', ['body'], 5))
    // @ts-expect-error null is not a text
    expects(() => db.match('articles', ['body'], null))
    // @ts-expect-error no such option
    expects(() => anyOf('a', { stopwords: [] }))
    // @ts-expect-error not a list of words
    expects(() => allOf('a', { stopWords: 'the' }))
  })

  it('refuse in the chain what belongs around the search', () => {
    const found = db.textSearch('articles', ['body'], 'a')
    // @ts-expect-error no such column
    expects(() => found.where('nope', '=', 1))
    // @ts-expect-error not a language
    expects(() => found.where('lang', '=', 'fr'))
    // @ts-expect-error no such column
    expects(() => found.select(['nope']))
    // @ts-expect-error the order is the score's
    expects(() => found.orderBy('title'))
    // @ts-expect-error a join belongs around the search
    expects(() => found.innerJoin('authors', 'authors.id', 'articles.author_id'))
    // @ts-expect-error a text has no distance
    expects(() => found.within(1))
    // @ts-expect-error a text search has one path
    expects(() => found.using('exact'))
  })
})

import { describe, expectTypeOf, it } from 'vitest'
import { unconnected } from '../../support/unconnected.js'
import { type DB, schema } from '../tables.js'

const db = unconnected<DB>({ schema })
const q = new Float32Array(8)

/** Only the types matter; nothing here is run. */
function expects(use: () => unknown): void {
  expectTypeOf(use).toBeFunction()
}

describe('the types of vectorIndex', () => {
  const index = () =>
    db.vectorIndex('articles', { column: 'embedding', metadata: ['title', 'lang'] })

  it('give matches the metadata that was named', () => {
    type Matches = Awaited<ReturnType<ReturnType<typeof index>['query']>>['matches']
    expectTypeOf<Matches[number]['metadata']>().toEqualTypeOf<{
      title: string
      lang: 'en' | 'de'
    }>()
    type Records = Awaited<ReturnType<ReturnType<typeof index>['fetch']>>['records']
    expectTypeOf<Records[string]['metadata']>().toEqualTypeOf<{
      title: string
      lang: 'en' | 'de'
    }>()
  })

  it('take filters of the columns and their values only', () => {
    expects(() => [
      index().query({ vector: q, filter: { lang: 'en', title: { $gte: 'a', $lt: 'b' } } }),
      index().query({ vector: q, filter: { $or: [{ lang: { $in: ['en'] } }, { author_id: 3 }] } }),
      index().query({ id: 7, topK: 3, includeValues: true }),
      index().delete({ filter: { lang: { $ne: 'en' } } }),
      index().upsert([{ id: 7, values: q, metadata: { title: 'a', published_at: new Date() } }]),
    ])
    // @ts-expect-error there is no such language
    expects(() => index().query({ vector: q, filter: { lang: 'fr' } }))
    // @ts-expect-error there is no such column
    expects(() => index().query({ vector: q, filter: { language: 'en' } }))
    // @ts-expect-error there is no such operator
    expects(() => index().query({ vector: q, filter: { lang: { $like: 'e' } } }))
    // @ts-expect-error there is no such column
    expects(() => index().upsert([{ id: 7, values: q, metadata: { name: 'a' } }]))
    // @ts-expect-error a query has a vector or an id
    expects(() => index().query({ topK: 3 }))
    // @ts-expect-error title is not a vector column
    expects(() => db.vectorIndex('articles', { column: 'title' }))
  })
})

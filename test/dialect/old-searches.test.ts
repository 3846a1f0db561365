import { CamelCasePlugin, type CompiledQuery, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { type indexes, rowOf, type SearchIndexes, type Vector } from 'kysely-matrixone'
import { fitSearchesOn } from '../../src/dialect/old-searches.js'
import { unconnected } from '../support/unconnected.js'

interface DB {
  places: { id: number; kind: number; v: Vector<'f32', 2> }
  readonly [indexes]: SearchIndexes<typeof schema>
}

const schema = {
  tables: {
    places: {
      key: ['id'],
      vectors: {
        v: {
          element: 'f32',
          dimension: 2,
          indexes: [{ name: 'near', algo: 'ivfflat', metric: 'l2' }],
        },
      },
    },
  },
} as const

const fitOldSearches = (query: CompiledQuery, version: string) => fitSearchesOn(version)(query)

const OLD = '8.0.30-MatrixOne-v3.0.14'
const NEW = ['8.0.30-MatrixOne-v4.1.4', '8.0.30-MatrixOne-v4.2.0']

const db = unconnected<DB>({ schema })
const search = () => db.vectorSearch('places', 'v', [1, 2]).select(['id', 'kind'])
const hits = () => db.selectFrom(search().as('hit')).select('hit.id').where('hit.kind', '=', 1)

describe('the hits of a search', () => {
  it('get a LIMIT on 3.0, which moves a condition around them inside otherwise', () => {
    const query = hits().compile()
    const fit = fitOldSearches(query, OLD)
    expect(fit.sql).toBe(query.sql.replace(') as `b`', ') as `b` limit 4294967295'))
    expect(fit.parameters).toEqual(query.parameters)
    expect(fit.query).toBe(query.query)
  })

  it('get it under plugins too', () => {
    const camel = db.withPlugin(new CamelCasePlugin())
    const query = camel
      .selectFrom(camel.vectorSearch('places', 'v', [1, 2]).select('kind').as('nearHit'))
      .select('nearHit.kind')
      .compile()
    expect(fitOldSearches(query, OLD).sql).toContain(') as `b` limit 4294967295')
  })

  it('stay as they are on later servers', () => {
    const query = hits().compile()
    for (const version of NEW) expect(fitOldSearches(query, version)).toBe(query)
  })
})

describe('a search from the vector of a row', () => {
  it('leaves out rows without a vector on 3.0, where they come first', () => {
    const query = db.vectorSearch('places', 'v', rowOf('places', 7)).select('id').compile()
    const condition = /as `likeness` where `places`\.`v` is not null order by `distance`/
    expect(query.sql).not.toMatch(condition)
    expect(fitOldSearches(query, OLD).sql).toMatch(condition)
  })
})

describe('every other statement', () => {
  it('stays as it is', () => {
    const queries = [
      db.selectFrom('places').selectAll().limit(3).compile(),
      sql`select 1 as \`rank\` from (select 1) as b`.compile(db),
    ]
    for (const query of queries) expect(fitOldSearches(query, OLD)).toBe(query)
  })
})

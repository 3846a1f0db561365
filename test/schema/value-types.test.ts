import { describe, expectTypeOf, it } from 'vitest'
import {
  type indexes,
  MatrixOne,
  MatrixOneDialect,
  type SchemaValue,
  type SearchIndexes,
  type TableIndexesType,
} from 'kysely-matrixone'
import { type DB, schema } from '../../generated/db.js'

const connection = { host: '127.0.0.1', port: 1 }

describe('the type of a generated schema value', () => {
  it('is taken by the database and the dialect', () => {
    expectTypeOf(schema).toExtend<SchemaValue>()
    expectTypeOf(new MatrixOne<DB>({ connection, schema })).toExtend<MatrixOne<DB>>()
    expectTypeOf(new MatrixOneDialect({ connection, schema })).toExtend<MatrixOneDialect>()
  })

  it('has the members of enums as literals', () => {
    expectTypeOf(schema.tables.articles.enums.lang).toEqualTypeOf<readonly ['en', 'de', '中文']>()
  })

  it('gives the indexes of its tables', () => {
    type Searchable = DB[typeof indexes]
    expectTypeOf<Searchable['articles']>().toExtend<TableIndexesType>()
    expectTypeOf<Searchable['articles']['vector']['embedding']>().toEqualTypeOf<{
      readonly index: 'idx_embedding'
      readonly algo: 'ivfflat'
      readonly metric: 'l2'
      readonly dimension: 8
    }>()
    expectTypeOf<Searchable['articles']['fulltext']['ft_title_body']>().toEqualTypeOf<
      readonly ['title', 'body']
    >()
  })

  it('leaves out vectors without an index', () => {
    type Indexes = SearchIndexes<{
      readonly tables: {
        readonly a: { readonly key: readonly ['id'] }
        readonly b: {
          readonly vectors: { readonly v: { readonly element: 'f32'; readonly dimension: 3 } }
        }
        readonly c: { readonly fulltext: { readonly ft: readonly ['t'] } }
      }
    }>
    expectTypeOf<keyof Indexes['b']['vector']>().toEqualTypeOf<never>()
    expectTypeOf<keyof Indexes['c']['vector']>().toEqualTypeOf<never>()
    expectTypeOf<keyof Indexes['c']['fulltext']>().toEqualTypeOf<'ft'>()
    expectTypeOf<keyof Indexes['a']['fulltext']>().toEqualTypeOf<never>()
  })
})

describe('another shape', () => {
  it('is a compile error', () => {
    const wrong = { tables: { articles: { key: 'id' } } } as const
    // @ts-expect-error a key is a list of columns
    expectTypeOf(new MatrixOne<DB>({ connection, schema: wrong })).toBeObject()
    const unread = { tables: { articles: { types: { id: 'float' } } } } as const
    // @ts-expect-error no column is read as float
    expectTypeOf(new MatrixOne<DB>({ connection, schema: unread })).toBeObject()
    // @ts-expect-error the tables are under tables
    expectTypeOf(() => new MatrixOne<DB>({ connection, schema: { articles: {} } })).toBeFunction()
  })
})

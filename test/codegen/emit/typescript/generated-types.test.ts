/** The generated interfaces as kysely takes them; `generated/magazine.ts` is written by emit-types.test.ts. */
import {
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  type Insertable,
  type Selectable,
  type Updateable,
} from 'kysely'
import type { indexes, JsonValue, TableIndexesType, VectorInput } from 'kysely-matrixone'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { DB as HostileDB } from './generated/hostile.js'
import type { ArticleList, Articles, DB, EveryType } from './generated/magazine.js'

const db = new Kysely<DB>({
  dialect: {
    createAdapter: () => new MysqlAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (any) => new MysqlIntrospector(any),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  },
})

const article = { author_id: 1, title: 'On types' } satisfies Insertable<Articles>

describe('a selected row', () => {
  it('has the declared types', () => {
    type Article = Selectable<Articles>
    expectTypeOf<Article['id']>().toEqualTypeOf<number>()
    expectTypeOf<Article['title']>().toEqualTypeOf<string>()
    expectTypeOf<Article['body']>().toEqualTypeOf<string | null>()
    expectTypeOf<Article['status']>().toEqualTypeOf<'draft' | 'in review' | 'published'>()
    expectTypeOf<Article['flags']>().toEqualTypeOf<
      '' | 'pinned' | 'paid' | 'pinned,paid' | 'paid,pinned' | null
    >()
    expectTypeOf<Article['word_count']>().toEqualTypeOf<number | null>()
    expectTypeOf<Article['updated_at']>().toEqualTypeOf<Date>()
    expectTypeOf<NonNullable<Article['embedding']>>().toExtend<number[]>()
  })

  it('has a type for every type of MatrixOne', () => {
    type Row = Selectable<EveryType>
    expectTypeOf<Row['bool']>().toEqualTypeOf<boolean>()
    expectTypeOf<Row['bit53']>().toEqualTypeOf<number>()
    expectTypeOf<Row['bit54']>().toEqualTypeOf<bigint>()
    expectTypeOf<Row['decimal']>().toEqualTypeOf<string>()
    expectTypeOf<Row['date']>().toEqualTypeOf<string>()
    expectTypeOf<Row['datetime']>().toEqualTypeOf<Date>()
    expectTypeOf<Row['blob']>().toEqualTypeOf<Buffer>()
    expectTypeOf<Row['point']>().toEqualTypeOf<string>()
    expectTypeOf<Row['json']>().toEqualTypeOf<JsonValue>()
    expectTypeOf<Row['enum']>().toEqualTypeOf<'' | "it's" | 'back\\slash' | '🚀'>()
    expectTypeOf<Row['newer_than_us']>().toEqualTypeOf<unknown>()
  })

  it('of a view may be null where the server only claims that it is not', () => {
    expectTypeOf<Selectable<ArticleList>>().toEqualTypeOf<{
      id: number
      title: string
      words: number | null
    }>()
  })
})

describe('an inserted row', () => {
  it('may leave out what the server fills in', () => {
    expectTypeOf<typeof article>().toExtend<Insertable<Articles>>()
    expectTypeOf<Insertable<Articles>['embedding']>().toEqualTypeOf<
      VectorInput | null | undefined
    >()
    expectTypeOf<Insertable<EveryType>['point']>().toEqualTypeOf<string>()
  })

  it('takes everything that can be written', () => {
    const { sql } = db
      .insertInto('articles')
      .values({
        ...article,
        id: 9_007_199_254_740_993n,
        embedding: new Float32Array([1, 2, 3]),
        flags: 'pinned,paid',
        status: 'in review',
        updated_at: '2026-11-21 10:00:00.000001',
      })
      .compile()
    expect(sql).toMatch(/^insert into `articles`/)
  })

  it('is refused without a column that has no default', () => {
    // @ts-expect-error title has no default
    expect(db.insertInto('articles').values({ author_id: 1 }).compile().sql).toContain('insert')
  })

  it('is refused with a value for a generated column', () => {
    // @ts-expect-error word_count is computed by the server
    const query = db.insertInto('articles').values({ ...article, word_count: 3 })
    expect(query.compile().sql).toContain('insert')
  })

  it('is refused with a member that the enum has not', () => {
    // @ts-expect-error 'deleted' is not a member of the enum
    const query = db.insertInto('articles').values({ ...article, status: 'deleted' })
    expect(query.compile().sql).toContain('insert')
  })

  it('is refused for a view, even without a column', () => {
    // @ts-expect-error a view cannot be written
    const query = db.insertInto('article_list').values({ id: 1, title: 'a' })
    expect(query.compile().sql).toContain('insert')
    // @ts-expect-error a view cannot be written
    expect(() => db.insertInto('article_list').values({}).compile()).not.toThrow()
  })
})

describe('an update', () => {
  it('may set any column but a generated one', () => {
    expectTypeOf<Updateable<Articles>['status']>().toEqualTypeOf<
      'draft' | 'in review' | 'published' | undefined
    >()
    expectTypeOf<Updateable<Articles>>().not.toHaveProperty('word_count')
    // @ts-expect-error word_count is computed by the server
    const query = db.updateTable('articles').set({ word_count: 3 })
    expect(query.compile().sql).toContain('update')
  })

  it('is refused for a view', () => {
    // @ts-expect-error a view cannot be written
    const query = db.updateTable('article_list').set({ title: 'a' })
    expect(query.compile().sql).toContain('update')
  })
})

describe('the index types', () => {
  type Searchable = DB[typeof indexes]

  it('list the tables with what can be searched', () => {
    expectTypeOf<keyof Searchable['authors']['vector']>().toEqualTypeOf<never>()
    expectTypeOf<Searchable['articles']>().toExtend<TableIndexesType>()
  })

  it('give the metrics of all indexes of a column', () => {
    type Embedding = Searchable['articles']['vector']['embedding']
    expectTypeOf<Embedding['metric']>().toEqualTypeOf<'l2' | 'cosine'>()
    expectTypeOf<Embedding['dimension']>().toEqualTypeOf<3>()
    expectTypeOf<Extract<Embedding, { metric: 'cosine' }>['algo']>().toEqualTypeOf<'hnsw'>()
  })

  it('give the exact column sets of full-text indexes', () => {
    type Fulltext = Searchable['articles']['fulltext']
    expectTypeOf<Fulltext[keyof Fulltext]>().toEqualTypeOf<
      readonly ['title', 'body'] | readonly ['body']
    >()
  })

  it('stay out of what kysely takes for tables', () => {
    // @ts-expect-error the symbol is not a table
    const query = db.selectFrom('indexes')
    expect(query.compile().sql).toContain('from')
    expectTypeOf<keyof DB & string>().toEqualTypeOf<
      'article_list' | 'articles' | 'authors' | 'every_type'
    >()
  })

  it('can be picked together with tables', () => {
    type Picked = Pick<DB, 'articles' | typeof indexes>
    expectTypeOf<Picked[typeof indexes]>().toEqualTypeOf<Searchable>()
  })
})

describe('names that were made to break things', () => {
  it('are tables and columns like any other', () => {
    expectTypeOf<HostileDB['__proto__']>().toHaveProperty('__proto__')
    expectTypeOf<
      Selectable<HostileDB['constructor']>['constructor']
    >().toEqualTypeOf<'constructor'>()
    expectTypeOf<Selectable<HostileDB['new\nline']>['new\nline']>().toEqualTypeOf<'new\nline'>()
    expectTypeOf<Selectable<HostileDB['🚀']>['🚀']>().toEqualTypeOf<'🚀'>()
  })
})

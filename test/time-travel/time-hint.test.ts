import { type Kysely, sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/mysql'
import { describe, expect, it } from 'vitest'
import { MatrixOne, UnsupportedError, ValueError } from 'kysely-matrixone'

interface DB {
  articles: { id: number; author_id: number; title: string; embedding: number[] | null }
  authors: { id: number; name: string }
}

const db = new MatrixOne<DB>({ connection: { host: '127.0.0.1', port: 1 } })
const friday = db.at({ snapshot: 'Friday' })
const HINT = "{snapshot = 'friday'}"

describe('the hint', () => {
  it('stands behind the table and before its alias, in FROM and in every join', () => {
    const query = friday
      .selectFrom('articles as a')
      .innerJoin('authors', 'authors.id', 'a.author_id')
      .leftJoin('authors as b', (join) => join.onRef('b.id', '=', 'a.author_id'))
      .select(['a.id', 'authors.name'])
    expect(query.compile().sql).toBe(
      `select \`a\`.\`id\`, \`authors\`.\`name\` from \`articles\` ${HINT} as \`a\` ` +
        `inner join \`authors\` ${HINT} on \`authors\`.\`id\` = \`a\`.\`author_id\` ` +
        `left join \`authors\` ${HINT} as \`b\` on \`b\`.\`id\` = \`a\`.\`author_id\``,
    )
  })

  it('stands in subqueries of every place, once, also in those made by the same handle', () => {
    const query = friday
      .selectFrom(friday.selectFrom('articles').select('author_id').as('x'))
      .where('x.author_id', 'in', (eb) => eb.selectFrom('authors').select('id'))
      .where((eb) => eb.exists(friday.selectFrom('authors').select('authors.id')))
      .select((eb) => eb.selectFrom('authors').select(eb.fn.countAll<number>().as('n')).as('n'))
    const { sql: text } = query.compile()
    expect(text.split(HINT)).toHaveLength(5)
    expect(text).not.toContain(`${HINT} ${HINT}`)
  })

  it('stands in the bodies of common table expressions and never on their names', () => {
    const query = friday
      .with('near', (qb) => qb.selectFrom('articles').select('id'))
      .with('both', (qb) =>
        qb.selectFrom('near').innerJoin('authors', 'authors.id', 'near.id').selectAll(),
      )
      .selectFrom('both')
      .innerJoin('near as n', 'n.id', 'both.id')
      .select('n.id')
    expect(query.compile().sql).toBe(
      `with \`near\` as (select \`id\` from \`articles\` ${HINT}), ` +
        `\`both\` as (select * from \`near\` inner join \`authors\` ${HINT} on \`authors\`.\`id\` = \`near\`.\`id\`) ` +
        'select `n`.`id` from `both` inner join `near` as `n` on `n`.`id` = `both`.`id`',
    )
  })

  it('is not put on a recursive expression inside its own body', () => {
    const query = friday
      .withRecursive('tree', (qb) =>
        qb
          .selectFrom('articles')
          .select('id')
          .unionAll((eb) =>
            eb
              .selectFrom('articles')
              .innerJoin('tree', 'tree.id', 'articles.author_id')
              .select('articles.id'),
          ),
      )
      .selectFrom('tree')
      .selectAll()
    const { sql: text } = query.compile()
    expect(text.split(HINT)).toHaveLength(3)
    expect(text).not.toContain(`\`tree\` ${HINT}`)
  })

  it('is put on a table that a common table expression of the same name reads', () => {
    const query = friday
      .with('authors', (qb) => qb.selectFrom('authors').select('id'))
      .selectFrom('authors')
      .selectAll()
    expect(query.compile().sql).toBe(
      `with \`authors\` as (select \`id\` from \`authors\` ${HINT}) select * from \`authors\``,
    )
  })

  it('follows the schema of withSchema, before and after at()', () => {
    const expected = `select \`shop\`.\`articles\`.\`id\` from \`shop\`.\`articles\` ${HINT}`
    for (const handle of [
      friday.withSchema('shop'),
      db.withSchema('shop').at({ snapshot: 'friday' }),
    ]) {
      expect(handle.selectFrom('articles').select('articles.id').compile().sql).toBe(expected)
    }
  })

  it('stands in every part of a union', () => {
    const query = friday
      .selectFrom('articles')
      .select('id')
      .unionAll(friday.selectFrom('authors').select('id'))
      .union((eb) => eb.selectFrom('authors as x').select('x.id'))
    expect(query.compile().sql.split(HINT)).toHaveLength(4)
  })

  it('reaches into the helpers that kysely writes as raw SQL', () => {
    const query = friday
      .selectFrom('authors')
      .select((eb) => [
        'name',
        jsonArrayFrom(
          eb.selectFrom('articles').select('title').whereRef('author_id', '=', 'authors.id'),
        ).as('articles'),
      ])
    expect(query.compile().sql.split(HINT)).toHaveLength(3)
  })

  it('writes an instant as UTC text with nine digits, which the server refuses in the future', () => {
    const text = (handle: Kysely<DB>): string =>
      handle.selectFrom('authors').selectAll().compile().sql
    expect(text(db.at({ timestamp: new Date('2026-11-21T08:29:17.087Z') }))).toBe(
      "select * from `authors` {timestamp = '2026-11-21 08:29:17.087000000'}",
    )
    expect(text(db.at({ moTs: 1_795_259_479_882_318_125n }))).toBe(
      "select * from `authors` {timestamp = '2026-11-21 11:11:19.882318125'}",
    )
  })

  it.each([
    [{ snapshot: "x'} , y {snapshot = 'z" }, /blanks, quotes/],
    [{ snapshot: '' }, /blanks, quotes/],
    [{ timestamp: new Date(Number.NaN) }, /not a valid Date/],
    [{ moTs: -1n }, /must be a bigint of nanoseconds/],
    [{}, /one of/],
    [{ snapshot: 'a', moTs: 1n }, /not snapshot and moTs together/],
  ])('is not written for %o', (instant, message) => {
    expect(() => db.at(instant as { snapshot: string })).toThrow(ValueError)
    expect(() => db.at(instant as { snapshot: string })).toThrow(message)
  })

  it('is one: the same again changes nothing, another is refused', () => {
    expect(friday.at({ snapshot: 'friday' }).selectFrom('authors').selectAll().compile().sql).toBe(
      `select * from \`authors\` ${HINT}`,
    )
    expect(() => friday.at({ snapshot: 'monday' })).toThrow(UnsupportedError)
    const monday = db.at({ snapshot: 'monday' })
    expect(() =>
      friday
        .selectFrom('articles')
        .innerJoin(monday.selectFrom('authors').selectAll().as('m'), 'm.id', 'articles.author_id')
        .select('m.id')
        .compile(),
    ).toThrow(/of two hints/)
  })
})

describe('a handle on the past', () => {
  it.each<[string, () => unknown]>([
    ['insert', () => friday.insertInto('authors').values({ id: 1, name: 'a' }).compile()],
    ['update', () => friday.updateTable('authors').set({ name: 'a' }).compile()],
    ['delete', () => friday.deleteFrom('authors').compile()],
    ['replace', () => friday.replaceInto('authors').values({ id: 1, name: 'a' }).compile()],
    ['create table', () => friday.schema.createTable('t').addColumn('id', 'integer').compile()],
    ['drop table', () => friday.schema.dropTable('authors').compile()],
    [
      'create view',
      () => friday.schema.createView('v').as(friday.selectFrom('authors').selectAll()).compile(),
    ],
    ['a raw update', () => sql`update ${sql.table('authors')} set name = ${'a'}`.compile(friday)],
    [
      'a raw with … delete',
      () => sql`with x as (select 1) delete from ${sql.table('authors')}`.compile(friday),
    ],
    ['a raw call', () => sql`truncate table ${sql.table('authors')}`.compile(friday)],
  ])('refuses %s', (_what, compile) => {
    expect(compile).toThrow(UnsupportedError)
    expect(compile).toThrow(/the past can only be read/)
  })

  it('refuses locks', () => {
    for (const query of [
      friday.selectFrom('authors').selectAll().forUpdate(),
      friday.selectFrom('authors').selectAll().forShare(),
      friday
        .selectFrom('authors')
        .selectAll()
        .modifyEnd(sql`lock in share mode`),
      friday
        .selectFrom('authors')
        .selectAll()
        .modifyEnd(sql`for update`),
    ]) {
      expect(() => query.compile()).toThrow(/cannot be locked/)
    }
  })

  it('refuses full-text search, and not a text that speaks of it', () => {
    const search = friday
      .selectFrom('articles')
      .selectAll()
      .where(sql<boolean>`match (${sql.ref('title')}) against (${'x'} in natural language mode)`)
    expect(() => search.compile()).toThrow(/MATCH … AGAINST/)
    const text = friday
      .selectFrom('articles')
      .where('title', '=', 'match (a) against (b)')
      .selectAll()
    expect(text.compile().parameters).toEqual(['match (a) against (b)'])
  })

  it('refuses managers, which would act on the present', () => {
    expect(() => friday.snapshots).toThrow(/snapshots acts on the present/)
    expect(() => friday.metadata).not.toThrow()
    expect(() => db.snapshots).not.toThrow()
  })

  it('lets the past be written to the present', () => {
    const query = db
      .insertInto('authors')
      .columns(['id', 'name'])
      .expression(friday.selectFrom('authors').select(['id', 'name']))
    expect(query.compile().sql).toBe(
      `insert into \`authors\` (\`id\`, \`name\`) select \`id\`, \`name\` from \`authors\` ${HINT}`,
    )
  })
})

describe('raw SQL in the past', () => {
  it('is pinned where tables are written as sql.table', () => {
    const t = sql.table('authors')
    expect(
      sql`select a.id from ${t} as a, ${sql.table('articles')} join ${t} b on a.id = b.id where ${t}.id in (select id from ${t})`.compile(
        friday,
      ).sql,
    ).toBe(
      `select a.id from \`authors\` ${HINT} as a, \`articles\` ${HINT} join \`authors\` ${HINT} b on a.id = b.id ` +
        `where \`authors\`.id in (select id from \`authors\` ${HINT})`,
    )
  })

  it('may carry the hint itself, in any spelling', () => {
    const query = sql`with x as (select * from shop.authors {SNAPSHOT = "friday"}) select x.id from x`
    expect(() => query.compile(friday)).not.toThrow()
  })

  it.each<[string, () => unknown]>([
    ['a bare name', () => sql`select * from authors`.compile(friday)],
    ['a qualified name', () => sql`select * from shop.\`authors\` as a`.compile(friday)],
    [
      'the second of two',
      () => sql`select * from ${sql.table('authors')} a, articles b`.compile(friday),
    ],
    ['one in a comment for MySQL', () => sql`select * from /*! authors */`.compile(friday)],
    [
      'a joined one',
      () =>
        friday
          .selectFrom(
            sql<{ id: number }>`${sql.table('authors')} x join articles y on 1 = 1`.as(sql`z`),
          )
          .selectAll()
          .compile(),
    ],
    [
      'one in a FROM',
      () =>
        friday
          .selectFrom(sql<{ id: number }>`authors`.as('a'))
          .selectAll()
          .compile(),
    ],
    [
      'one in a condition',
      () =>
        friday
          .selectFrom('authors')
          .selectAll()
          .where(sql<boolean>`exists (select 1 from articles)`)
          .compile(),
    ],
    ['one by sql.id', () => sql`select * from ${sql.id('shop', 'authors')}`.compile(friday)],
    ['one by sql.ref', () => sql`select * from ${sql.ref('authors')}`.compile(friday)],
  ])('is refused when it names a table that would be read as of now: %s', (_what, compile) => {
    expect(compile).toThrow(/silently be read as of now/)
  })

  it.each([
    "select * from authors {snapshot = 'monday'}",
    "select * from authors {as of timestamp '2026-01-01 00:00:00'}",
    'select * from authors {mo_ts = 1}',
  ])('is refused with another hint: %s', (text) => {
    expect(() => sql.raw(text).compile(friday)).toThrow(/of two hints/)
  })

  it('may use FROM and commas where they mean something else', () => {
    const query = friday
      .selectFrom('articles')
      .select([
        sql<number>`extract(year from now())`.as('y'),
        sql<string>`trim(both ' ' from ${sql.ref('title')})`.as('t'),
        sql<string>`'select * from authors'`.as('s'),
      ])
      .where(sql<boolean>`id in (1, 2)`)
    expect(() => query.compile()).not.toThrow()
  })

  it('may call functions in the place of tables', () => {
    expect(() =>
      sql`select * from generate_series(1, 3) g, unnest(${'[1]'}) u`.compile(friday),
    ).not.toThrow()
  })
})

describe('a vector search in the past', () => {
  const exact = "by rank with option 'mode=force'"

  it('does without the index and leaves out rows without a vector', () => {
    const query = friday
      .selectFrom('articles')
      .select(['id', (eb) => eb.fn<number>('l2_distance', ['embedding', eb.val('[1,2]')]).as('d')])
      .orderBy('d')
      .limit(3)
    expect(query.compile().sql).toBe(
      `select \`id\`, l2_distance(\`embedding\`, ?) as \`d\` from \`articles\` ${HINT} ` +
        `where \`embedding\` is not null order by \`d\` limit ? ${exact}`,
    )
  })

  it.each(['l2_distance', 'l2_distance_sq', 'cosine_distance', 'inner_product', 'L2_DISTANCE'])(
    'is recognised by %s in raw SQL',
    (name) => {
      const query = friday
        .selectFrom('articles')
        .select('id')
        .where('author_id', '=', 1)
        .orderBy(sql`${sql.raw(name)}(${sql.ref('embedding')}, ${'[1,2]'})`)
        .limit(3)
      expect(query.compile().sql).toBe(
        `select \`id\` from \`articles\` ${HINT} where \`author_id\` = ? and \`embedding\` is not null ` +
          `order by ${name}(\`embedding\`, ?) limit ? ${exact}`,
      )
    },
  )

  it('is exact in subqueries, common table expressions and parts of a union, and says so once', () => {
    const top = (handle: Kysely<DB>) =>
      handle
        .selectFrom('articles')
        .select(['id', sql<number>`cosine_distance(embedding, ${'[1,2]'})`.as('d')])
        .orderBy('d')
        .limit(2)
        .modifyEnd(sql`by rank with option 'mode=pre'`)
    const query = friday
      .with('near', () => top(friday))
      .selectFrom('near')
      .select('id')
      .where('id', 'in', friday.selectFrom(top(friday).as('x')).select('x.id'))
    const { sql: text } = query.compile()
    expect(text.split(exact)).toHaveLength(3)
    expect(text).not.toContain('mode=pre')
    expect(text.split('is not null')).toHaveLength(3)
  })

  it('keeps rows without a vector where no index would have dropped them', () => {
    const query = friday
      .selectFrom('articles')
      .innerJoin('authors', 'authors.id', 'articles.author_id')
      .select('articles.id')
      .orderBy(sql`l2_distance(articles.embedding, ${'[1,2]'})`)
      .limit(3)
    expect(query.compile().sql).toContain(exact)
    expect(query.compile().sql).not.toContain('is not null')
  })

  it('is refused in raw SQL that would use the index', () => {
    const text = (end: string) =>
      sql`select id from ${sql.table('articles')} order by l2_distance(embedding, '[1,2]') limit 2 ${sql.raw(end)}`
    expect(() => text('').compile(friday)).toThrow(/mode=force/)
    expect(() => text(exact).compile(friday)).not.toThrow()
  })

  it('does not change other queries', () => {
    const { sql: text } = friday.selectFrom('articles').selectAll().orderBy('id').limit(1).compile()
    expect(text).toBe(`select * from \`articles\` ${HINT} order by \`id\` limit ?`)
  })
})

import { CamelCasePlugin, type CompiledQuery, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import {
  ConfigurationError,
  rowOf,
  UnsupportedError,
  ValueError,
  VectorDimensionError,
} from 'kysely-matrixone'
import { unconnected } from '../support/unconnected.js'
import { type DB, schema } from './tables.js'

const db = unconnected<DB>({ schema })
const q = [1, 2, 3, 4, 5, 6, 7, 8]
const near = db.vectorSearch('articles', 'embedding', q)

const sqlOf = (query: { compile(): CompiledQuery }): string => query.compile().sql

describe('the SQL of a vector search', () => {
  it('is the one shape that uses the index when nothing is filtered', () => {
    expect(sqlOf(near.select(['id', 'title as name']).limit(5))).toBe(
      'select `id`, `title` as `name`, l2_distance(`articles`.`embedding`, ?) as `distance` ' +
        'from `articles` order by `distance` asc limit ?',
    )
    expect(near.select('id').compile().parameters).toEqual([q, 10])
  })

  it('is exact with a filter, and leaves rows without a vector out', () => {
    expect(sqlOf(near.select('id').where('lang', '=', 'en'))).toBe(
      'select `hit`.`id`, `hit`.`distance` from (select `b`.`id`, `b`.`distance`, ' +
        'cast(row_number() over (order by `b`.`distance`, `b`.`id`) as int) as `rank` from ' +
        '(select `a`.`id`, case when `a`.`id` is null then null else `a`.`distance` end as `distance` from ' +
        '(select `id`, l2_distance(`articles`.`embedding`, ?) as `distance` from `articles` where `lang` = ? ' +
        'order by `articles`.`embedding` is null, `distance` asc, `articles`.`id` limit ? ' +
        "by rank with option 'mode=force') as `a` where `a`.`distance` is not null) as `b`) as `hit` " +
        'order by `hit`.`rank`',
    )
  })

  it('keeps the filter beside the index when told so', () => {
    expect(sqlOf(near.select('id').where('lang', '=', 'en').using('index'))).toBe(
      'select `id`, l2_distance(`articles`.`embedding`, ?) as `distance` from `articles` ' +
        'where `lang` = ? order by `distance` asc limit ?',
    )
  })

  it('calls the function of the metric', () => {
    const cosine = db.vectorSearch('articles', 'both', [1, 2, 3], { metric: 'cosine' })
    expect(sqlOf(cosine.select('id'))).toContain('cosine_distance(`articles`.`both`, ?)')
    const product = db.vectorSearch('articles', 'image', [1, 2, 3, 4], {
      exact: true,
      metric: 'ip',
    })
    expect(sqlOf(product.select('id'))).toContain('inner_product(`articles`.`image`, ?)')
  })

  it('holds the key behind the distance where nothing is selected: alone, the distance panics', () => {
    expect(sqlOf(near)).toBe(
      'select `hit`.`distance` from (select `b`.`distance`, ' +
        'cast(row_number() over (order by `b`.`distance`, `b`.`hit_key_a`) as int) as `rank` from ' +
        '(select `a`.`hit_key_a`, case when `a`.`hit_key_a` is null then null else `a`.`distance` end as `distance` from ' +
        '(select `id` as `hit_key_a`, l2_distance(`articles`.`embedding`, ?) as `distance` from `articles` ' +
        'order by `distance` asc limit ?) as `a`) as `b`) as `hit` order by `hit`.`rank`',
    )
  })

  it('cuts a range off around the hits', () => {
    expect(sqlOf(near.select('id').within(0.5).using('exact'))).toContain(
      ' as `a` where `a`.`distance` < ?) as `b`',
    )
    expect(sqlOf(db.selectFrom(near.select('id').within(0.5).as('hit')).selectAll())).toMatch(
      /^select \* from \(select `c`.`id`, `c`.`distance`, `c`.`rank` from \(.*\) as `c` where `c`.`distance` < \?\) as `hit`$/,
    )
  })

  it('takes the vector of a row on the server, and leaves the row out', () => {
    const similar = db.vectorSearch('articles', 'embedding', rowOf('articles', 77)).select('id')
    const { sql: text, parameters } = similar.compile()
    expect(text).toContain(
      '(select `id`, l2_distance(`articles`.`embedding`, `likeness`.`likeness_vector`) as `distance` ' +
        'from `articles` cross join (select `embedding` as `likeness_vector` from `articles` ' +
        'where `embedding` is not null and `id` = ?) as `likeness` order by `distance` asc limit ?) as `a`',
    )
    expect(text).toContain('where not (`c`.`id` = ?) limit ?')
    expect(parameters).toEqual([77, 11, 77, 10])
    expect(sqlOf(similar.using('exact'))).toContain('where not (`articles`.`id` = ?) order by')
  })

  it('takes the vector of a row of another table, which is not among the hits anyway', () => {
    const similar = db.vectorSearch('articles', 'embedding', rowOf('authors', 7)).select('id')
    expect(sqlOf(similar)).toBe(
      'select `id`, l2_distance(`articles`.`embedding`, `likeness`.`likeness_vector`) as `distance` ' +
        'from `articles` cross join (select `embedding` as `likeness_vector` from `authors` ' +
        'where `embedding` is not null and `id` = ?) as `likeness` order by `distance` asc limit ?',
    )
  })

  it('is one statement under as(): exact with a filter or beyond 100 rows', () => {
    const composed = (search: Pick<typeof near, 'as'>): string =>
      sqlOf(db.selectFrom(search.as('hit')).selectAll())
    expect(composed(near.select('id'))).not.toContain('mode=force')
    expect(composed(near.select('id').where('lang', '=', 'en'))).toContain('mode=force')
    expect(composed(near.select('id').where('lang', '=', 'en').using('index'))).not.toContain(
      'force',
    )
    expect(composed(near.select('id').limit(101))).toContain('mode=force')
    expect(composed(near.select('id').limit(100))).not.toContain('mode=force')
  })

  it('names tables and columns as the handle does', () => {
    expect(
      sqlOf(db.withSchema('other').vectorSearch('articles', 'embedding', q).select('id')),
    ).toBe(
      'select `id`, l2_distance(`other`.`articles`.`embedding`, ?) as `distance` from `other`.`articles` ' +
        'order by `distance` asc limit ?',
    )
    const camel = unconnected({
      schema: {
        tables: {
          blog_posts: {
            key: ['post_id'],
            vectors: {
              title_vec: {
                element: 'f32',
                dimension: 3,
                indexes: [{ name: 'i', algo: 'ivfflat', metric: 'l2' }],
              },
            },
          },
        },
      },
    }).withPlugin(new CamelCasePlugin())
    const posts = camel.vectorSearch('blogPosts', 'titleVec', [1, 2, 3]).select('blogTitle')
    expect(sqlOf(posts)).toBe(
      'select `blog_title`, l2_distance(`blog_posts`.`title_vec`, ?) as `distance` from `blog_posts` ' +
        'order by `distance` asc limit ?',
    )
    expect(sqlOf(posts.where('postId', '<', 5))).toContain('`post_id` < ?')
    expect(sqlOf(camel.selectFrom(posts.as('hit')).select('hit.blogTitle'))).toContain(
      'case when `a`.`hit_key_a` is null then null else `a`.`distance` end',
    )
  })
})

describe('a vector search is refused before anything is sent', () => {
  it('for a vector that does not fit, naming the column', () => {
    const short = (): unknown => db.vectorSearch('articles', 'embedding', new Float32Array(7))
    expect(short).toThrow(VectorDimensionError)
    expect(short).toThrow('articles.embedding holds vectors of 8 elements, got one of 7')
    const withNaN = (): unknown => db.vectorSearch('articles', 'embedding', q.with(2, Number.NaN))
    expect(withNaN).toThrow('Element 2 of the vector for articles.embedding is NaN')
    const other = unconnected().vectorSearch.bind(unconnected())
    const exact = { exact: true, metric: 'l2' } as const
    expect(() => other('t', 'v', [1, Infinity], exact)).toThrow(
      'Element 1 of the vector for t.v is Infinity',
    )
    expect(() => other('t', 'v', '[1,2]' as never, exact)).toThrow(ValueError)
  })

  it('for a column, metric or option that is not there', () => {
    const loose = unconnected({ schema })
    expect(() => loose.vectorSearch('articles', 'title', q)).toThrow(
      'articles.title is not a vector column of the schema value. Its vector columns are: embedding, image, both.',
    )
    expect(() => loose.vectorSearch('articles', 'image', [1, 2, 3, 4])).toThrow(
      "articles.image has no index for any metric. Pass { exact: true, metric: 'l2' }",
    )
    expect(() => loose.vectorSearch('articles', 'embedding', q, { metric: 'cosine' })).toThrow(
      "articles.embedding has no index for the metric 'cosine', only for 'l2'.",
    )
    expect(() => loose.vectorSearch('articles', 'both', [1, 2, 3])).toThrow(
      "articles.both has indexes for 'l2' and 'cosine'. Say which one: { metric: 'l2' }.",
    )
    expect(() =>
      loose.vectorSearch('articles', 'both', [1, 2, 3], { metrc: 'l2' } as never),
    ).toThrow('vectorSearch has no option metrc. Did you mean metric?')
    expect(() => loose.vectorSearch('nope', 'embedding', q)).toThrow(ConfigurationError)
  })

  it('without the schema value, unless it is exact', () => {
    const bare = unconnected()
    expect(() => bare.vectorSearch('t', 'v', [1])).toThrow(/vectorSearch needs the schema value/)
    const exact = bare.vectorSearch('t', 'v', [1], { exact: true, metric: 'cosine' })
    expect(sqlOf(exact.select('id'))).toBe(
      'select `hit`.`id`, `hit`.`distance` from (select `b`.`id`, `b`.`distance`, ' +
        'cast(row_number() over (order by `b`.`distance`) as int) as `rank` from ' +
        '(select `a`.`id`, `a`.`distance` + 0 as `distance` from ' +
        '(select `id`, cosine_distance(`t`.`v`, ?) as `distance` from `t` ' +
        "order by `t`.`v` is null, `distance` asc limit ? by rank with option 'mode=force') as `a` " +
        'where `a`.`distance` is not null) as `b`) as `hit` order by `hit`.`rank`',
    )
  })

  it('for a row without its whole key', () => {
    expect(() => db.vectorSearch('articles', 'embedding', rowOf('articles', { other: 1 }))).toThrow(
      "rowOf('articles', …) needs the value of the primary key (id).",
    )
  })

  it('for an aggregate, a window or another distance among the selections', () => {
    expect(() => near.select((eb) => [eb.fn.countAll().over().as('n')])).toThrow(UnsupportedError)
    expect(() => near.select((eb) => [eb.fn.max('id').as('m')])).toThrow(/aggregate or a window/)
    // A subquery may aggregate, and a vector search has no column `score`.
    const owner = near.select((eb) =>
      eb
        .selectFrom('authors')
        .select((one) => one.fn.max('name').as('name'))
        .whereRef('authors.id', '=', 'articles.author_id')
        .as('score'),
    )
    expect(owner.compile().sql).toContain('(select max(`name`) as `name` from `authors`')
    const nearness = sql`1 / (1 + l2_distance(embedding, '[1,2]'))`.as('nearness')
    expect(() => near.select(nearness)).toThrow(/computes a second distance/)
  })

  it('for a name that the search gives itself, or twice', () => {
    expect(() => near.select('title as distance')).toThrow(/has a column distance of its own/)
    expect(() => near.select('title as Rank')).toThrow(/has a column Rank of its own/)
    expect(() => near.select('title').select('body as title')).toThrow(
      'vectorSearch selects title twice',
    )
  })

  it('for a limit, a range or a path that cannot be', () => {
    expect(() => near.limit(0)).toThrow(ValueError)
    expect(() => near.limit(1.5)).toThrow(
      'The limit of vectorSearch must be a whole number of at least 1',
    )
    expect(() => near.within(Number.NaN)).toThrow('within() takes a distance, got NaN.')
    expect(() => near.using('pre' as never)).toThrow(
      `using() takes 'auto', 'exact' or 'index', got "pre".`,
    )
  })

  it.each([
    ['beside the key', near.where('id', '>', 5), /the filter names the primary key/],
    [
      'beside the key in raw SQL',
      near.where(sql<boolean>`\`ID\` % 2 = 1`),
      /the filter names the primary key/,
    ],
    [
      'beside a subquery',
      near.where('author_id', 'in', db.selectFrom('authors').select('authors.name as x') as never),
      /the filter is a subquery/,
    ],
    [
      'with a subquery selected',
      near.select((eb) => [eb.selectFrom('authors').select('name').limit(1).as('name')]),
      /a selection is a subquery/,
    ],
    [
      'beside a filter, by HNSW',
      db.vectorSearch('articles', 'both', [1, 2, 3], { metric: 'cosine' }).where('lang', '=', 'en'),
      /an HNSW index cannot filter/,
    ],
    [
      'in the past',
      db.at({ snapshot: 'friday' }).vectorSearch('articles', 'embedding', q),
      /an index answers with present rows/,
    ],
  ])("with using('index') %s", (_where, search, reason) => {
    expect(() => search.select('title').using('index').compile()).toThrow(UnsupportedError)
    expect(() => search.select('title').using('index').compile()).toThrow(reason)
    expect(sqlOf(search.select('title'))).toContain('mode=force')
  })
})

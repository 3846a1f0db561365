import fc from 'fast-check'
import { CamelCasePlugin, sql } from 'kysely'
import {
  allOf,
  anyOf,
  boost,
  type MatrixOne,
  phrase,
  prefix,
  type SearchIndexes,
  type TextQuery,
  UnsupportedError,
  without,
  type indexes,
} from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, openRaw } from '../support/database.js'
import { givenBack } from '../support/queries.js'
import { useServer } from '../support/server.js'
import { messyText } from './messy-text.js'

const server = useServer(import.meta.url)
const database = 'kmo_text_search'

const schema = {
  tables: {
    docs: {
      key: ['id'],
      fulltext: { ft: ['title', 'body'], ft_body: ['body'], ft_ngram: ['cjk'] },
    },
  },
} as const

interface DB {
  docs: { id: number; title: string; body: string; cjk: string; lang: string }
  owners: { id: number; name: string }
  readonly [indexes]: SearchIndexes<typeof schema>
}

const WORDS = ['cheap', 'flights', 'direct', 'rome', 'oslo', 'hotel', 'flight']

/** The words of each document's body: those of its number's bits. */
const wordsOf = (id: number): readonly string[] => WORDS.filter((_, bit) => (id >> bit) % 2 === 1)
const COUNT = 127
/** Few in the recording; a live run may ask for more: `TEXTS=10000 MO_URL=… npx vitest run test/search/text-search.test.ts`. */
const TEXTS = Number(process.env['TEXTS'] ?? 60)

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database, { schema }))
  raw = await openRaw(server, { database })
  await raw.query(
    'create table docs (id int primary key, title varchar(20), body varchar(100), cjk varchar(100), lang varchar(2), ' +
      'fulltext index ft (title, body), fulltext index ft_body (body), fulltext index ft_ngram (cjk) with parser ngram)',
  )
  await raw.query('create table owners (id int primary key, name varchar(20))')
  await raw.query("insert into owners values (1, 'one'), (3, 'three'), (5, 'five')")
  const rows = Array.from({ length: COUNT }, (_, at) => at + 1).map((id) => {
    const body = wordsOf(id).join(' ')
    return `(${id}, 'title ${id}', '${body}', '${body} 数据库', '${id % 2 === 0 ? 'en' : 'de'}')`
  })
  await raw.query(`insert into docs values ${rows.join(', ')}`)
})

const ids = (rows: readonly { readonly id: number }[]): readonly number[] =>
  rows.map(({ id }) => id).toSorted((a, b) => a - b)

const matching = (matches: (words: readonly string[]) => boolean): readonly number[] =>
  Array.from({ length: COUNT }, (_, at) => at + 1).filter((id) => matches(wordsOf(id)))

const found = async (query: string | TextQuery): Promise<readonly number[]> =>
  ids(await db.textSearch('docs', ['body'], query).select('id').limit(1_000).execute())

const docsOf = (text: string) => db.textSearch('docs', ['body'], text).select('id')

describe('a text search', () => {
  it.each([
    ['a string', 'cheap oslo', (words) => words.includes('cheap') || words.includes('oslo')],
    ['signs', '+cheap -(oslo)* "~', (words) => words.includes('cheap') || words.includes('oslo')],
    ['allOf', allOf('cheap Oslo'), (words) => words.includes('cheap') && words.includes('oslo')],
    ['phrase', phrase('cheap flights'), (words) => words.join(' ').includes('cheap flights')],
    [
      'prefix',
      prefix('cheap fligh'),
      (words) => words.includes('cheap') && / fligh/.test(` ${words.join(' ')}`),
    ],
    [
      'without',
      without(anyOf('cheap direct'), 'rome'),
      (words) => (words.includes('cheap') || words.includes('direct')) && !words.includes('rome'),
    ],
    [
      'without all of',
      without(allOf('cheap direct'), 'rome oslo'),
      (words) =>
        words.includes('cheap') && words.includes('direct') && !/rome|oslo/.test(words.join(' ')),
    ],
  ] satisfies readonly (readonly [
    string,
    string | TextQuery,
    (words: readonly string[]) => boolean,
  ])[])('finds what a match in memory finds: %s', async (_name, query, matches) => {
    expect(await found(query)).toEqual(matching(matches))
  })

  it('finds what a match in memory finds for random words', async () => {
    const some = fc.subarray(WORDS, { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(some, some, async (wanted, unwanted) => {
        const has = (words: readonly string[], any: readonly string[]): boolean =>
          any.some((word) => words.includes(word))
        expect(await found(anyOf(wanted.join(' ')))).toEqual(
          matching((words) => has(words, wanted)),
        )
        expect(await found(allOf(wanted.join(' ')))).toEqual(
          matching((words) => wanted.every((word) => words.includes(word))),
        )
        expect(await found(without(wanted.join(' '), unwanted.join(' ')))).toEqual(
          matching((words) => has(words, wanted) && !has(words, unwanted)),
        )
      }),
      { numRuns: 25, seed: 14 },
    )
  })

  it('never fails for anything that a user may type', async () => {
    const samples = fc.sample(messyText, { numRuns: TEXTS, seed: 14 })
    for (const [at, text] of samples.entries()) {
      const other = samples[(at + 1) % samples.length] ?? ''
      const queries = [
        anyOf(text),
        allOf(text),
        phrase(text),
        prefix(text),
        boost(without(text, other), other),
      ]
      for (const query of queries) {
        for (const columns of [['body'], ['cjk']] as const) {
          const search = db
            .textSearch('docs', columns as never, query)
            .select('id')
            .limit(1)
          expect((await search.execute()).length).toBeLessThanOrEqual(1)
        }
      }
    }
  }, 3_600_000)

  it('of many required words finds what a match in memory finds', async () => {
    // In one AGAINST a hundred of them took all memory of the machine (4.2.0).
    const many = Array.from({ length: 20 }, (_, at) => `x${at}y`).join(' ')
    await raw.query(`insert into docs values (1000, 't', '${many}', '', 'en')`)
    expect(await found(allOf(many))).toEqual([1_000])
    expect(await found(prefix(many))).toEqual([1_000])
    expect(await found(allOf(`${many} nowhere`))).toEqual([])
    const both = db
      .selectFrom('docs')
      .where(db.match('docs', ['body'], allOf(many)))
      .select('id')
    expect(ids(await both.execute())).toEqual([1_000])
    await raw.query('delete from docs where id = 1000')
  })

  it('finds phrases and beginnings as they are written, in any script', async () => {
    const texts = [
      'He said: "hello, (dear) world!"',
      'const user_name = foo(bar);',
      'see https://example.com/a?b=c',
      'достопримечательность Рима',
      'नमस्ते दुनिया',
      '图书馆数据库，系统',
      'สวัสดีชาวโลก',
      '안녕하세요 세계',
    ]
    const rows = texts.map((text, at) => [2_000 + at, 't', text, text, 'en'])
    await raw.query('insert into docs values ?', [rows])
    for (const [at, text] of texts.entries()) {
      for (const build of [phrase, prefix, allOf, anyOf]) {
        expect(await found(build(text))).toContain(2_000 + at)
      }
      expect(await found(prefix(text.slice(0, -1)))).toContain(2_000 + at)
    }
    const sent = `match(body) against('"He said hello dear world"' in boolean mode)`
    expect((await raw.query(`select id from docs where ${sent}`))[0]).toEqual([])
    expect(await found(phrase('dear hello'))).toEqual([])
    await raw.query('delete from docs where id >= 2000')
  })

  it('takes a word of one or two letters as a beginning', async () => {
    expect(await found('fl')).toEqual(
      matching((words) => words.some((word) => word.startsWith('fl'))),
    )
    expect(await found('fli')).toEqual([])
  })

  it('fails for the same strings when they are sent as they are (the trap)', async () => {
    for (const text of ['+', '"', '(', '++cheap', '...']) {
      await expect(
        raw.query('select id from docs where match(body) against(? in boolean mode)', [text]),
      ).rejects.toThrow(/internal error/)
    }
  })

  it('puts the best first, with the score as a number, and boosted words before others', async () => {
    const rows = await db.textSearch('docs', ['body', 'title'], 'cheap oslo').select('id').execute()
    expect(rows).toHaveLength(10)
    expect(rows.every(({ score }) => typeof score === 'number')).toBe(true)
    expect(rows.map(({ score }) => score)).toEqual(
      rows.map(({ score }) => score).toSorted((a, b) => b - a),
    )
    expect(
      rows.every(({ id }) => ['cheap', 'oslo'].every((word) => wordsOf(id).includes(word))),
    ).toBe(true)
    const boosted = db.textSearch('docs', ['body'], boost(allOf('cheap'), 'oslo')).select('id')
    expect((await boosted.execute()).every(({ id }) => wordsOf(id).includes('oslo'))).toBe(true)
  })

  it('chooses candidates by its filters, the key among them', async () => {
    const filtered = db
      .textSearch('docs', ['body'], 'cheap')
      .where('lang', '=', 'de')
      .where('id', '<', 20)
      .select('id')
      .limit(100)
    expect(ids(await filtered.execute())).toEqual(
      matching((words) => words.includes('cheap')).filter((id) => id % 2 === 1 && id < 20),
    )
  })

  it('is not answered beside a subquery (the trap)', async () => {
    const match = "match(body) against('rome' in boolean mode)"
    const filter = 'exists (select 1 from owners where owners.id = docs.id)'
    for (const text of [
      `select id, ${match} as score from docs where ${match} and ${filter}`,
      `select id, (select count(*) from owners) as n, ${match} as score from docs where ${match}`,
    ]) {
      await expect(raw.query(text)).rejects.toMatchObject({ errno: 20_105 })
    }
  })

  it('takes subqueries among its filters and its selections', async () => {
    const owned = docsOf('rome hotel')
      .where((eb) =>
        eb.exists(eb.selectFrom('owners').select('name').whereRef('owners.id', '=', 'docs.id')),
      )
      .select('title as distance')
    expect(await owned.execute()).toEqual([])
    const among = docsOf('cheap direct').where(
      'id',
      'in',
      db.selectFrom('owners').select('id').where('name', '!=', 'one'),
    )
    const found = await among.limit(5).execute()
    expect(found.map(({ id }) => id)).toEqual([5, 3])
    expect(found.map(({ score }) => score > 0)).toEqual([true, true])
    expect(await db.selectFrom(among.as('hit')).select(['id', 'rank']).execute()).toEqual([
      { id: 5, rank: 1 },
      { id: 3, rank: 2 },
    ])
    expect((await among.page(1)).rows).toHaveLength(1)
    const [best, second] = await docsOf('cheap')
      .where('id', '<', 4)
      .select((eb) =>
        eb
          .selectFrom('owners')
          .select((one) => one.fn.countAll<number>().as('n'))
          .whereRef('owners.id', '=', 'docs.id')
          .as('owners'),
      )
      .execute()
    expect([best, second]).toMatchObject([
      { id: 1, owners: 1 },
      { id: 3, owners: 1 },
    ])
    const together = db
      .hybridSearch('docs', (leg) => ({ words: leg.text(['body'], 'cheap direct') }))
      .where('id', 'in', db.selectFrom('owners').select('id').where('name', '!=', 'one'))
    expect(ids(await together.select('id').execute())).toEqual([3, 5])
  })

  it('of no words finds nothing, and sends nothing', async () => {
    const none = db.textSearch('docs', ['body'], '"+"').select('id')
    expect(await none.executeWithReport()).toEqual({
      rows: [],
      report: {
        path: 'nothing sent',
        candidates: undefined,
        statements: 0,
        reason: 'the text has no words',
      },
    })
    const composed = db.selectFrom(none.as('hit')).select((eb) => eb.fn.countAll<number>().as('n'))
    expect(await composed.execute()).toEqual([{ n: 0 }])
  })

  it('is a table for other queries', async () => {
    const hit = db.textSearch('docs', ['body'], allOf('cheap')).select('id').limit(100).as('hit')
    const joined = await db
      .selectFrom('owners')
      .leftJoin(hit, 'hit.id', 'owners.id')
      .select(['owners.name', 'hit.id'])
      .where((eb) => eb.or([eb('hit.score', '>', 0), eb('owners.id', '=', 1)]))
      .orderBy('owners.id')
      .execute()
    expect(joined).toEqual([
      { name: 'one', id: 1 },
      { name: 'three', id: 3 },
      { name: 'five', id: 5 },
    ])
    const ranked = await db
      .selectFrom(hit)
      .select(['hit.id', 'hit.rank'])
      .orderBy('hit.rank')
      .execute()
    expect(ranked.map(({ rank }) => rank)).toEqual(ranked.map((_, at) => at + 1))
    expect(ids(ranked)).toEqual(matching((words) => words.includes('cheap')))
    const plan = await db.textSearch('docs', ['body'], 'cheap').select('id').explain()
    expect(plan.indexes).toEqual(['fulltext_index_scan'])
  })

  it('finds the rows of its own transaction', async () => {
    const trx = await db.startTransaction().execute()
    const row = { id: 900, title: 'x', body: 'zeppelin', cjk: 'x', lang: 'en' }
    await trx.insertInto('docs').values(row).execute()
    expect(await trx.textSearch('docs', ['body'], 'zeppelin').select('id').execute()).toMatchObject(
      [{ id: 900 }],
    )
    await trx.rollback().execute()
    await givenBack()
    expect(await found('zeppelin')).toEqual([])
  })

  it('goes by the names of the handle', async () => {
    const camel = db.withPlugin(new CamelCasePlugin()).withSchema(database)
    const rows = await camel
      .textSearch('docs', ['title', 'body'], 'oslo')
      .select('id')
      .limit(1_000)
      .execute()
    expect(ids(rows)).toEqual(matching((words) => words.includes('oslo')))
  })
})

describe('match', () => {
  const match = () => db.match('docs', ['body'], allOf('cheap oslo'))
  const expected = matching((words) => words.includes('cheap') && words.includes('oslo'))

  it('is a condition with a score', async () => {
    const { score } = match()
    const rows = await db
      .selectFrom('docs')
      .where(match())
      .select(['id', score.as('score')])
      .execute()
    expect(ids(rows)).toEqual(expected)
    expect(rows.every((row) => row.score > 0)).toBe(true)
  })

  it('stands beside other conditions, in joins, subqueries, updates and deletes', async () => {
    const both = db
      .selectFrom('docs')
      .where(match())
      .where(db.match('docs', ['body', 'title'], 'rome'))
    expect(ids(await both.select('id').execute())).toEqual(
      expected.filter((id) => wordsOf(id).includes('rome')),
    )
    const joined = db
      .selectFrom('docs')
      .innerJoin('owners', 'owners.id', 'docs.id')
      .where(db.match('docs', ['body'], 'cheap'))
      .select('docs.id')
    if (server.can.matchInJoins) expect(ids(await joined.execute())).toEqual([1, 3, 5])
    else
      await expect(joined.execute()).rejects.toThrow(
        /In a join, MATCH … AGAINST needs MatrixOne 4\.1\./,
      )
    await db.updateTable('docs').set({ lang: 'fr' }).where(match()).execute()
    const french = db.selectFrom('docs').select('id').where('lang', '=', 'fr')
    expect(ids(await french.execute())).toEqual(expected)
  })

  it('of no words is false', async () => {
    const none = db.match('docs', ['body'], '...')
    expect(none.isEmpty).toBe(true)
    expect(
      await db
        .selectFrom('docs')
        .where(none)
        .select(['id', none.score.as('s')])
        .execute(),
    ).toEqual([])
  })

  it('is refused where MatrixOne has no MATCH, before it is sent', () => {
    const docs = db.selectFrom('docs').select('docs.id')
    const score = match().score
    const refused = [
      [docs.where((eb) => eb.or([match(), eb('id', '=', 1)])), /under OR/],
      [docs.where((eb) => eb.not(match())), /under NOT/],
      [docs.where(score, '>', 0.5), /inside of an expression/],
      [docs.select(sql<number>`${score} * 2`.as('s')), /inside of an expression/],
      [docs.leftJoin('owners', 'owners.id', 'docs.id').where(match()), /with an outer join/],
      [
        docs.innerJoin('owners', 'owners.id', 'docs.id').select(score.as('s')),
        /among the selections of a join/,
      ],
      [docs.where(match()).forUpdate(), /locks its rows/],
    ] as const
    for (const [query, reason] of refused) {
      expect(() => query.compile()).toThrow(UnsupportedError)
      expect(() => query.compile()).toThrow(reason)
    }
  })

  it('is an error without these refusals (the trap)', async () => {
    const call = "match(body) against('cheap' in boolean mode)"
    for (const text of [
      `select id from docs where ${call} or id = 1`,
      `select id from docs where not ${call}`,
      `select id from docs where ${call} > 0.5`,
      `select docs.id from docs left join owners on owners.id = docs.id where ${call} and owners.name is null`,
      `select id, ${call} * 2 as s from docs where ${call}`,
    ]) {
      await expect(raw.query(text)).rejects.toThrow(/cannot be replaced by FULLTEXT INDEX/)
    }
  })

  it('and a text search are refused for other columns than an index has, and in the past', () => {
    const columns = ['title'] as never
    expect(() => db.match('docs', columns, 'x')).toThrow(
      'match: no full-text index of docs covers exactly title. Its indexes cover: (title, body), (body), (cjk).',
    )
    const past = db.at({ snapshot: 'friday' })
    expect(() => past.textSearch('docs', ['body'], 'x')).toThrow(UnsupportedError)
    expect(() => past.match('docs', ['body'], 'x')).toThrow(
      /cannot search at \{snapshot = 'friday'\}/,
    )
  })
})

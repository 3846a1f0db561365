import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Doctor,
  type IndexFindingCode,
  type IndexReport,
  l2Distance,
  type MatrixOne,
  type MatrixOneTransaction,
  type SearchIndexes,
  UnsupportedError,
  ValueError,
  type Vector,
  type indexes,
} from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { openDatabase, openRaw } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_doctor_index'

const schema = {
  tables: {
    healthy: {
      key: ['id'],
      vectors: {
        v: {
          element: 'f32',
          dimension: 3,
          indexes: [{ name: 'near', algo: 'ivfflat', metric: 'l2' }],
        },
      },
    },
  },
} as const

interface Place {
  id: number
  kind: number
  v: Vector<'f32', 3> | null
}

interface DB {
  healthy: Place
  pairs: { a: number; b: string; v: Vector<'f32', 3> | null }
  keyless: { v: Vector<'f32', 3> | null }
  graph: { id: number; v: Vector<'f32', 3> | null }
  early: Place
  few: Place
  ignored: Place
  lossy: Place
  odd: Place
  heaped: Place
  spread: { id: number; v: Vector<'f32', 16> }
  behind: { id: number; v: Vector<'f32', 3> | null }
  readonly [indexes]: SearchIndexes<typeof schema>
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database, { schema, hooks: ['enable_hnsw'] }))
  raw = await openRaw(server, { database })
  await raw.query('set experimental_hnsw_index = 1')
})

const PLACE = "cast(concat('[', g % 101, ',', (g * 53) % 103, ',', g % 97, ']') as vecf32(3))"
const from = (first: number, last: number): string =>
  `(select result as g from generate_series(${first}, ${last}) s) n`

async function makePlaces(table: string, rows: number): Promise<void> {
  await raw.query(`create table ${table} (id bigint primary key, kind int, v vecf32(3))`)
  if (rows > 0)
    await raw.query(`insert into ${table} select g, g % 5, ${PLACE} from ${from(1, rows)}`)
}

async function makeIndex(table: string, lists: number): Promise<void> {
  await raw.query(
    `create index near using ivfflat on ${table} (v) lists = ${lists} op_type 'vector_l2_ops'`,
  )
}

/** Two float32 as MatrixOne stores them, for a column of three. */
const SHORT = Buffer.from(new Float32Array([1, 2]).buffer).toString('base64')

const codesOf = ({ findings }: IndexReport): readonly IndexFindingCode[] =>
  findings.map(({ code }) => code)

/** The one finding of a report. */
function onlyFinding({ findings }: IndexReport): IndexReport['findings'][number] {
  expect(findings.map(({ code }) => code)).toHaveLength(1)
  return findings[0] as IndexReport['findings'][number]
}

describe('a healthy table', () => {
  it('has no findings, with an ivfflat index whose recall is measured', async () => {
    await makePlaces('healthy', 2_000)
    await raw.query('insert into healthy values (9001, 1, null)')
    await makeIndex('healthy', 20)
    const report = await db.doctor.index('healthy', 'v')
    expect(report.findings).toEqual([])
    expect(report).toMatchObject({ database, table: 'healthy', column: 'v', dimension: 3 })
    expect(report.vectors).toBe(2_000)
    const [index] = report.indexes
    expect(index).toMatchObject({ name: 'near', algorithm: 'ivfflat', metric: 'l2' })
    expect(index?.statistics).toMatchObject({ lists: 20, entries: 2_000 })
    expect(index?.recall).toMatchObject({ probeLimit: 5, queries: 20, enough: undefined })
    expect(index?.recall?.recall).toBeGreaterThan(0.9)
    expect(report.notes).toEqual([
      'The recall of near was measured with 20 stored vectors as queries; db.doctor.recall measures it with your own.',
    ])
  })

  it('has none in a transaction either', async () => {
    const report = await db.transaction().execute((trx) => trx.doctor.index('healthy', 'v'))
    expect(report.findings).toEqual([])
  })

  it('has none with a key of two columns, and without a key', async () => {
    await raw.query('create table pairs (a bigint, b varchar(10), v vecf32(3), primary key (a, b))')
    await raw.query(`insert into pairs select g, concat('x', g), ${PLACE} from ${from(1, 200)}`)
    await makeIndex('pairs', 4)
    await raw.query('create table keyless (v vecf32(3))')
    await raw.query(`insert into keyless select ${PLACE} from ${from(1, 200)}`)
    await makeIndex('keyless', 4)
    expect((await db.doctor.index('pairs', 'v')).findings).toEqual([])
    expect((await db.doctor.index('keyless', 'v')).findings).toEqual([])
  })

  it('has none with an HNSW index that has followed, and none without an index', async () => {
    await raw.query('create table graph (id bigint primary key, v vecf32(3))')
    await raw.query(`insert into graph select g, ${PLACE} from ${from(1, 300)}`)
    expect(await db.doctor.index('graph', 'v')).toMatchObject({ findings: [], indexes: [] })
    await raw.query("create index near using hnsw on graph (v) op_type 'vector_l2_ops'")
    const report = await db.doctor.index('graph', 'v')
    expect(report.findings).toEqual([])
    const lag = report.indexes[0]?.lag
    if (!server.can.indexAsync) {
      return expect(report.notes[0]).toMatch(
        /^near finds no row that is written after it was built\./,
      )
    }
    expect(lag).toMatchObject({ error: null, missing: [] })
    expect(lag?.lookedFor).toBeGreaterThan(3)
  })
})

describe('a planted fault is found:', () => {
  it('an index that was built on an empty table', async () => {
    await makePlaces('early', 0)
    await makeIndex('early', 20)
    expect((await db.doctor.index('early', 'v')).findings).toEqual([])
    await raw.query(`insert into early select g, g % 5, ${PLACE} from ${from(1, 500)}`)
    const finding = onlyFinding(await db.doctor.index('early', 'v'))
    expect(finding).toMatchObject({ code: 'built-empty', index: 'near', count: 500 })
    expect(finding.message).toBe(
      'near was built when the table was empty: all 500 vectors are in one list, so every search reads all of them.',
    )
    expect(finding.advice).toContain("db.vectorOps.reindex('early', 'near')")
    await db.vectorOps.reindex('early', 'near')
    expect((await db.doctor.index('early', 'v')).findings).toEqual([])
  })

  it('fewer vectors than lists, with a number of lists that fits', async () => {
    await makePlaces('few', 30)
    await makeIndex('few', 200)
    const finding = onlyFinding(await db.doctor.index('few', 'v'))
    expect(finding.code).toBe('built-empty')
    expect(finding.advice).toContain('{ lists: 5 }')
  })

  it('a phantom that INSERT IGNORE has left, with the wrong row first (the trap)', async () => {
    await makePlaces('ignored', 500)
    await makeIndex('ignored', 4)
    await raw.query("insert ignore into ignored values (9, 1, '[7, 7, 7]')")
    const [rows] = await raw.query(
      "select id, l2_distance(v, '[7, 7, 7]') as d from ignored order by d limit 1",
    )
    if (!server.can.insertIgnorePhantom) {
      expect(rows).not.toMatchObject([{ id: 9 }])
      expect((await db.doctor.index('ignored', 'v')).findings).toEqual([])
      return
    }
    expect(rows).toEqual([{ id: 9, d: 0 }])
    const finding = onlyFinding(await db.doctor.index('ignored', 'v'))
    expect(finding).toMatchObject({ code: 'phantom-entries', count: 1, examples: [9] })
    expect(finding.message).toContain('near has 1 entry (for example 9) whose vector is in no row')
  })

  it('rows that the index misses, and no search through it finds (the trap)', async () => {
    await makePlaces('lossy', 500)
    await makeIndex('lossy', 4)
    const [tables] = await raw.query(
      'select distinct index_table_name as entries from mo_catalog.mo_indexes where algo_table_type = ? and table_id = ' +
        '(select rel_id from mo_catalog.mo_tables where account_id = current_account_id() and reldatabase = ? and relname = ?)',
      ['entries', database, 'lossy'],
    )
    const [{ entries }] = tables as [{ entries: string }]
    await raw.query(`delete from \`${entries}\` where __mo_index_pri_col in (5, 6, 7)`)
    const [rows] = await raw.query(
      "select id, l2_distance(v, '[5, 59, 5]') as d from lossy order by d limit 1",
    )
    expect((rows as { id: number }[])[0]?.id).not.toBe(5)
    const finding = onlyFinding(await db.doctor.index('lossy', 'v'))
    expect(finding).toMatchObject({ code: 'missing-entries', count: 3 })
    expect(new Set(finding.examples)).toEqual(new Set([5, 6, 7]))
  })

  it('a vector of another dimension, after which every exact search fails (the trap)', async ({
    skip,
  }) => {
    await makePlaces('odd', 50)
    skip(!server.can.vectorsFromBase64, 'no statement stores such a vector')
    await raw.query(`insert into odd values (77, 1, vecf32_from_base64('${SHORT}'))`)
    await expect(
      raw.query("select id, l2_distance(v, '[1, 2, 3]') as d from odd order by d limit 1"),
    ).rejects.toThrow(/dimension/)
    const finding = onlyFinding(await db.doctor.index('odd', 'v'))
    expect(finding).toMatchObject({ code: 'wrong-dimension', count: 1, examples: [77] })
    expect(finding.message).toMatch(
      /^1 vector of v \(for example 77\) has another dimension than 3:/,
    )
  })

  it('NaN and infinities', async ({ skip }) => {
    skip(!server.can.nanVectorAccepted, 'they are refused')
    await raw.query('delete from odd where id = 77')
    await raw.query("insert into odd values (78, 1, '[NaN, 1, 1]'), (79, 1, '[1, Infinity, 1]')")
    const finding = onlyFinding(await db.doctor.index('odd', 'v'))
    expect(finding).toMatchObject({ code: 'not-finite', count: 2 })
    expect(new Set(finding.examples)).toEqual(new Set([78, 79]))
  })

  it('one list with most of the entries', async () => {
    await makePlaces('heaped', 1_000)
    await makeIndex('heaped', 20)
    await raw.query(
      `insert into heaped select g, 1, cast(concat('[', 5000 + g % 10, ',', 5000, ',', 5000, ']') as vecf32(3)) from ${from(2_000, 4_999)}`,
    )
    const report = await db.doctor.index('heaped', 'v')
    const finding = onlyFinding(report)
    expect(finding).toMatchObject({ code: 'skewed-lists', index: 'near' })
    expect(finding.count).toBeGreaterThanOrEqual(3_000)
  })

  it('a probe limit that is too low, with one that is enough', async () => {
    await raw.query('create table spread (id bigint primary key, v vecf32(16))')
    let state = 7
    const random = (): string => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return (state / 2_147_483_648).toFixed(3)
    }
    const rows = Array.from(
      { length: 2_000 },
      (_, at) => `(${at + 1}, '[${Array.from({ length: 16 }, random).join(',')}]')`,
    )
    await raw.query(`insert into spread values ${rows.join(', ')}`)
    await raw.query(
      "create index near using ivfflat on spread (v) lists = 50 op_type 'vector_l2_ops'",
    )
    const report = await db.doctor.index('spread', 'v')
    const finding = onlyFinding(report)
    expect(finding.code).toBe('low-probe-limit')
    const recall = report.indexes[0]?.recall
    expect(recall?.recall).toBeLessThan(0.9)
    expect([10, 20, 40]).toContain(recall?.enough)
    expect(finding.advice).toContain(`setSession({ probe_limit: ${recall?.enough} })`)
    const [set] = await raw.query('select @@probe_limit as n')
    expect(set).toEqual([{ n: '5' }])
  })

  it('an HNSW index that does not know new rows yet, and one whose job fails', async () => {
    await raw.query('create table behind (id bigint primary key, v vecf32(3))')
    await raw.query(`insert into behind select g, ${PLACE} from ${from(1, 300)}`)
    await raw.query("create index near using hnsw on behind (v) op_type 'vector_l2_ops'")
    await raw.query("insert into behind values (5000, '[500, 500, 500]')")
    const fresh = await db.doctor.index('behind', 'v')
    expect(onlyFinding(fresh)).toMatchObject({ code: 'stale-index', examples: [5000] })
    if (!server.can.indexAsync) {
      await db.vectorOps.reindex('behind', 'near')
      expect((await db.doctor.index('behind', 'v')).findings).toEqual([])
      return
    }
    expect(fresh.findings[0]?.message).toMatch(/newer than its last update, .* after 10 to 20 s\.$/)

    await raw.query(`insert into behind values (5001, vecf32_from_base64('${SHORT}'))`)
    if (!server.can.hnswJobRefusesDimension) {
      expect(codesOf(await db.doctor.index('behind', 'v'))).toContain('wrong-dimension')
      return
    }
    // The job runs every 10 to 20 s, later under load.
    let stuck = await db.doctor.index('behind', 'v')
    for (let tries = 0; tries < 30 && stuck.indexes[0]?.lag?.error === null; tries += 1) {
      await sleep(server.mode === 'replay' ? 0 : 5_000)
      stuck = await db.doctor.index('behind', 'v')
    }
    expect(codesOf(stuck)).toEqual(['wrong-dimension', 'stale-index'])
    expect(stuck.findings[1]?.message).toMatch(/The job that follows near fails \(.*dimension/)
    expect(stuck.findings[1]?.examples).toEqual([5000])
  }, 240_000)

  it('an index that no search uses', async () => {
    await makePlaces('taxi', 100)
    await raw.query("create index cab using ivfflat on taxi (v) lists = 2 op_type 'vector_l1_ops'")
    const report = await (db.doctor as unknown as Doctor<unknown>).index('taxi', 'v')
    expect(codesOf(report)).toEqual(['unused-index'])
  })
})

describe('a search that is given', () => {
  const query = [1, 2, 3] as const
  const sorted = () =>
    db
      .selectFrom('healthy')
      .select((eb) => ['id', l2Distance(eb.ref('v'), query).as('d')])
      .orderBy('d')
  const examine = (search: ReturnType<typeof sorted>): Promise<IndexReport> =>
    db.doctor.index('healthy', 'v', { search })

  it('is fine where it reads the index', async () => {
    expect((await examine(sorted().limit(3))).findings).toEqual([])
    const large = db.vectorSearch('healthy', 'v', query, { rowBudget: 10 }).select('id')
    expect((await db.doctor.index('healthy', 'v', { search: large })).findings).toEqual([])
  })

  it('loses the index by its shape, and is told how', async () => {
    const shapes = [
      [sorted(), 'it has no limit'],
      [sorted().orderBy('id').limit(3), 'it sorts by more than the distance'],
      // Before 4.1 the guard refuses such a search.
      ...(server.can.descendingSearchIsExact
        ? [
            [
              sorted().clearOrderBy().orderBy('d', 'desc').limit(3),
              'it sorts in descending order',
            ] as const,
          ]
        : []),
      [sorted().clearOrderBy().limit(3), 'it does not sort by a distance'],
      [sorted().limit(3).forUpdate(), 'it locks rows, or asks for another way to search'],
    ] as const
    for (const [search, reason] of shapes) {
      const finding = onlyFinding(await examine(search))
      expect(finding.code).toBe('lost-index')
      expect(finding.message).toBe(
        `The given search does not read an index, it compares all rows: ${reason}.`,
      )
    }
  })

  it('may compare all rows on purpose, which is a note', async () => {
    const small = db.vectorSearch('healthy', 'v', query).select('id')
    const report = await db.doctor.index('healthy', 'v', { search: small })
    expect(report.findings).toEqual([])
    expect(report.notes.at(-1)).toMatch(
      /^The given search compares rows one by one: at most 20,000/,
    )
  })
})

describe('an examination', () => {
  it('looks at no more rows than it may, and says so', async () => {
    const report = await db.doctor.index('ignored', 'v', { sample: 100 })
    const phantoms = server.can.insertIgnorePhantom ? 1 : 0
    const phantom = { code: 'phantom-entries', count: 1, examples: [] }
    expect(report.findings).toMatchObject(phantoms === 0 ? [] : [phantom])
    expect(report.notes.slice(0, 2)).toEqual([
      'Of 500 vectors the first 100 were looked at; raise `sample` to look at more.',
      `The ${500 + phantoms} entries of near were counted and not compared with the rows one by one; raise \`sample\` to compare them.`,
    ])
  })

  it('is refused for what is not a vector column, unknown options and the past', async () => {
    await expect(db.doctor.index('healthy', 'kind' as never)).rejects.toThrow(ValueError)
    await expect(db.doctor.index('healthy', 'v', { samples: 3 } as never)).rejects.toThrow(
      'doctor.index has no option samples. Did you mean sample?',
    )
    await expect(db.doctor.index('healthy', 'v', { search: {} as never })).rejects.toThrow(
      'must be a search',
    )
    expect(() => db.at({ snapshot: 'friday' }).doctor).toThrow(UnsupportedError)
  })

  it('takes tables and vector columns of the interface only', () => {
    expectTypeOf<Doctor<DB>['index']>().returns.resolves.toEqualTypeOf<IndexReport>()
    // @ts-expect-error not a table
    void (() => db.doctor.index('nowhere', 'v'))
    // @ts-expect-error not a vector column
    void (() => db.doctor.index('healthy', 'kind'))
    expectTypeOf<MatrixOneTransaction<DB>['doctor']>().toEqualTypeOf<
      Doctor<DB, MatrixOneTransaction<DB>>
    >()
  })
})

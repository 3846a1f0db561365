import { sql } from 'kysely'
import { GuardError, type MatrixOne } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_guard_views'
const [one, two] = ['kmo_guard_views_1', 'kmo_guard_views_2']

interface DB {
  t: { id: number }
  early: { id: number }
  plain: { id: number }
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, database))
  const dropSnapshots = async (): Promise<void> => {
    for (const name of [one, two]) await raw.query(`drop snapshot if exists ${name}`)
  }
  await dropSnapshots()
  server.beforeClose(dropSnapshots)
  await raw.query(`use ${database}`)
  await raw.query('create table t (id int primary key)')
  await raw.query('insert into t values (1)')
  await raw.query(`create snapshot ${one} for database ${database}`)
  await raw.query('insert into t values (2)')
  await raw.query(`create view early as select * from t {snapshot = '${one}'}`)
  await raw.query('create view outer_early as select * from early')
  await raw.query('create view plain as select * from t')
  await raw.query(`create snapshot ${two} for database ${database}`)
  await raw.query('insert into t values (3)')
})

const count = async (text: string): Promise<unknown> =>
  (await sql<{ n: number }>`${sql.raw(text)}`.execute(db)).rows[0]?.n

describe('a view that holds a hint, beside another one', () => {
  it('is read at the other one, or the other way round (the trap)', async () => {
    const [rows] = await raw.query(
      `select (select count(*) from early) as a, (select count(*) from t {snapshot = '${two}'}) as b`,
    )
    expect(rows).toEqual([{ a: 1, b: 1 }])
    const [hinted] = await raw.query(`select count(*) as n from early {snapshot = '${two}'}`)
    expect(hinted).toEqual([{ n: 1 }])
  })

  it.each([
    ['beside a hinted table', `select count(*) as n from early, t {snapshot = '${two}'}`],
    ['with a hint of its own', `select count(*) as n from early {snapshot = '${two}'}`],
    ['inside of another view', `select count(*) as n from outer_early o, t {snapshot = '${two}'}`],
  ])('is refused %s', async (_where, text) => {
    await expect(count(text)).rejects.toThrow(GuardError)
    await expect(count(text)).rejects.toThrow(
      /the view (outer_)?early, which holds the hint .*Guard: timeHint/s,
    )
  })

  it('is refused through a handle of the past', async () => {
    const query = db.at({ snapshot: two }).selectFrom('early').selectAll()
    await expect(query.execute()).rejects.toThrow(/the view early/)
  })

  it('is sent when both mean the same, and when the view has none', async () => {
    expect(await count(`select count(*) as n from early, t {snapshot = "${one}"}`)).toBe(1)
    expect(await count(`select count(*) as n from plain {snapshot = '${two}'}`)).toBe(2)
    const past = db.at({ snapshot: two }).selectFrom('plain').selectAll().orderBy('id')
    expect(await past.execute()).toEqual([{ id: 1 }, { id: 2 }])
  })
})

describe('a view that holds a hint, in a statement that has none', () => {
  it.each([
    ['select v.id as a, t.id as b from early v join t on t.id = 3', [{ a: 1, b: 3 }]],
    ['select p.id as a, v.id as b from plain p join early v on p.id = 3', [{ a: 3, b: 1 }]],
    ['select max(id) as a, (select count(*) from early) as b from t', [{ a: 3, b: 1 }]],
    ['select count(*) as a from (select id from early union all select id from t) u', [{ a: 4 }]],
    ['with p as (select * from early) select count(*) as a from p, t', [{ a: 3 }]],
  ])('is read in the past and all else in the present: %s', async (text, expected) => {
    expect((await sql`${sql.raw(text)}`.execute(db)).rows).toEqual(expected)
  })

  it('serves another such view, too (the trap that is left to the program)', async () => {
    await raw.query(`create view later as select * from t {snapshot = '${two}'}`)
    const [rows] = await raw.query(
      'select (select count(*) from early) as a, (select count(*) from later) as b',
    )
    expect([[{ a: 1, b: 1 }], [{ a: 2, b: 2 }]]).toContainEqual(rows)
    await raw.query('drop view later')
  })
})

/** Keys of every kind: of the rows that are found, and of the row that a search starts from. */
import { CamelCasePlugin, sql } from 'kysely'
import {
  type indexes,
  type MatrixOne,
  rowOf,
  type SearchIndexes,
  type Vector,
} from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, openRaw } from '../support/database.js'
import { useServer } from '../support/server.js'
import { COUNT, nearestIds, vectorOf } from './places.js'

const server = useServer(import.meta.url)
const database = 'kmo_search_keys'
const query = [50.3, 50.7, 49.9]

const near = [{ name: 'near', algo: 'ivfflat', metric: 'l2' }] as const

const schema = {
  tables: {
    /** A key of two columns. */
    cells: {
      key: ['tenant', 'cell_no'],
      vectors: { v: { element: 'f32', dimension: 3, indexes: near } },
    },
    /** A key of bytes, and vectors of another type. */
    wide: { key: ['id'], vectors: { v: { element: 'f64', dimension: 3, indexes: near } } },
  },
} as const

interface Cell {
  tenant: number
  cell_no: number
  v: Vector<'f32', 3> | null
}

interface DB {
  cells: Cell
  wide: { id: Uint8Array; n: number; v: Vector<'f64', 3> | null }
  kept: { n: number; d: number; place: number }
  readonly [indexes]: SearchIndexes<typeof schema>
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database, { schema }))
  raw = await openRaw(server, { database })
  const vector = (element: string): string => `cast(if(g % 50 = 0, null,
    concat('[', (g * 37) % 101, ',', (g * 53) % 103, ',', (g * g) % 997 / 10, ']')) as vec${element}(3))`
  const numbers = `(select result as g from generate_series(1, ${COUNT}) s) n`
  await raw.query(
    'create table cells (tenant int, cell_no int, v vecf32(3), primary key (tenant, cell_no))',
  )
  await raw.query(`insert into cells select g % 7, g, ${vector('f32')} from ${numbers}`)
  await raw.query('create table wide (id varbinary(8) primary key, n int, v vecf64(3))')
  await raw.query(
    `insert into wide select unhex(concat('FF', lpad(hex(g), 6, '0'))), g, ${vector('f64')} from ${numbers}`,
  )
  for (const table of ['cells', 'wide']) {
    await raw.query(
      `create index near using ivfflat on ${table} (v) lists = 20 op_type 'vector_l2_ops'`,
    )
  }
})

const others = (id: number, limit: number): readonly number[] =>
  nearestIds(vectorOf(id), limit, (other) => other !== id)
const bytesOf = (id: number): Buffer => Buffer.from([0xff, 0, id >> 8, id & 255])

describe('a row with a key of several columns', () => {
  const like = () =>
    db.vectorSearch('cells', 'v', rowOf('cells', { tenant: 0, cell_no: 77 }), { rowBudget: 10 })

  it('loses the index, and rows without a vector come first (the trap)', async () => {
    const [rows] = await raw.query(
      `select cells.cell_no, l2_distance(cells.v, l.lv) as d from cells cross join
       (select v as lv from cells where v is not null and tenant = 0 and cell_no = 77) as l order by d asc limit 4`,
    )
    expect((rows as { d: number | null }[]).map(({ d }) => d)).toEqual([null, null, null, null])
  })

  it('is compared with all rows, alone and in another query', async () => {
    const { rows, report } = await like().select('cell_no').executeWithReport()
    expect(rows.map((row) => row.cell_no)).toEqual(others(77, 10))
    expect(report).toMatchObject({
      path: 'exact',
      reason: 'the row that it starts from has a key of several columns',
      statements: 1,
    })
    const hits = await db
      .selectFrom(like().select('cell_no').as('hit'))
      .selectAll()
      .orderBy('rank')
      .execute()
    expect(hits.map((row) => row.cell_no)).toEqual(others(77, 10))
    expect(() => like().using('index').compile()).toThrow(/has a key of several columns/)
  })
})

describe('a row of another table', () => {
  const like = () => db.vectorSearch('wide', 'v', rowOf('cells', { tenant: 0, cell_no: 77 }))

  it('whose vectors are of another type is compared with all rows', async () => {
    const from = db.vectorSearch('cells', 'v', rowOf('wide', bytesOf(77)), { rowBudget: 10 })
    const { rows, report } = await from.select('cell_no').executeWithReport()
    expect(rows.map((row) => row.cell_no)).toEqual([77, ...others(77, 9)])
    expect(report.reason).toBe('the row that it starts from has vectors of another type')
    if (!server.can.windowsOrderBytes) return
    const hits = db.selectFrom(like().select('n').as('hit')).select('hit.n').orderBy('hit.rank')
    expect((await hits.execute()).map(({ n }) => n)).toEqual([77, ...others(77, 9)])
  })
})

describe('a key of bytes', () => {
  it('names the row to start from, and keeps pages apart', async () => {
    const like = db.vectorSearch('wide', 'v', rowOf('wide', bytesOf(77)), { rowBudget: 10 })
    if (!server.can.windowsOrderBytes) {
      await expect(like.select('n').page(5)).rejects.toThrow('not supported: VARBINARY')
      return
    }
    const first = await like.select('n').page(5)
    const second = await like
      .select('n')
      .after(first.next ?? '')
      .page(5)
    expect([...first.rows, ...second.rows].map(({ n }) => n)).toEqual(others(77, 10))
  })
})

describe('a key that was not selected', () => {
  it('is not among the columns of the hits', async () => {
    if (!server.can.windowsOrderBytes) return
    for (const using of ['exact', 'index'] as const) {
      for (const search of [
        db.vectorSearch('wide', 'v', query).select('n').using(using),
        db.vectorSearch('wide', 'v', query).select('n').using(using).within(1_000),
        db
          .vectorSearch('wide', 'v', rowOf('wide', bytesOf(77)))
          .select('n')
          .using(using),
        db.vectorSearch('wide', 'v', query).select('n').using(using).groups({ by: 'id', each: 1 }),
      ]) {
        const [hit] = await db.selectFrom(search.as('hit')).selectAll().orderBy('rank').execute()
        expect(Object.keys(hit ?? {}).toSorted()).toEqual(['distance', 'n', 'rank'])
      }
    }
  })

  it('does not disturb INSERT … SELECT', async () => {
    if (!server.can.windowsOrderBytes) return
    await raw.query('create table kept (n int, d double, place int)')
    const hits = db.vectorSearch('wide', 'v', query).select('n').as('hit')
    await db
      .insertInto('kept')
      .columns(['n', 'd', 'place'])
      .expression(db.selectFrom(hits).selectAll())
      .execute()
    const kept = await db.selectFrom('kept').select('n').orderBy('place').execute()
    expect(kept.map(({ n }) => n)).toEqual(nearestIds(query, 10))
  })

  it('still keeps the index', async () => {
    const hits = db.vectorSearch('wide', 'v', query).select('n').as('hit')
    for (const around of [
      db.selectFrom(hits).select((eb) => eb.fn.max('hit.distance').as('d')),
      db.selectFrom(hits).select('hit.n').where('hit.distance', '<', 100),
      db.selectFrom(hits).innerJoin('cells', 'cells.cell_no', 'hit.n').select('hit.n'),
    ]) {
      const plan = await around.explain()
      expect(plan.some((row) => String(Object.values(row)[0]).includes('ivf_search'))).toBe(true)
    }
  })
})

describe('the names of a handle', () => {
  it('go for the columns of the key of a row', async () => {
    const camel = db.withPlugin(new CamelCasePlugin()).withTables<{
      cells: { tenant: number; cellNo: number; v: Vector<'f32', 3> | null }
    }>()
    const from = rowOf('cells', { tenant: 0, cellNo: 77 })
    const hits = await camel.vectorSearch('cells', 'v', from).select('cellNo').execute()
    expect(hits.map(({ cellNo }) => cellNo)).toEqual(others(77, 10))
  })

  it('may have the database in front', async () => {
    const full = db.withTables<{ 'kmo_search_keys.cells': Cell }>()
    const all = full.vectorSearch('kmo_search_keys.cells', 'v', query, {
      exact: true,
      metric: 'l2',
    })
    const hits = await all
      .select('cell_no')
      .where(sql<boolean>`tenant >= 0`)
      .execute()
    expect(hits.map((hit) => hit.cell_no)).toEqual(nearestIds(query, 10))
  })
})

import type { Connection } from 'mysql2/promise'
import { CompiledQuery, sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { MatrixOne, ValueError } from 'kysely-matrixone'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

interface DB {
  cities: { id: number; name: string; v: number[] }
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, 'kmo_lists'))
  await raw.query('use kmo_lists')
  await raw.query('create table cities (id int primary key, name varchar(20), v vecf32(2))')
  await raw.query(
    "insert into cities values (1, 'Oslo', '[1,2]'), (2, 'Rome', '[3,4]'), (3, 'Bern', '[5,6]')",
  )
})

const ids = async (text: string, values: readonly unknown[]): Promise<unknown> =>
  (await db.execute<{ id: number }>(text, values)).rows.map(({ id }) => id)

describe('an array behind IN', () => {
  it('finds nothing as one JSON text, and says nothing (the trap)', async () => {
    const [rows] = await raw.query(`select id from cities where name in ('["Oslo","Rome"]')`)
    expect(rows).toEqual([])
  })

  it.each([
    ['text', 'select id from cities where name in (?) order by id', [['Oslo', 'Rome']], [1, 2]],
    ['numbers', 'select id from cities where id in ( ? ) order by id', [[1, 3]], [1, 3]],
    ['one value', 'select id from cities where id in(?)', [[2]], [2]],
    ['NOT IN', 'select id from cities where name NOT IN (?)', [['Oslo', 'Rome']], [3]],
    ['bigints', 'select id from cities where id in (/* ids */ ?) order by id', [[1n, 2n]], [1, 2]],
    [
      'vectors',
      'select id from cities where v in (?) order by id',
      [
        [
          [1, 2],
          [5, 6],
        ],
      ],
      [1, 3],
    ],
    [
      'two lists and a value',
      'select id from cities where name in (?) and id < ? and id in (?)',
      [['Oslo', 'Rome'], 2, [1, 2, 3]],
      [1],
    ],
  ])('is a list: %s', async (_what, text, values, expected) => {
    expect(await ids(text, values)).toEqual(expected)
  })

  it('is a list in sql templates, inside and outside a builder', async () => {
    const names = ['Oslo', 'Bern']
    const template = sql<{ id: number }>`select id from cities where name in (${names}) order by id`
    expect((await template.execute(db)).rows).toEqual([{ id: 1 }, { id: 3 }])
    const built = db
      .selectFrom('cities')
      .select('id')
      .where(sql<boolean>`name in (${names})`)
      .orderBy('id')
    expect(await built.execute()).toEqual([{ id: 1 }, { id: 3 }])
  })

  it('is a list in a compiled query with text of its own', async () => {
    const query = CompiledQuery.raw('select id from cities where name in (?) order by id', [
      ['Oslo', 'Rome'],
    ])
    expect((await db.executeQuery(query)).rows).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('is refused when it is empty', async () => {
    await expect(ids('select id from cities where id in (?)', [[]])).rejects.toThrow(ValueError)
    await expect(sql`select id from cities where id in (${[]})`.execute(db)).rejects.toThrow(
      /empty array stands behind IN/,
    )
  })
})

describe('an array elsewhere', () => {
  it('is a vector or JSON text, as before', async () => {
    expect(await ids('select id from cities where v = ?', [[3, 4]])).toEqual([2])
    expect(
      await db
        .selectFrom('cities')
        .select('id')
        .where('v', 'in', [[3, 4]])
        .execute(),
    ).toEqual([{ id: 2 }])
    const { rows } = await db.execute<{ x: unknown }>('select ? as x', [['a', 'b']])
    expect(rows).toEqual([{ x: '["a","b"]' }])
  })
})

describe('the values of a text', () => {
  it('must be as many as its placeholders', async () => {
    await expect(ids('select id from cities where id in (?) and id = ?', [[1]])).rejects.toThrow(
      /2 placeholders but 1 values/,
    )
    await expect(ids("select '?' as id", [1])).rejects.toThrow(ValueError)
  })
})

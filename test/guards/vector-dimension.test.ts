import { sql } from 'kysely'
import type { Connection } from 'mysql2/promise'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MatrixOne } from 'kysely-matrixone'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

interface DB {
  t: { id: number; v: string; w: string }
}

/** [1, 2] as two floats. */
const TWO = 'AACAPwAAAEA='
/** [1, 2, 1, 2]. */
const FOUR = 'AACAPwAAAEAAAIA/AAAAQA=='

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, 'kmo_guard_vectors'))
  await raw.query('use kmo_guard_vectors')
  await raw.query('create table t (id int primary key, v vecf32(4), w vecf64(2))')
})

beforeEach(async () => {
  await raw.query('delete from t where id > 0')
})

const send = (text: string): Promise<unknown> => sql`${sql.raw(text)}`.execute(db)

const dimensions = async (): Promise<unknown> =>
  (await raw.query('select id, vector_dims(v) as n from t order by id'))[0]

describe('a vector of another dimension', () => {
  it.each([
    `insert into t (id, v) values (1, vecf32_from_base64('${TWO}'))`,
    `insert into t (id, v) values (1, cast('[1,2]' as vecf32(2)))`,
  ])('is stored by the server without an error (the trap): %s', async (text) => {
    if (!server.can.vectorsFromBase64) {
      const refused = /array dimension 2 does not match|function or operator 'vecf32_from_base64'/
      return expect(raw.query(text)).rejects.toThrow(refused)
    }
    await raw.query(text)
    expect(await dimensions()).toEqual([{ id: 1, n: 2 }])
  })

  it.each([
    `insert into t (id, v) values (1, vecf32_from_base64('${TWO}'))`,
    `insert into kmo_guard_vectors.t values (1, vecf32_from_base64('${TWO}'), null)`,
    `replace into \`t\` (v, id) values (vecf32_from_base64('${FOUR}'), 1), (VECF32_FROM_BASE64( '${TWO}' ), 2)`,
    `insert into t (id, V) values (1, cast('[1,2]' as vecf32(2))) on duplicate key update id = 2`,
    `update t set id = 3, v = vecf32_from_base64('${TWO}') where id = 1`,
    `update t set v = cast('[1,2,3]' as vecf32(3))`,
  ])('is refused, and its column named: %s', async (text) => {
    await expect(send(text)).rejects.toThrow(
      /^t\.v holds vectors of 4 dimensions, and MatrixOne would store this one of [23] without an error\. .* Guard: vectorDimension\.$/,
    )
    expect(await dimensions()).toEqual([])
  })

  it('is refused as a parameter', async () => {
    const insert = sql`insert into t (id, v) values (${1}, vecf32_from_base64(${TWO}))`
    await expect(insert.execute(db)).rejects.toThrow(/Guard: vectorDimension/)
  })
})

describe('every other vector', () => {
  it.each([
    `insert into t (id, v) values (1, vecf32_from_base64('${FOUR}'))`,
    `insert into t (v, id) values (vecf32_from_base64('${FOUR}'), 1), (cast('[1,2,3,4]' as vecf32(4)), 2)`,
    `insert into t values (1, vecf32_from_base64('${FOUR}'), vecf64_from_base64('${FOUR}'))`,
    `insert into t (id, v) values (length(concat('a', 'b')), normalize_l2(vecf32_from_base64('${FOUR}')))`,
    `update t set v = vecf32_from_base64('${FOUR}') where vector_dims(cast('[1]' as vecf32(1))) = 1`,
    `insert into t (id, v) select 1, vecf32_from_base64('${FOUR}')`,
    `select vecf32_from_base64('${TWO}') as v, cast('[1]' as vecf32(1)) as w`,
  ])('is sent: %s', async (text) => {
    if (!server.can.vectorsFromBase64) {
      return expect(send(text)).rejects.toThrow("function or operator 'vecf32_from_base64'")
    }
    await expect(send(text)).resolves.toBeDefined()
  })
})

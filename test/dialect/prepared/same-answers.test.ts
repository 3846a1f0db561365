import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { sql } from 'kysely'
import type { ColumnTypeOptions, MatrixOne } from 'kysely-matrixone'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type ClientConfig,
  openDatabase,
  type TestDatabase,
  withClient,
} from '../../support/database.js'
import { watchPrepared } from '../../support/prepared-watch.js'
import { useServer } from '../../support/server.js'
import type { AnyTables } from '../../support/unconnected.js'
import { queryOf, type Shape, shapes, tableOfEveryKind, valuesOf } from './random-queries.js'

const server = useServer(import.meta.url)

beforeEach(({ skip }) => skip(!server.can.exactPrepared, 'nothing is prepared there'))
const prepared = watchPrepared()

/** How many queries are compared, by how many clients: more with MO_URL, for the figure of docs/prepared.md. */
const MANY = server.mode === 'live' ? Number(process.env['KMO_PREPARED_QUERIES'] ?? 0) : 0
const [QUERIES, REPEATS, CLIENTS] = MANY > 0 ? [MANY, 40, 6] : [120, 6, 1]

let database: TestDatabase<AnyTables>

beforeAll(async () => {
  database = await openDatabase<AnyTables>(server, 'kmo_same_answers')
  const { raw } = database
  await raw.query('use kmo_same_answers')
  for (const statement of tableOfEveryKind('every')) await raw.query(statement)
  await raw.query(`create table zoo (
    id int primary key, flag bool, tiny tinyint(1), small smallint, med mediumint, num int unsigned,
    big bigint, ubig bigint unsigned, de decimal(30, 10), f float, d double, y year,
    da date, ti time(3), ti0 time, dt datetime(6), dt0 datetime, ts timestamp(3), b1 bit(1), b53 bit(53), b64 bit(64),
    c char(10), vc varchar(100), tx text, en enum('a', '😀'), st set('x', 'y'), u uuid,
    bi binary(4), vb varbinary(10), bl blob, js json, ${server.can.arrayColumns ? 'ar array(int),' : ''}
    v32 vecf32(3), v64 vecf64(3), \`__proto__\` int, \`😀\` int)`)
  const values = [
    `1, true, 1, -32768, 5, 4294967295, 9007199254740991, 9007199254740991, '1.5', 0.1, 0.1, 2024,
      '2024-05-06', '25:00:00.5', '-01:02:03', '2024-05-06 07:08:09.123456', '2024-05-06', '2024-05-06 07:08:09.1',
      1, 9007199254740991, 18446744073709551615, 'c😀', 'v😀é', 't😀', '😀', 'y,x',
      '01a1fdbf-79af-79fe-8e24-5fe74b7b5bfa', x'00ff0a00', x'80ff', x'f09f9880', '{"a": "😀", "b": [1, null]}',
      ${server.can.arrayColumns ? "'[1,2]'," : ''} '[0.1,2,-3e10]', '[0.1,2,1e300]', 7, 8`,
    `2, false, 0, 0, 0, 0, -9007199254740991, 0, '-0.0000000001', 16777217, -1e300, 1901,
      '0001-01-01', '00:00:00', '838:59:59', '0001-01-01', '9999-12-31 23:59:59', '2000-01-01', 0, 0, 0,
      '', '', '', 'a', '', '00000000-0000-0000-0000-000000000000', x'00000000', x'', x'', '[]',
      ${server.can.arrayColumns ? "'[]'," : ''} '[0,0,0]', '[0,-0,0]', 0, 0`,
  ]
  for (const row of values) await raw.query(`insert into zoo values (${row})`)
  await raw.query(
    "insert into zoo (id, f, ti, dt, ts) values (3, 3.4e38, '-00:00:00.001', '0001-01-01 00:00:00.000001', '2024-05-06 07:08:09.999'), (4, 1.17e-38, '-838:59:59.999', '2024-01-01 00:00:00.1', '2024-01-01')",
  )
})

/** Runs a callback with two clients of one connection each: text, and prepared. */
async function withBoth(
  config: ClientConfig,
  use: (text: MatrixOne<AnyTables>, prepared: MatrixOne<AnyTables>) => Promise<void>,
): Promise<void> {
  const connection = { connectionLimit: 1 }
  await withClient<void, AnyTables>(database, { ...config, connection }, (text) =>
    withClient<void, AnyTables>(database, { ...config, connection, prepare: 'auto' }, (db) =>
      use(text, db),
    ),
  )
}

describe('a row of every type', () => {
  const options: readonly ColumnTypeOptions[] = [
    {},
    {
      bigint: 'bigint',
      decimal: 'string',
      date: 'Date',
      datetime: 'string',
      json: 'string',
      vector: 'Float32Array',
    },
    {
      bigint: 'string',
      decimal: 'string',
      date: 'string',
      datetime: 'Date',
      vector: 'Float64Array',
    },
  ]

  it.each(options)('has the same values, read by %o', async (types) => {
    await withBoth({ types }, async (text, db) => {
      for (const id of [1, 2, 3, 4]) {
        const [wanted] = await text.selectFrom('zoo').selectAll().where('id', '=', id).execute()
        for (let times = 0; times < REPEATS; times++) {
          const [row] = await db.selectFrom('zoo').selectAll().where('id', '=', id).execute()
          expect(row).toStrictEqual(wanted)
        }
      }
    })
    // All but the first uses.
    expect(prepared.statements.length).toBeGreaterThanOrEqual(4 * REPEATS - 2)
  })

  it('has them whatever the options of the pool are', async () => {
    const pool = {
      connectionLimit: 1,
      rowsAsArray: true,
      nestTables: true,
      bigNumberStrings: true,
      supportBigNumbers: true,
      decimalNumbers: true,
      dateStrings: ['DATE' as const],
      typeCast: () => 'never',
    }
    const read = async (db: MatrixOne<AnyTables>): Promise<unknown> => {
      const query = db.selectFrom('zoo').selectAll().where('id', '<=', 2)
      for (let times = 0; times < REPEATS; times++) await query.execute()
      return query.execute()
    }
    const wanted = await read(database.db)
    const rows = await withClient<unknown, AnyTables>(
      database,
      { connection: pool, prepare: 'auto' },
      read,
    )
    expect(rows).toStrictEqual(wanted)
    expect(prepared.statements.length).toBeGreaterThanOrEqual(REPEATS - 2)
  })

  it('is text where the server rounds its digits for text only', async () => {
    await sql`create table rounded (id int primary key, f float(8, 2), d double(10, 3))`.execute(
      database.db,
    )
    await sql`insert into rounded values (1, 0.125, 1.0005)`.execute(database.db)
    await withBoth({}, async (text, db) => {
      const wanted = await text.selectFrom('rounded').selectAll().where('id', '=', 1).execute()
      for (let times = 0; times < REPEATS; times++) {
        expect(await db.selectFrom('rounded').selectAll().where('id', '=', 1).execute()).toEqual(
          wanted,
        )
      }
    })
    // Three attempts, whose rows are dropped.
    expect(prepared.statements).toHaveLength(3)
  })
})

/** The rows, or what the error says. */
function answer(query: { execute(): Promise<unknown> }): Promise<unknown> {
  return query.execute().catch((error: Error) => ({ error: error.name, message: error.message }))
}

describe('a random query', () => {
  it('has the same answer, prepared and as text', async () => {
    const differing: unknown[] = []
    const work: (readonly [Shape, readonly (readonly unknown[])[]])[] = fc.sample(
      shapes.chain((shape) =>
        fc.tuple(
          fc.constant(shape),
          fc.array(valuesOf(shape), { minLength: REPEATS, maxLength: REPEATS }),
        ),
      ),
      { numRuns: Math.ceil(QUERIES / REPEATS), seed: MANY > 0 ? Date.now() : 16 },
    )
    const client = (): Promise<void> =>
      withBoth({ types: { bigint: 'string' } }, async (text, db) => {
        for (let round = work.pop(); round !== undefined; round = work.pop()) {
          const [shape, all] = round
          for (const values of all) {
            const got = await answer(queryOf(db, shape, values))
            const wanted = await answer(queryOf(text, shape, values))
            if (!isDeepStrictEqual(got, wanted)) differing.push({ shape, values, got, wanted })
          }
        }
      })
    await Promise.all(Array.from({ length: CLIENTS }, client))
    const compared = prepared.statements.length
    if (MANY > 0) process.stderr.write(`${compared} prepared answers, of ${QUERIES} queries.\n`)
    expect(differing).toEqual([])
    expect(compared).toBeGreaterThan(QUERIES / 3)
  }, 3_600_000)
})

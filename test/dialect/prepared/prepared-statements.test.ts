import { createPool } from 'mysql2'
import type { Connection } from 'mysql2/promise'
import {
  ConnectionError,
  type MatrixOne,
  MatrixOneDialect,
  onEvent,
  StatementTimeoutError,
} from 'kysely-matrixone'
import { Kysely, sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MatrixOneConnection } from '../../../src/dialect/matrixone-connection.js'
import { openClient, openDatabase, openRaw, type TestDatabase } from '../../support/database.js'
import { watchPrepared } from '../../support/prepared-watch.js'
import { useServer } from '../../support/server.js'
import type { AnyTables } from '../../support/unconnected.js'

const server = useServer(import.meta.url, { proxy: true })

beforeEach(({ skip }) => skip(!server.can.exactPrepared, 'nothing is prepared there'))
const prepared = watchPrepared()
const DATABASE = 'kmo_prepared_statements'

/** After so many runs of a statement it is prepared. */
const WARM_UP = 4

let database: TestDatabase<AnyTables>
let raw: Connection
let db: MatrixOne<AnyTables>

beforeAll(async () => {
  database = await openDatabase<AnyTables>(server, DATABASE)
  raw = database.raw
  await raw.query(`use ${DATABASE}`)
})

beforeEach(async () => {
  await raw.query('drop table if exists t')
  await raw.query('drop table if exists other')
  await raw.query('create table t (id int primary key, a int, b varchar(10))')
  await raw.query("insert into t values (1, 10, 'x'), (2, 20, 'y'), (5, 50, '05')")
  db = openClient<AnyTables>(database, { connection: { connectionLimit: 1 }, prepare: 'auto' })
  return () => db.destroy()
})

const byId = (id: unknown, on: Kysely<AnyTables> = db) =>
  on.selectFrom('t').selectAll().where('id', '=', id)

async function warmUp(query: { execute(): Promise<unknown> }): Promise<void> {
  for (let times = 0; times < WARM_UP; times++) await query.execute()
}

/** The answer to the text by mysql2 itself. */
async function textOf(query: string): Promise<unknown> {
  return raw.query(query).then(
    ([rows]) => rows,
    (error: Error) => error.message,
  )
}

const answerOf = (query: { execute(): Promise<unknown> }): Promise<unknown> =>
  query.execute().catch((error: Error) => error.message)

describe('a prepared statement of the server', () => {
  it('compares otherwise than its text does (the trap)', async () => {
    // A text compares numbers, where a prepared statement casts the number to the type of the column.
    expect(await textOf('select id from t where id = 5 and b = 5')).toEqual([{ id: 5 }])
    const [rows] = await raw.execute('select id from t where id = ? and b = ?', [5, 5])
    expect(rows).toEqual([])
    expect(await textOf('select id from t where id = 2147483648')).toEqual([])
    await expect(raw.execute('select id from t where id = ?', ['2147483648'])).rejects.toThrow(
      'out of range',
    )
  })

  it('reads the table of the database that was current when it was prepared (the trap)', async () => {
    await raw.query(`drop database if exists ${DATABASE}_2`)
    await raw.query(`create database ${DATABASE}_2`)
    await raw.query(`create table ${DATABASE}_2.t (id int primary key, a int)`)
    const ask = (): Promise<unknown> =>
      raw.execute('select a from t where id = ?', [1]).then(([rows]) => rows)
    expect(await ask()).toEqual([{ a: 10 }])
    await raw.query(`use ${DATABASE}_2`)
    expect(await ask()).toEqual([{ a: 10 }])
    expect(await textOf('select a from t where id = 1')).toEqual([])
    await raw.query(`use ${DATABASE}`)
    await raw.query(`drop database ${DATABASE}_2`)
  })
})

describe("prepare: 'auto'", () => {
  it('prepares a statement that comes again, when both ways gave the same rows', async () => {
    const counts: number[] = []
    for (const id of [1, 2, 5, 1, 2, 5, 1]) {
      expect(await byId(id).execute()).toEqual([expect.objectContaining({ id, a: id * 10 })])
      counts.push(prepared.statements.length)
    }
    expect(counts).toEqual([0, 0, 1, 2, 3, 4, 5])
    expect(prepared.statements[0]).toMatchObject({
      sql: 'select * from `t` where `id` = ?',
      values: ['5'],
    })
  })

  it('is off unless it is asked for, and works on a plain Kysely', async () => {
    await warmUp(byId(1, database.db))
    expect(prepared.statements).toEqual([])
    const plain = new Kysely<AnyTables>({
      dialect: new MatrixOneDialect({
        connection: { ...database.options, connectionLimit: 1 },
        prepare: 'auto',
      }),
    })
    await warmUp(byId(1, plain))
    await plain.destroy()
    expect(prepared.statements).toHaveLength(WARM_UP - 2)
  })

  it('is off on a pool of the program, whose own USE would not be seen', async () => {
    const pool = createPool({ ...database.options, connectionLimit: 1 })
    const given = new Kysely<AnyTables>({
      dialect: new MatrixOneDialect({ connection: pool, prepare: 'auto' }),
    })
    await warmUp(byId(1, given))
    await given.destroy()
    expect(prepared.statements).toEqual([])
  })

  it('writes LIMIT and OFFSET as numbers', async () => {
    const query = db.selectFrom('t').selectAll().where('id', '>=', 2).limit(1).offset(1)
    await warmUp(query)
    expect(await query.execute()).toMatchObject([{ id: 5 }])
    expect(prepared.statements.at(-1)?.sql).toBe(
      'select * from `t` where `id` >= ? limit 1 offset 1',
    )
  })

  it('sends a value as text that its column would refuse or read otherwise', async () => {
    await warmUp(byId(1))
    prepared.statements.length = 0
    expect(await byId(2147483648).execute()).toEqual([])
    expect(await byId(1.5).execute()).toEqual([])
    expect(await byId('1').execute()).toMatchObject([{ id: 1 }])
    expect(await byId(null).execute()).toEqual([])
    expect(prepared.statements).toEqual([])
    expect(await byId(2n).execute()).toMatchObject([{ id: 2 }])
    expect(prepared.statements).toHaveLength(1)
  })

  it('never prepares a comparison of a text with a number', async () => {
    const query = db.selectFrom('t').selectAll().where('b', '=', 5).where('id', '=', 5)
    for (let times = 0; times < 8; times++) expect(await query.execute()).toMatchObject([{ id: 5 }])
    // Attempts, whose rows were dropped.
    expect(prepared.statements.length).toBeLessThanOrEqual(3)
  })

  it('refuses a value that no statement can carry', async () => {
    const query = db.selectFrom('t').selectAll().where('b', '=', 'x')
    await warmUp(query)
    const refused = db.selectFrom('t').selectAll().where('b', '=', '\ud800')
    await expect(refused.execute()).rejects.toThrow('lone surrogate')
  })

  it('keeps a limited number of statements, the last used ones', async () => {
    const limited = (limit: number) => byId(1).limit(limit)
    await warmUp(limited(0))
    for (let limit = 1; limit <= 128; limit++) await limited(limit).execute()
    prepared.statements.length = 0
    await limited(0).execute()
    expect(prepared.statements).toEqual([])
    await warmUp(limited(0))
    expect(prepared.statements.length).toBeGreaterThan(0)
    expect(await limited(1).execute()).toMatchObject([{ id: 1 }])
  })
})

describe('a table that changes', () => {
  const changes: readonly (readonly string[])[] = [
    ['alter table t add column z int default 7 first'],
    ['alter table t drop column b'],
    ['alter table t modify column a varchar(20)'],
    ['alter table t modify column a decimal(10, 2)'],
    ['alter table t modify column id bigint'],
    ['alter table t modify column b varchar(10) first'],
    ['alter table t rename column id to former', 'alter table t add column id int default 1'],
    ['truncate table t', "insert into t values (1, 99, 'new')"],
    [
      'drop table t',
      'create table t (id varchar(10) primary key, a varchar(20))',
      "insert into t values ('01', 'a'), ('1', 'b')",
    ],
    ['drop table t', 'create table t (id double primary key)', 'insert into t values (1), (1.5)'],
    ['alter table t rename to other', 'create table t (id tinyint primary key)'],
    ['drop table t', 'create table t (q int)'],
    ['drop table t'],
  ]

  describe.each([['another session'], ['the same connection']])('by %s', (who) => {
    it.each(changes)('is read as its text reads it: %s', async (...statements) => {
      await warmUp(byId(1))
      for (const statement of statements) {
        if (who === 'another session') await raw.query(statement)
        else await sql.raw(statement).execute(db)
      }
      for (let times = 0; times < WARM_UP; times++) {
        const wanted = await answerOf(byId(1, database.db))
        expect(await answerOf(byId(1))).toEqual(wanted)
      }
    })
  })

  it('is read after it was restored', async () => {
    await raw.query('drop snapshot if exists kmo_prepared')
    await raw.query(`create snapshot kmo_prepared for table ${DATABASE} t`)
    await warmUp(byId(1))
    await raw.query('alter table t modify column a varchar(20)')
    expect(await byId(1).execute()).toMatchObject([{ a: '10' }])
    await raw.query(`restore table ${DATABASE}.t {snapshot = 'kmo_prepared'}`)
    await raw.query('drop snapshot kmo_prepared')
    for (let times = 0; times < WARM_UP; times++) {
      expect(await byId(1).execute()).toMatchObject([{ a: 10 }])
    }
  })
})

describe('a session that changes', () => {
  it('prepares its statements anew after USE', async () => {
    await raw.query(`drop database if exists ${DATABASE}_2`)
    await raw.query(`create database ${DATABASE}_2`)
    await raw.query(`create table ${DATABASE}_2.t (id int primary key, a int)`)
    await db.connection().execute(async (pinned) => {
      await warmUp(byId(1, pinned))
      await sql`use ${sql.id(`${DATABASE}_2`)}`.execute(pinned)
      for (let times = 0; times < WARM_UP; times++) {
        expect(await byId(1, pinned).execute()).toEqual([])
      }
    })
    await raw.query(`drop database ${DATABASE}_2`)
  })

  it('sees what its transaction wrote, and not what was rolled back', async () => {
    await warmUp(byId(9))
    const failed = db.transaction().execute(async (trx) => {
      await trx.insertInto('t').values({ id: 9, a: 90 }).execute()
      expect(await byId(9, trx).execute()).toMatchObject([{ a: 90 }])
      // The error that a prepared statement gave would not end the transaction, but here none is prepared.
      expect(await byId(2147483648, trx).execute()).toEqual([])
      throw new Error('undo')
    })
    await expect(failed).rejects.toThrow('undo')
    expect(await byId(9).execute()).toEqual([])
    expect(prepared.statements.length).toBeGreaterThan(WARM_UP - 2)
  })
})

describe('around a prepared statement', () => {
  it('events and interceptors see the text and the parameters of the query', async () => {
    const seen: unknown[] = []
    const stop = onEvent('kysely-matrixone:query:start', ({ text, parameters }) =>
      seen.push([text, parameters]),
    )
    await warmUp(byId(1))
    stop()
    expect(prepared.statements.length).toBeGreaterThan(0)
    expect(seen).toEqual(
      Array.from({ length: WARM_UP }, () => ['select * from `t` where `id` = ?', [1]]),
    )
  })

  it('a statement that an interceptor wrote otherwise is not prepared', async () => {
    const changing = openClient<AnyTables>(database, {
      connection: { connectionLimit: 1 },
      prepare: 'auto',
      interceptors: [
        {
          execute: (call, next) =>
            next({ query: { ...call.query, sql: `${call.query.sql} and a < 0` } }),
        },
      ],
    })
    await warmUp(byId(1, changing))
    expect(await byId(1, changing).execute()).toEqual([])
    await changing.destroy()
    expect(prepared.statements).toEqual([])
  })

  it('a cut connection is an error, and the next one starts with text', async () => {
    await warmUp(byId(1))
    server.faults.cut({ statement: /select \* from `t`/, at: 'before' })
    await expect(byId(1).execute()).rejects.toThrow(ConnectionError)
    prepared.statements.length = 0
    expect(await byId(1).execute()).toMatchObject([{ id: 1 }])
    expect(prepared.statements).toEqual([])
  })

  it('a statement that does not end in time is an error, and the next connection answers', async () => {
    const limited = openClient<AnyTables>(database, {
      connection: { connectionLimit: 1 },
      prepare: 'auto',
      statementTimeout: 1000,
      cancelTimeout: 300,
    })
    await warmUp(byId(1, limited))
    server.faults.blackHole({ statement: /select \* from `t`/ })
    await expect(byId(1, limited).execute()).rejects.toThrow(StatementTimeoutError)
    expect(prepared.statements).toHaveLength(WARM_UP - 1)
    expect(await byId(2, limited).execute()).toMatchObject([{ id: 2 }])
    await limited.destroy()
  })
})

describe('a statement that the session has lost', () => {
  it('would, closed a second time, give its error to the next statement (the trap)', async () => {
    const connection = await openRaw(server, { database: DATABASE })
    await connection.execute('select id from t where id = ?', [1])
    connection.unprepare('select id from t where id = ?')
    await expect(connection.query('select 1 as one')).rejects.toThrow('does not exist')
  })

  it('is sent as text from then on', async () => {
    await warmUp(byId(1))
    await db.getExecutor().provideConnection(async (connection) => {
      const { raw: behind } = MatrixOneConnection.of(connection).physical
      await behind.promise().query('deallocate prepare __mo_stmt_id_1')
    })
    prepared.statements.length = 0
    for (let times = 0; times < WARM_UP; times++) {
      expect(await byId(1).execute()).toMatchObject([{ id: 1 }])
    }
    // The one that told of it.
    expect(prepared.statements).toHaveLength(1)
  })
})

import { Kysely, sql } from 'kysely'
import mysql from 'mysql2'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  GuardError,
  MatrixOne,
  MatrixOneDialect,
  onEvent,
  UnknownObjectError,
} from 'kysely-matrixone'
import { guardSessionState } from '../../src/guards/session-state.js'
import { analyzeSql } from '../../src/sql/analyze-sql.js'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_dialect_session'

interface DB {
  scratch: { id: number }
}

let db: MatrixOne<DB>
let plain: Kysely<DB>
let unguarded: Kysely<DB>

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, DATABASE, { connection: { connectionLimit: 2 } }))
  const connection = { ...server.options, database: DATABASE, connectionLimit: 2 }
  plain = new Kysely<DB>({ dialect: new MatrixOneDialect({ connection }) })
  const guards = { sessionState: 'off' } as const
  unguarded = new Kysely<DB>({ dialect: new MatrixOneDialect({ connection, guards }) })
  server.beforeClose(() => Promise.all([plain.destroy(), unguarded.destroy()]))
})

const send = (text: string, on: Kysely<DB> = db): Promise<unknown> =>
  sql`${sql.raw(text)}`.execute(on)

describe('a pool', () => {
  it('meets a temporary table or a variable only by chance (the trap)', async () => {
    await send('set @left = 1', unguarded)
    await send('create temporary table scratch (id int)', unguarded)
    // Both connections at once: one has it, the other one not.
    const answers = await Promise.allSettled([
      send('select @left as l, count(*) as n, sleep(0.2) as s from scratch', unguarded),
      send('select @left as l, count(*) as n, sleep(0.2) as s from scratch', unguarded),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it.each([
    ['set probe_limit = 5', /SET would leave a session variable .*setSession/],
    ['set @a = 1', /a session variable/],
    ['/* c */ SET /*!40101 @n = @n + 1 */', /a session variable/],
    ['set role moadmin', /SET would leave a role .*account:user:role/],
    ['use mo_catalog', /USE would leave a current database .*option database/],
    ['prepare p from select 1', /a prepared statement/],
    ['create temporary table scratch (id int)', /CREATE would leave a temporary table/],
    ['select last_insert_id()', /last_insert_id\(\) would answer for/],
    ['select ROW_COUNT ( )', /row_count\(\)/],
    ["select get_lock('a', 1)", /get_lock\(\)/],
  ])('refuses %j, which needs the session', async (text, message) => {
    const tripped: string[] = []
    const stop = onEvent('kysely-matrixone:guard:tripped', ({ guard }) => tripped.push(guard))
    await expect(send(text)).rejects.toThrow(GuardError)
    await expect(send(text)).rejects.toThrow(message)
    await expect(sql`${sql.raw(text)}`.execute(db)).rejects.toThrow(
      /db\.pinned\(async \(one\) => .* Guard: sessionState\.$/,
    )
    stop()
    expect(tripped).toEqual(['sessionState', 'sessionState', 'sessionState'])
  })

  it('refuses a temporary table of kysely’s builder', async () => {
    const create = db.schema.createTable('scratch').temporary().addColumn('id', 'integer')
    await expect(create.execute()).rejects.toThrow(GuardError)
  })

  it.each([
    'select 1',
    'select row_count from (select 1 as row_count) t',
    "select 'last_insert_id()' as text",
    'select @@probe_limit',
    'set global probe_limit = 5',
    'set @@global.probe_limit = 5',
    'create table if not exists permanent (id int)',
  ])('lets %j through', async (text) => {
    await expect(send(text)).resolves.toBeDefined()
  })
})

describe('a transaction', () => {
  it('may have temporary tables and ask for its last id', async () => {
    await db.transaction().execute(async (trx) => {
      await send('create temporary table scratch (id int)', trx)
      await trx.insertInto('scratch').values({ id: 1 }).execute()
      await send('select last_insert_id() as id', trx)
    })
    await Promise.all(
      [1, 2].map(() =>
        expect(send('select sleep(0.1), id from scratch')).rejects.toThrow(UnknownObjectError),
      ),
    )
  })
})

describe('the guard', () => {
  it('can be switched off, and then neither refuses nor closes', async () => {
    const free = new MatrixOne<DB>({
      connection: { ...server.options, database: DATABASE, connectionLimit: 1 },
      guards: { sessionState: 'off' },
    })
    await send('set @left = 1', free)
    await free.pinned((one) => send('set @right = 2', one))
    const { rows } = await sql`select @left as l, @right as r`.execute(free)
    expect(rows).toEqual([{ l: '1', r: '2' }])
    await free.destroy()
  })

  it('leaves the one connection of the program alone', async () => {
    const raw = mysql.createConnection({ ...server.options, database: DATABASE })
    const one = new MatrixOne<DB>({ connection: raw })
    await send('set @left = 1', one)
    const { rows } = await one.pinned((same) => sql`select @left as l`.execute(same))
    expect(rows).toEqual([{ l: '1' }])
    await one.destroy()
  })

  it('tells what a statement leaves behind', () => {
    const left = (text: string): boolean =>
      guardSessionState(analyzeSql(text).statements, true, 'refuse') !== undefined
    expect(left('set @a = 1')).toBe(true)
    expect(left('select 1; use x')).toBe(true)
    expect(left('select last_insert_id()')).toBe(false)
    expect(left("insert into t select get_lock('a', 1)")).toBe(true)
  })
})

describe('a plain Kysely, which does not tell what is pinned', () => {
  it.each([
    ['set @left = 1', /SET would leave a session variable/],
    ['use mo_catalog', /USE would leave a current database/],
    ['create temporary table scratch (id int)', /CREATE would leave a temporary table/],
    ["select get_lock('kmo_plain', 1)", /get_lock\(\) would answer for|would leave a lock/],
  ])('reports %j, after which its connection is given back and closed', async (text, message) => {
    if (text.includes('get_lock') && !server.can.getLock) return
    const sent = send(text, plain)
    await expect(sent).rejects.toThrow(message)
    await expect(sent).rejects.toThrow(
      /db\.connection\(\)\.execute\(.* The connection was closed\. Guard: sessionState\.$/,
    )
    await expect(send('select @left', plain)).rejects.toThrow(/left does not exist/)
    const { rows } = await sql`select database() as d`.execute(plain)
    expect(rows).toEqual([{ d: DATABASE }])
  })

  it.each(['select last_insert_id()', 'select row_count()'])(
    'refuses %j as the first statement on a connection: it would answer about another one',
    async (text) => {
      await expect(send(text, plain)).rejects.toThrow(
        /connection\(\)\.execute\(.* Guard: sessionState/,
      )
    },
  )

  it('lets a callback change its session and use it, and closes the connection', async () => {
    await plain.connection().execute(async (one) => {
      await send('set @left = 1', one)
      await send('create temporary table scratch (id int)', one)
      await one.insertInto('scratch').values({ id: 1 }).execute()
      const { rows } =
        await sql`select @left as l, count(*) as n, row_count() as r from scratch`.execute(one)
      expect(rows).toEqual([{ l: '1', n: 1, r: expect.anything() }])
      await send('set @left = 2', one)
    })
    await expect(send('select @left', plain)).rejects.toThrow(/left does not exist/)
  })

  it('keeps a connection whose session is as it was', async () => {
    const idOf = async (on: Kysely<DB>): Promise<unknown> =>
      (await sql`select connection_id() as id`.execute(on)).rows
    const one = new Kysely<DB>({
      dialect: new MatrixOneDialect({ connection: { ...server.options, connectionLimit: 1 } }),
    })
    const id = await idOf(one)
    await one.connection().execute(async (pinned) => {
      expect(await idOf(pinned)).toEqual(id)
    })
    await one.transaction().execute(async (trx) => {
      expect(await idOf(trx)).toEqual(id)
    })
    expect(await idOf(one)).toEqual(id)
    await one.destroy()
  })
})

import { setTimeout as delay } from 'node:timers/promises'
import { inspect, isDeepStrictEqual } from 'node:util'
import { Kysely, MysqlDialect, sql } from 'kysely'
import {
  CdcError,
  type CdcTask,
  matrixone,
  MatrixOne,
  UnsupportedError,
  ValueError,
} from 'kysely-matrixone'
import mysql from 'mysql2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const account = 'kmo_cdc'
const task = 'kmo_cdc_task'
/** Before 4.2 the URLs are cut at `@` and `:`, and nothing in them is decoded. */
const decodes = (): boolean => server.can.cdcDecodesUrls
const admin = {
  name: 'admin',
  get password(): string {
    return decodes() ? `kmo-T@st:1/'#` : `kmo-T%40st1/'#`
  },
}
/** Where the server finds itself, whatever stands in front of it here. */
const { hostname: host, port } = new URL(process.env['MO_URL'] ?? 'mysql://127.0.0.1:6001')
const endpoint = {
  host,
  port: Number(port),
  user: admin.name,
  account,
  get password(): string {
    return admin.password
  },
}
const tables = [{ from: 'src.orders', to: 'dst.orders' }] as const
const create = { source: endpoint, sink: endpoint, tables }
let root: MatrixOne<unknown>
let db: MatrixOne<unknown>

/** Waits as long as a live server needs; a recording answers at once. */
const waiting = (): { readonly interval: number } => ({
  interval: server.mode === 'replay' ? 0 : 250,
})

/** Asks until the answer is there; a recording answers at once. */
async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await delay(server.mode === 'replay' ? 0 : 500)
}

const copied = async (): Promise<readonly unknown[]> => {
  const { rows: found } = await sql`select table_name from information_schema.tables
    where table_schema = 'dst' and table_name = 'orders'`.execute(db)
  if (found.length === 0) return []
  return (await sql`select * from dst.orders order by id`.execute(db)).rows
}

beforeAll(async () => {
  root = new MatrixOne({ connection: server.options })
  await root.account.drop(account, { ifExists: true })
  await root.account.create(account, { admin })
  db = new MatrixOne({
    connection: { ...server.options, user: `${account}#${admin.name}`, password: admin.password },
  })
  for (const database of ['src', 'dst']) await sql.raw(`create database ${database}`).execute(db)
  await sql`create table src.orders (id int primary key, note varchar(20), v vecf32(2))`.execute(db)
  await sql`insert into src.orders values (1, 'it''s 🎉', '[1,2]')`.execute(db)
})

afterAll(async () => {
  await db.cdc.dropAll()
  await db.destroy()
  await root.account.drop(account, { ifExists: true })
  await root.destroy()
})

describe('a CDC task', () => {
  it('needs a PITR of two hours, and says how to get one', async () => {
    await expect(db.cdc.create(task, create)).rejects.toMatchObject({
      name: 'CdcError',
      errno: 20101,
      message: expect.stringMatching(/minimum required length: 2 hours.*db\.pitr\.create/),
    })
    await sql`create pitr kmo_cdc_pitr for database src range 1 'h'`.execute(db)
    await expect(db.cdc.create(task, create)).rejects.toThrow(/minimum required length/)
    await sql`alter pitr kmo_cdc_pitr range 2 'h'`.execute(db)
  })

  it('copies what is there and what changes', async () => {
    const made = await db.cdc.create(task.toUpperCase(), create)
    expect(made).toMatchObject({
      name: task,
      state: 'running',
      source: { host, port: Number(port), account, user: 'admin' },
      sink: { host, port: Number(port), account, user: 'admin' },
      error: null,
    })
    expect(inspect(made, { depth: 9 })).not.toMatch(/T@st|T%40st/)
    await until(async () => (await copied()).length === 1)
    expect(await copied()).toEqual([{ id: 1, note: "it's 🎉", v: [1, 2] }])

    await sql`insert into src.orders values (2, 'two', null)`.execute(db)
    await sql`update src.orders set note = 'one' where id = 1`.execute(db)
    const changed = [
      { id: 1, note: 'one', v: [1, 2] },
      { id: 2, note: 'two', v: null },
    ]
    await until(async () => isDeepStrictEqual(await copied(), changed))
    expect(await copied()).toEqual(changed)
    await sql`delete from src.orders where id = 2`.execute(db)
    await until(async () => (await copied()).length === 1)
  })

  it('tells how far its tables have got', async () => {
    const seen = await db.cdc.get(task)
    expect(seen.tables).toEqual([
      {
        table: 'src.orders',
        watermark: expect.any(Date),
        moTs: expect.any(BigInt),
        lag: expect.any(Number),
        error: null,
      },
    ])
    const [progress] = seen.tables
    expect(seen.lag).toBe(progress?.lag)
    expect(seen.observedAt.getTime()).toBeGreaterThanOrEqual(
      progress?.watermark.getTime() ?? Infinity,
    )
    expect(Object.isFrozen(seen) && Object.isFrozen(seen.tables) && Object.isFrozen(progress)).toBe(
      true,
    )
    expect((await db.cdc.list()).map(({ name }) => name)).toEqual([task])
    expect(await root.cdc.exists(task)).toBe(false)
  })

  it('is created once, although the server ignores IF NOT EXISTS', async () => {
    await expect(db.cdc.create(task, create)).rejects.toThrow(/Duplicate entry/)
    const other = [{ from: 'src.orders', to: 'dst.other' }]
    expect(
      await db.cdc.create(task, { ...create, tables: other, ifNotExists: true }),
    ).toMatchObject({
      id: (await db.cdc.get(task)).id,
    })
    expect(await db.cdc.list()).toHaveLength(1)
  })

  it('is paused for good only later (the trap): pause waits until it is', async () => {
    expect((await db.cdc.pause(task, waiting())).state).toBe('paused')
    await sql`insert into src.orders values (3, 'three', null)`.execute(db)
    await expect(db.cdc.pause(task)).rejects.toThrow(/now it is Paused/)
    expect(await copied()).toHaveLength(1)
    expect((await db.cdc.resume(task)).state).toBe('running')
    await until(async () => (await copied()).length === 2)
    await expect(db.cdc.resume(task)).rejects.toMatchObject({ name: 'CdcError', errno: 20101 })
  })

  it('tells of a stuck table, which the server mentions in the checkpoint only', async () => {
    await sql`drop table dst.orders`.execute(db)
    await sql`insert into src.orders values (4, 'four', null)`.execute(db)
    let seen: CdcTask | undefined
    await until(async () => {
      seen = await db.cdc.get(task)
      return seen.tables.some(({ error }) => error !== null)
    })
    expect(seen).toMatchObject({ error: null })
    expect(seen?.state).not.toBe('failed')
    expect(seen?.tables[0]?.error).toMatch(/no such table dst\.orders/)
    expect((await db.cdc.list({ only: 'failing' })).map(({ name }) => name)).not.toContain(task)
    expect((await db.cdc.list({ only: 'stuck' })).map(({ name }) => name)).toContain(task)
  })

  it('starts over when told to', async () => {
    expect(['restarting', 'running']).toContain((await db.cdc.restart(task)).state)
  })

  it('is dropped', async () => {
    await db.cdc.drop(task)
    expect(await db.cdc.exists(task)).toBe(false)
    await expect(db.cdc.get(task)).rejects.toThrow(CdcError)
    await expect(db.cdc.drop(task)).rejects.toMatchObject({ name: 'CdcError', errno: 20101 })
    await expect(db.cdc.pause(task)).rejects.toThrow(/no cdc task found/)
    await db.cdc.drop(task, { ifExists: true })
  })

  it('of a database, with every setting, is paused and dropped with all others', async () => {
    const made = await db.cdc.create(task, {
      source: endpoint,
      sink: { ...endpoint, type: 'matrixone' },
      database: { from: 'src', to: 'dst' },
      full: false,
      startAt: new Date('2026-01-01T00:00:00Z'),
      endAt: new Date('2036-01-01T00:00:00Z'),
      exclude: 'nothing.*',
      frequency: '1h',
      maxSqlLength: 1_000_000,
      sendSqlTimeout: '5m',
      splitFirstCopy: false,
    })
    const { rows } = await sql`select no_full, filters, start_ts, end_ts, additional_config
      from mo_catalog.mo_cdc_task where task_id = ${made.id}`.execute(root)
    expect(rows).toEqual([
      {
        no_full: true,
        filters: 'nothing.*',
        start_ts: '2026-01-01T00:00:00Z',
        end_ts: '2036-01-01T00:00:00Z',
        additional_config:
          '{"Frequency":"1h","InitSnapshotSplitTxn":false,"MaxSqlLength":1000000,"SendSqlTimeout":"5m"}',
      },
    ])
    expect((await db.cdc.pauseAll(waiting())).map(({ state }) => state)).toEqual(['paused'])
    await db.cdc.dropAll()
    expect(await db.cdc.list()).toEqual([])
    await db.cdc.dropAll()
  })

  it('of a missing source is refused (the server says OK and copies nothing, the trap)', async () => {
    const missing = [{ from: 'src.nope', to: 'dst.nope' }]
    await expect(db.cdc.create(task, { ...create, tables: missing })).rejects.toThrow(
      /there is no table src.nope/,
    )
    await expect(
      db.cdc.create(task, {
        source: endpoint,
        sink: endpoint,
        database: { from: 'nope', to: 'dst' },
      }),
    ).rejects.toThrow(/there is no database nope/)
    expect(await db.cdc.list()).toEqual([])
  })

  it.each(["x' or '1'='1", 'a b', 'a"b', 'a`b', '', 'ä', 'x'.repeat(65)])(
    'cannot be named %j: as a name of DROP it would drop all tasks',
    async (bad) => {
      await expect(db.cdc.create(bad, create)).rejects.toThrow(ValueError)
      for (const action of ['get', 'exists', 'pause', 'resume', 'restart', 'drop'] as const) {
        await expect(db.cdc[action](bad)).rejects.toThrow(ValueError)
      }
    },
  )

  it.each(['orders', "src.it's", 'src.a,b', 'src.a:b', 'src.a.b', 'src.a b', ''])(
    'cannot take the table %j, which its mapping could not hold',
    async (from) => {
      await expect(
        db.cdc.create(task, { ...create, tables: [{ from, to: 'dst.x' }] }),
      ).rejects.toThrow(ValueError)
    },
  )

  it('is refused inside a transaction, lists and all, before anything is sent', async () => {
    await db.transaction().execute(async ({ cdc }) => {
      await expect(cdc.create(task, create)).rejects.toThrow(UnsupportedError)
      await expect(cdc.list()).rejects.toThrow(UnsupportedError)
      await expect(cdc.dropAll()).rejects.toThrow(UnsupportedError)
      await expect(cdc.pauseAll()).rejects.toThrow(UnsupportedError)
      for (const action of ['get', 'exists', 'pause', 'resume', 'restart', 'drop'] as const) {
        await expect(cdc[action](task)).rejects.toThrow(UnsupportedError)
      }
    })
  })
})

describe('the password of a CDC endpoint', () => {
  it('is in no error, of this dialect or another', async () => {
    const secret = decodes() ? 'kmo-Hid@den_9' : 'kmo-Hid%40den_9'
    const pool = mysql.createPool({
      ...server.options,
      user: `${account}#${admin.name}`,
      password: admin.password,
    })
    const plain = new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) })
    const wrong = { ...endpoint, password: secret }
    for (const { cdc } of [db, matrixone(plain)]) {
      for (const options of [
        { ...create, source: wrong },
        { ...create, sink: wrong },
        { ...create, sink: { ...wrong, port: 1 } },
        { ...create, sink: { ...wrong, user: 'no@body' } },
        { ...create, sink: { ...wrong, password: 'kmo-Hid@den_9:' } },
        { ...create, sink: { ...wrong, host: 'x y' } },
        { ...create, sink: { ...wrong, type: 'kafka' as 'mysql' } },
        { ...create, sink: wrong, frequency: '1x' as '1m' },
      ]) {
        const error: unknown = await cdc.create(task, options).catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(Error)
        const text = `${inspect(error, { depth: 9, showHidden: true })}${String((error as Error).stack)}`
        expect(text).not.toMatch(/Hid@den|Hid%40den/)
      }
    }
    expect(await db.cdc.list()).toEqual([])
    for (const connection of (
      pool as unknown as { _allConnections: { toArray(): { destroy(): void }[] } }
    )._allConnections.toArray()) {
      connection.destroy()
    }
  })
})

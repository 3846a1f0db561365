import { Kysely, MysqlDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MatrixOne, matrixone, RestoreError, UnsupportedError, ValueError } from 'kysely-matrixone'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_restore_shop'
const SNAPSHOT = 'kmo_restore_before'
const TABLE_SNAPSHOT = 'kmo_restore_table'
const PITR = 'kmo_restore_pitr'
const ACCOUNT = 'kmo_restore_acc'
const TARGET = 'kmo_restore_target'

interface DB {
  orders: { id: number }
  others: { id: number }
}

let db: MatrixOne<DB>
let raw: mysql.Connection

async function clean(): Promise<void> {
  await raw.query(`drop pitr if exists ${PITR}`)
  for (const name of [SNAPSHOT, TABLE_SNAPSHOT, 'kmo_restore_acc_s']) {
    await raw.query(`drop snapshot if exists ${name}`)
  }
  for (const account of [ACCOUNT, TARGET]) await raw.query(`drop account if exists ${account}`)
}

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, DATABASE))
  await clean()
  await raw.query(`create table ${DATABASE}.orders (id int primary key)`)
  await raw.query(`create table ${DATABASE}.others (id int primary key)`)
  await raw.query(`insert into ${DATABASE}.orders values (1), (2)`)
  await raw.query(`insert into ${DATABASE}.others values (1)`)
  await raw.query(`create snapshot ${SNAPSHOT} for database ${DATABASE}`)
  await raw.query(`create snapshot ${TABLE_SNAPSHOT} for table ${DATABASE} orders`)
})

beforeEach(async () => {
  await raw.query(`delete from ${DATABASE}.orders where id > 2`)
  await raw.query(`insert into ${DATABASE}.orders values (3)`)
})

afterAll(clean)

async function ids(table: 'orders' | 'others'): Promise<readonly number[]> {
  const rows = await db.selectFrom(table).select('id').orderBy('id').execute()
  return rows.map(({ id }) => id)
}

describe('a restore from a snapshot', () => {
  it('puts one table back, from a snapshot of the table or of its database', async () => {
    await raw.query(`insert into ${DATABASE}.others values (7)`)
    await db.restore.table('orders', { snapshot: SNAPSHOT })
    expect(await ids('orders')).toEqual([1, 2])
    expect(await ids('others')).toEqual([1, 7])
    await raw.query(`insert into ${DATABASE}.orders values (4)`)
    await db.restore.table(`${DATABASE}.orders`, { snapshot: TABLE_SNAPSHOT.toUpperCase() })
    expect(await ids('orders')).toEqual([1, 2])
  })

  it('puts a database back, also a dropped one, without the tables made since', async () => {
    await raw.query(`create table ${DATABASE}.later (id int primary key)`)
    await db.restore.database(DATABASE, { snapshot: SNAPSHOT })
    expect(await ids('orders')).toEqual([1, 2])
    expect(await ids('others')).toEqual([1])
    expect((await raw.query(`show tables from ${DATABASE} like 'later'`))[0]).toEqual([])
    await raw.query(`drop database ${DATABASE}`)
    await db.restore.database(DATABASE, { snapshot: SNAPSHOT })
    expect(await ids('orders')).toEqual([1, 2])
  })

  it('is refused with the reason of the server when the snapshot does not hold the object', async () => {
    await expect(db.restore.table('others', { snapshot: TABLE_SNAPSHOT })).rejects.toMatchObject({
      name: 'RestoreError',
      errno: 20101,
      message: expect.stringMatching(
        /^Could not restore table others: tableName\(others\) does not match/,
      ),
    })
    await expect(db.restore.database(DATABASE, { snapshot: TABLE_SNAPSHOT })).rejects.toThrow(
      /table level snapshot/,
    )
    await expect(db.restore.table('orders', { snapshot: 'kmo_restore_no' })).rejects.toThrow(
      RestoreError,
    )
    await expect(db.restore.table('orders', { snapshot: "x' or 1" })).rejects.toThrow(ValueError)
    expect(await ids('orders')).toEqual([1, 2, 3])
  })
})

describe('a restore from a PITR', () => {
  it('puts a table or a database back to an instant', async () => {
    await db.pitr.create(PITR, { level: 'database', database: DATABASE, range: 1, unit: 'h' })
    // The server's clock in whole seconds, in which a PITR begins as well.
    await raw.query('select sleep(1.1)')
    const [[row]] = (await raw.query(
      'select cast(unix_timestamp(now()) as char) as seconds',
    )) as unknown as [[{ seconds: string }]]
    const moTs = BigInt(row.seconds) * 1_000_000_000n
    await raw.query('select sleep(1.1)')
    await raw.query(`insert into ${DATABASE}.orders values (5)`)
    await raw.query(`insert into ${DATABASE}.others values (5)`)
    await db.restore.table('orders', { pitr: PITR, moTs })
    expect(await ids('orders')).toEqual([1, 2, 3])
    expect(await ids('others')).toEqual([1, 5])
    await db.restore.database(DATABASE, { pitr: PITR, moTs })
    expect(await ids('others')).toEqual([1])
  })

  it('is refused outside the time that the PITR covers', async () => {
    const before = new Date('2020-01-01T00:00:00Z')
    await expect(db.restore.table('orders', { pitr: PITR, timestamp: before })).rejects.toThrow(
      /is less than the pitr valid time/,
    )
    const after = new Date('2200-01-01T00:00:00Z')
    await expect(db.restore.database(DATABASE, { pitr: PITR, timestamp: after })).rejects.toThrow(
      /bigger than now/,
    )
    await expect(db.restore.account(null, { pitr: PITR, timestamp: before })).rejects.toThrow(
      RestoreError,
    )
  })
})

describe('what can be gone back to', () => {
  it('is listed table by table, where plain mysql2 loses its connection (the trap)', async () => {
    const doomed = await mysql.createConnection(server.options)
    doomed.on('error', () => undefined)
    await expect(doomed.query(`show recovery_window for database ${DATABASE}`)).rejects.toThrow(
      /JSON/,
    )
    doomed.destroy()
    const { moTs, createdAt } = await db.snapshots.get(SNAPSHOT)
    const windows = await db.restore.windows({ level: 'database', database: DATABASE })
    expect(windows.map(({ table }) => table).sort()).toEqual(['orders', 'others'])
    const [orders] = await db.restore.windows({ level: 'table', table: 'orders' })
    expect(orders).toMatchObject({ account: 'sys', database: DATABASE, table: 'orders' })
    expect(orders?.windows).toContainEqual({
      source: 'snapshot',
      name: SNAPSHOT,
      at: createdAt,
      moTs,
    })
    expect(orders?.windows).toContainEqual({
      source: 'pitr',
      name: PITR,
      from: expect.any(Date),
      to: expect.any(Date),
    })
    expect(await db.restore.windows({ level: 'database', database: 'kmo_restore_no' })).toEqual([])
  })
})

describe("what can be gone back to, asked through kysely's own dialect", () => {
  it('is refused before the answer ends the connection', async () => {
    const pool = createPool(server.options)
    const plain = new Kysely<DB>({ dialect: new MysqlDialect({ pool }) })
    await expect(matrixone(plain).restore.windows({ level: 'account' })).rejects.toThrow(
      /MatrixOneDialect/,
    )
    pool.end()
  })
})

describe('RESTORE DATABASE … TO ACCOUNT', () => {
  it('ignores the account and restores in place, losing rows (the trap)', async () => {
    const restored = raw.query(
      `restore database ${DATABASE} {snapshot = '${SNAPSHOT}'} to account kmo_restore_nobody`,
    )
    // 3.0.14 has another grammar.
    if (server.version.includes('v3.'))
      return expect(restored).rejects.toMatchObject({ errno: 1064 })
    await restored
    expect(await ids('orders')).toEqual([1, 2])
  })

  it.each([
    `restore database ${DATABASE} {snapshot = '${SNAPSHOT}'} to account kmo_restore_nobody`,
    `restore table ${DATABASE}.orders {snapshot = '${SNAPSHOT}'} to account kmo_restore_nobody`,
  ])('as text is refused before it is sent: %s', async (text) => {
    await raw.query(`insert into ${DATABASE}.orders (id) values (9)`)
    await expect(db.pinned((one) => sql`${sql.raw(text)}`.execute(one))).rejects.toThrow(
      /ignores the account .* Guard: clone\.$/s,
    )
    expect(await ids('orders')).toContain(9)
    await raw.query(`delete from ${DATABASE}.orders where id = 9`)
  })

  it('does not exist here: only a whole account goes to another one', () => {
    const wrong = [
      // @ts-expect-error -- ignored by the server
      (): unknown => db.restore.database(DATABASE, { snapshot: SNAPSHOT, toAccount: 'a' }),
      // @ts-expect-error -- ignored by the server
      (): unknown => db.restore.table('orders', { snapshot: SNAPSHOT, toAccount: 'a' }),
      // @ts-expect-error -- only from a snapshot
      (): unknown => db.restore.account('a', { pitr: PITR, moTs: 1n, toAccount: 'b' }),
      // @ts-expect-error -- no such table
      (): unknown => db.restore.table('order', { snapshot: SNAPSHOT }),
      // @ts-expect-error -- a PITR needs an instant
      (): unknown => db.restore.table('orders', { pitr: PITR }),
      // @ts-expect-error -- there is no window of a cluster
      (): unknown => db.restore.windows({ level: 'cluster' }),
    ]
    expect(wrong).toHaveLength(6)
  })
})

describe('a restore of an account', () => {
  it('puts it back, or into another account', async () => {
    for (const account of [ACCOUNT, TARGET]) {
      await raw.query(`create account ${account} admin_name 'admin' identified by '111'`)
    }
    const tenant = await mysql.createConnection({ ...server.options, user: `${ACCOUNT}#admin` })
    await tenant.query('create database d')
    await tenant.query('create table d.t (id int primary key)')
    await tenant.query('insert into d.t values (1)')
    await raw.query(`create snapshot kmo_restore_acc_s for account ${ACCOUNT}`)
    await tenant.query('insert into d.t values (2)')
    await db.restore.account(ACCOUNT, { snapshot: 'kmo_restore_acc_s', toAccount: TARGET })
    await db.restore.account(ACCOUNT, { snapshot: 'kmo_restore_acc_s' })
    expect((await tenant.query('select id from d.t'))[0]).toEqual([{ id: 1 }])
    tenant.destroy()
    const target = await mysql.createConnection({ ...server.options, user: `${TARGET}#admin` })
    expect((await target.query('select id from d.t'))[0]).toEqual([{ id: 1 }])
    target.destroy()
    await expect(
      db.restore.account(ACCOUNT, {
        snapshot: 'kmo_restore_acc_s',
        toAccount: 'kmo_restore_nobody',
      }),
    ).rejects.toThrow(/no such account/)
  })
})

describe('inside a transaction', () => {
  it('nothing is restored, and the transaction can still roll back', async () => {
    const failure = new Error('no')
    await expect(
      db.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ id: 4 }).execute()
        await expect(trx.restore.table('orders', { snapshot: SNAPSHOT })).rejects.toThrow(
          UnsupportedError,
        )
        await expect(trx.restore.database(DATABASE, { snapshot: SNAPSHOT })).rejects.toThrow(
          UnsupportedError,
        )
        await expect(trx.restore.account(null, { snapshot: SNAPSHOT })).rejects.toThrow(
          UnsupportedError,
        )
        await expect(trx.restore.windows({ level: 'account' })).rejects.toThrow(UnsupportedError)
        throw failure
      }),
    ).rejects.toBe(failure)
    expect(await ids('orders')).toEqual([1, 2, 3])
  })
})

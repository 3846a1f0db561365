import { sql } from 'kysely'
import { BranchError, isRetryable, MatrixOne, UnsupportedError, ValueError } from 'kysely-matrixone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClient, openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

interface DB {
  orders: { id: number; note: string | null }
}

const server = useServer(import.meta.url)
const database = 'kmo_branch_create'
const copy = 'kmo_branch_create_copy'
let db: MatrixOne<DB>
let other: MatrixOne<DB>

/** 4.1.4 asks for another try (20628) while other connections change branches. */
async function repeating(action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch (error) {
    if (!isRetryable(error)) throw error
    await repeating(action)
  }
}

/** As a user of 3.0 must: there DATA BRANCH DELETE would drop any table, and is refused. */
async function deleteTable(name: string): Promise<void> {
  if (server.can.branchDeleteChecksTarget) return repeating(() => db.branch.deleteTable(name))
  await expect(db.branch.deleteTable(name)).rejects.toThrow(/drops any table or database/)
  await sql`drop table ${sql.id(name)}`.execute(db)
}

async function deleteDatabase(name: string): Promise<void> {
  if (server.can.branchDeleteChecksTarget) return repeating(() => db.branch.deleteDatabase(name))
  await expect(db.branch.deleteDatabase(name)).rejects.toThrow(/drops any table or database/)
  await sql`drop database ${sql.id(name)}`.execute(db)
}

const databases = async (): Promise<readonly string[]> =>
  (await other.metadata.databases()).filter((name) => name.startsWith('kmo_branch_create'))

const tables = async (): Promise<readonly unknown[]> =>
  (await sql<Record<string, unknown>>`show tables`.execute(other)).rows.map(
    (row) => Object.values(row)[0],
  )

beforeAll(async () => {
  const { raw, ...made } = await openDatabase<DB>(server, database)
  await raw.query(`drop database if exists ${copy}`)
  db = made.db
  other = openClient(made)
  await sql`create table orders (id int primary key, note varchar(20))`.execute(db)
  await sql`create view latest as select max(id) as id from orders`.execute(db)
  await sql`insert into orders values (1, 'a'), (2, 'b')`.execute(db)
})

afterAll(async () => {
  await sql.raw(`drop database if exists ${copy}`).execute(db)
  await other.destroy()
})

describe('a branch of a table', () => {
  it('holds the rows of its source and goes its own way', async () => {
    await db.branch.createTable('orders_wip', { from: 'orders' })
    await sql`insert into orders_wip values (3, 'c')`.execute(db)
    expect((await sql`select id from orders_wip order by id`.execute(db)).rows).toHaveLength(3)
    expect((await sql`select id from orders`.execute(db)).rows).toHaveLength(2)
    await deleteTable('orders_wip')
    expect(await tables()).toEqual(['latest', 'orders'])
  })

  it('is gone when the transaction rolls back', async () => {
    await expect(
      db.transaction().execute(async (trx) => {
        await trx.branch.createTable('orders_wip', { from: 'orders' })
        expect((await sql`select id from orders_wip`.execute(trx)).rows).toHaveLength(2)
        expect(await tables()).toEqual(['latest', 'orders'])
        throw new Error('stop')
      }),
    ).rejects.toThrow('stop')
    expect(await tables()).toEqual(['latest', 'orders'])
  })

  it('is still there when the transaction that deletes it rolls back', async () => {
    await db.branch.createTable('orders_wip', { from: 'orders' })
    const trx = await db.startTransaction().execute()
    const deleted = trx.branch.deleteTable('orders_wip')
    if (server.can.branchDeleteChecksTarget) await deleted
    else await expect(deleted).rejects.toThrow(UnsupportedError)
    await trx.rollback().execute()
    expect(await tables()).toEqual(['latest', 'orders', 'orders_wip'])
    await deleteTable('orders_wip')
  })

  it.each([
    ['a taken name', 'orders', 'orders', 1050],
    ['a missing source', 'x', 'nope', 1064],
    ['a view', 'x', 'latest', 20101],
  ])('is refused for %s', async (_why, name, from, errno) => {
    await expect(db.branch.createTable(name, { from: from as 'orders' })).rejects.toMatchObject({
      name: 'BranchError',
      errno,
    })
  })

  it('is the only thing that deleteTable deletes', async () => {
    const [other, missing] = server.can.branchDeleteChecksTarget
      ? [/not an active branch table/, /no such table/]
      : [/drops any table or database/, /drops any table or database/]
    await expect(db.branch.deleteTable('orders')).rejects.toThrow(other)
    await expect(db.branch.deleteTable('nope')).rejects.toThrow(missing)
    expect(await tables()).toEqual(['latest', 'orders'])
  })

  it.each(["it's; -- 中文 🎉", 'back`tick', 'double"quote', '1', 'metric', 'select'])(
    'may be named %s',
    async (name) => {
      if (!server.can.quotesInTableNames && /['`]/.test(name)) {
        await expect(db.branch.createTable(name, { from: 'orders' })).rejects.toThrow(
          /neither a single quote nor a backtick/,
        )
        return
      }
      await db.branch.createTable(name, { from: 'orders' })
      if (!server.can.branchQuotesNames && !/^[a-z]+$/.test(name)) {
        await expect(db.branch.diff(name, { against: 'orders' })).rejects.toThrow(/unquoted/)
        return deleteTable(name)
      }
      await sql`insert into ${sql.table(name)} values (9, 'z')`.execute(db)
      expect(await db.branch.diff(name, { against: 'orders' })).toEqual([
        { side: 'branch', change: 'insert', row: { id: 9, note: 'z' } },
      ])
      const merged = await db.branch.merge(`${database}.${name}`, { into: 'orders' })
      expect(merged.applied.inserted).toBe(1)
      await deleteTable(name)
      await sql`delete from orders where id = 9`.execute(db)
      expect(await tables()).toEqual(['latest', 'orders'])
    },
  )
})

describe('a branch for another account', () => {
  const account = 'kmo_branch_acc'
  const snapshot = 'kmo_branch_acc_s'

  afterAll(async () => {
    await db.snapshots.drop(snapshot, { ifExists: true })
    await db.account.drop(account, { ifExists: true })
  })

  it('needs the name of its database (the trap), and arrives under a bare name', async () => {
    await db.account.drop(account, { ifExists: true })
    await db.snapshots.drop(snapshot, { ifExists: true })
    await db.account.create(account, { admin: { name: 'admin', password: '111' } })
    const tenant = openClient(server, { connection: { user: `${account}#admin`, password: '111' } })
    try {
      await tenant.execute(`create database ${database}`)
      await db.snapshots.create(snapshot, { level: 'table', table: 'orders' })
      const bare = `data branch create table there from orders {snapshot = '${snapshot}'} to account ${account}`
      await expect(db.execute(bare)).rejects.toMatchObject({ errno: 20101 })
      await db.branch.createTable('there', { from: 'orders', snapshot, toAccount: account })
      const { rows } = await tenant.execute(`select id from ${database}.there order by id`)
      expect(rows).toEqual([{ id: 1 }, { id: 2 }])
    } finally {
      await tenant.destroy()
    }
  })
})

describe('a branch of a database', () => {
  it('has its tables and its views', async () => {
    await db.branch.createDatabase(copy, { from: database })
    await sql.raw(`insert into ${copy}.orders values (7, 'x')`).execute(db)
    expect((await sql.raw(`select id from ${copy}.latest`).execute(db)).rows).toEqual([{ id: 7 }])
    expect(await db.branch.diffCount(`${copy}.orders`, { against: 'orders' })).toBe(1)
    await deleteDatabase(copy)
    expect(await databases()).toEqual([database])
  })

  it('of a missing database would be an empty one (the trap)', async () => {
    const free = openClient({ options: server.options }, { guards: { clone: 'off' } })
    const branch = sql.raw(`data branch create database ${copy} from kmo_branch_create_nope`)
    const created = branch.execute(free)
    await created.catch(() => undefined)
    await free.destroy()
    if (!server.can.cloneOfMissingDatabaseSucceeds) {
      await expect(created).rejects.toMatchObject({ errno: 1046 })
      return
    }
    await created
    expect(await databases()).toEqual([database, copy])
    await sql.raw(`drop database ${copy}`).execute(db)
  })

  it('of a missing database is refused', async () => {
    await expect(
      db.branch.createDatabase(copy, { from: 'kmo_branch_create_nope' }),
    ).rejects.toThrow(/does not exist/)
    expect(await databases()).toEqual([database])
  })

  it('is gone when the transaction rolls back', async () => {
    const trx = await db.startTransaction().execute()
    await trx.branch.createDatabase(copy, { from: database })
    await trx.rollback().execute()
    expect(await databases()).toEqual([database])
  })

  it('is the only thing that deleteDatabase deletes', async () => {
    const refused = server.can.branchDeleteChecksTarget ? BranchError : UnsupportedError
    await expect(db.branch.deleteDatabase(database)).rejects.toThrow(refused)
    await expect(db.branch.deleteDatabase('kmo_branch_create_nope')).rejects.toThrow(refused)
    await expect(db.branch.createDatabase(database, { from: database })).rejects.toMatchObject({
      errno: 1007,
    })
    await expect(db.branch.createDatabase('a b', { from: database })).rejects.toThrow(ValueError)
    expect(await databases()).toEqual([database])
  })
})

import { sql } from 'kysely'
import type { Connection } from 'mysql2/promise'
import {
  BranchConflictError,
  BranchError,
  MatrixOne,
  type MergeOptions,
  UnsupportedError,
  ValueError,
} from 'kysely-matrixone'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openClient, openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

interface DB {
  stock: { id: number; amount: number }
  lines: { a: number; b: string; amount: number }
  log: { text: string }
  kinds: { a: number; b: string }
  notes: { text: string }
}

const server = useServer(import.meta.url)
const database = 'kmo_branch_merge'
const snapshots = ['kmo_branch_merge_s1', 'kmo_branch_merge_s2'] as const
const none = { inserted: 0, updated: 0, deleted: 0 }
let db: MatrixOne<DB>
let other: MatrixOne<DB>
let raw: Connection

async function dropSnapshots(): Promise<void> {
  for (const name of snapshots) await sql.raw(`drop snapshot if exists ${name}`).execute(db)
}

const stock = async (): Promise<readonly (readonly number[])[]> => {
  const rows = await other.selectFrom('stock').selectAll().orderBy('id').execute()
  return rows.map(({ id, amount }) => [id, amount])
}

beforeAll(async () => {
  const made = await openDatabase<DB>(server, database)
  ;({ db, raw } = made)
  await raw.query(`use ${database}`)
  other = openClient(made)
  await dropSnapshots()
})

afterAll(async () => {
  await dropSnapshots()
  await other.destroy()
})

beforeEach(async () => {
  await sql`drop table if exists wip`.execute(db)
  await sql`drop table if exists stock`.execute(db)
  await sql`create table stock (id int primary key, amount int)`.execute(db)
  await sql`insert into stock values (1, 10), (2, 20), (3, 30)`.execute(db)
  await db.branch.createTable('wip', { from: 'stock' })
})

describe('merge', () => {
  it('takes over every change of the branch and says how many', async () => {
    await sql`update wip set amount = 11 where id = 1`.execute(db)
    await sql`delete from wip where id = 2`.execute(db)
    await sql`insert into wip values (4, 40), (5, 50)`.execute(db)
    await sql`insert into stock values (6, 60)`.execute(db)
    const result = await db.branch.merge('wip', { into: 'stock' })
    expect(result).toEqual({
      applied: { inserted: 2, updated: 1, deleted: 1 },
      remaining: none,
      targetOnly: { inserted: 1, updated: 0, deleted: 0 },
      verified: true,
    })
    expect(Object.isFrozen(result)).toBe(true)
    expect(await stock()).toEqual([
      [1, 11],
      [3, 30],
      [4, 40],
      [5, 50],
      [6, 60],
    ])
  })

  it('fails with BranchConflictError and changes nothing when both sides changed a row', async () => {
    await sql`update wip set amount = 11 where id = 1`.execute(db)
    await sql`update stock set amount = 12 where id = 1`.execute(db)
    const merge = db.branch.merge('wip', { into: 'stock' })
    await expect(merge).rejects.toThrow(BranchConflictError)
    await expect(merge).rejects.toMatchObject({ errno: 20101, cause: { errno: 20101 } })
    expect(await stock()).toEqual([
      [1, 12],
      [2, 20],
      [3, 30],
    ])
  })

  it('leaves conflicting rows with skip, and tells how many', async () => {
    await sql`update wip set amount = 11 where id = 1`.execute(db)
    await sql`update wip set amount = 21 where id = 2`.execute(db)
    await sql`update stock set amount = 12 where id = 1`.execute(db)
    const result = await db.branch.merge('wip', { into: 'stock', onConflict: 'skip' })
    expect(result.applied).toEqual({ ...none, updated: 1 })
    expect(result.remaining).toEqual({ ...none, updated: 1 })
    expect(await stock()).toEqual([
      [1, 12],
      [2, 21],
      [3, 30],
    ])
  })

  it('takes the row of the branch with accept', async () => {
    await sql`update wip set amount = 11 where id = 1`.execute(db)
    await sql`update stock set amount = 12 where id in (1, 3)`.execute(db)
    const result = await db.branch.merge('wip', { into: 'stock', onConflict: 'accept' })
    expect(result.remaining).toEqual(none)
    expect(await stock()).toEqual([
      [1, 11],
      [2, 20],
      [3, 12],
    ])
  })

  it('of a branch that was merged before and changed again: skip says OK and does nothing (the trap)', async () => {
    await sql`insert into wip values (4, 40)`.execute(db)
    await db.branch.merge('wip', { into: 'stock' })
    await sql`update wip set amount = 41 where id = 4`.execute(db)
    await sql`data branch merge wip into stock when conflict skip`.execute(db)
    expect(await stock()).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 40],
    ])

    const skipped = await db.branch.merge('wip', { into: 'stock', onConflict: 'skip' })
    expect(skipped).toMatchObject({ applied: none, remaining: { inserted: 1 } })
    await expect(db.branch.merge('wip', { into: 'stock' })).rejects.toThrow(BranchConflictError)
    const accepted = await db.branch.merge('wip', { into: 'stock', onConflict: 'accept' })
    expect(accepted).toMatchObject({ applied: { inserted: 1 }, remaining: none })
    expect(await stock()).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 41],
    ])
  })

  it('takes part in a transaction and rolls back with it', async () => {
    await sql`insert into wip values (4, 40)`.execute(db)
    const trx = await db.startTransaction().execute()
    const merged = trx.branch.merge('wip', { into: 'stock' })
    if (!server.can.branchDiffInTransaction) {
      await expect(merged).rejects.toThrow(/inside a transaction before MatrixOne 4\.2/)
      await trx.insertInto('stock').values({ id: 7, amount: 70 }).execute()
      await trx.commit().execute()
      expect(await stock()).toContainEqual([7, 70])
      return
    }
    const result = await merged
    expect(result).toEqual({
      applied: { ...none, inserted: 1 },
      remaining: none,
      targetOnly: none,
      verified: false,
      unverified: 'inside a transaction',
    })
    expect(await trx.selectFrom('stock').selectAll().execute()).toHaveLength(4)
    expect(await stock()).toHaveLength(3)
    await trx.rollback().execute()
    expect(await stock()).toHaveLength(3)

    await db.transaction().execute(async (again) => again.branch.merge('wip', { into: 'stock' }))
    expect(await stock()).toHaveLength(4)
  })

  it('of a branch that another client wrote when it made it leaves rows behind (the trap), and says so', async () => {
    await raw.query('drop table wip')
    await raw.query('begin')
    await raw.query('data branch create table wip from stock')
    await raw.query('insert into wip values (4, 40)')
    await raw.query('update wip set amount = 11 where id = 1')
    await raw.query('delete from wip where id = 2')
    await raw.query('commit')
    await raw.query('insert into wip values (5, 50)')
    await raw.query('insert into stock values (6, 60)')
    expect(await db.branch.diff('wip', { against: 'stock' })).toHaveLength(2)
    expect(await db.branch.merge('wip', { into: 'stock' })).toEqual({
      applied: { ...none, inserted: 1 },
      remaining: none,
      targetOnly: { ...none, inserted: 1 },
      verified: false,
      unverified: 'rows differ that DIFF does not show',
    })
    expect(await stock()).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
      [5, 50],
      [6, 60],
    ])
  })

  it.each([
    'insert into wip values (4, 40)',
    'update wip set amount = null where id = 1',
    'delete from wip where id = 2',
  ])('sees each kind of row that is left behind: %s', async (text) => {
    await raw.query('drop table wip')
    await raw.query('begin')
    await raw.query('data branch create table wip from stock')
    await raw.query(text)
    await raw.query('commit')
    const { verified, unverified } = await db.branch.merge('wip', { into: 'stock' })
    expect([verified, unverified]).toEqual([false, 'rows differ that DIFF does not show'])
  })

  it('is verified for keys of several columns and all kinds of values', async ({ skip }) => {
    skip(!server.can.mergesEnums, 'a table with an ENUM or a GEOMETRY is refused')
    await raw.query('drop table if exists kinds_wip')
    await raw.query('drop table if exists kinds')
    await raw.query(
      "create table kinds (a int, b varchar(9), j json, v vecf32(2), g geometry, e enum('x','y'), " +
        'd decimal(20,3), t datetime(6), n blob, primary key (b, a))',
    )
    await raw.query(
      "insert into kinds values (1, 'B', '{}', '[1,2]', 'POINT(1 2)', 'x', 1.5, '2026-01-01', 'n'), " +
        "(2, 'c', null, null, null, null, null, null, null)",
    )
    await db.branch.createTable('kinds_wip', { from: 'kinds' })
    await raw.query("update kinds_wip set v = '[3,4]' where a = 2")
    await raw.query("insert into kinds_wip (a, b) values (3, 'd')")
    const result = await db.branch.merge('kinds_wip', { into: 'kinds' })
    expect(result).toMatchObject({ applied: { inserted: 1, updated: 1 }, verified: true })
  })

  it('is not verified without a primary key, where both sides still differ, or on demand', async () => {
    await raw.query('drop table if exists notes_wip')
    await raw.query('create table if not exists notes (text varchar(9))')
    await db.branch.createTable('notes_wip', { from: 'notes' })
    const doubt = async (wip: string, options: MergeOptions<keyof DB>): Promise<unknown> =>
      (await db.branch.merge(wip, options)).unverified
    expect(await doubt('notes_wip', { into: 'notes' })).toBe('no primary key')
    expect(await doubt('wip', { into: 'stock', compareRows: false })).toBe('rows not compared')
    await raw.query('update wip set amount = 11 where id = 1')
    await raw.query('update stock set amount = 12 where id = 1')
    expect(await doubt('wip', { into: 'stock', onConflict: 'skip' })).toBe(
      'both sides still differ',
    )
  })

  it('refuses skip inside a transaction, where what it left cannot be counted', async () => {
    await expect(
      db
        .transaction()
        .execute((trx) => trx.branch.merge('wip', { into: 'stock', onConflict: 'skip' })),
    ).rejects.toThrow(UnsupportedError)
  })

  it('rejects with BranchError when the tables do not fit or exist', async () => {
    await sql`create table if not exists log (text varchar(9))`.execute(db)
    await expect(db.branch.merge('wip', { into: 'log' })).rejects.toThrow(BranchError)
    await expect(db.branch.merge('nope', { into: 'stock' })).rejects.toMatchObject({
      name: 'BranchError',
      errno: server.can.branchQuotesNames ? 1064 : 1146,
    })
  })
})

describe('pick', () => {
  it('takes over the changes of some keys only', async () => {
    await sql`update wip set amount = 11 where id = 1`.execute(db)
    await sql`delete from wip where id = 2`.execute(db)
    await sql`insert into wip values (4, 40), (5, 50)`.execute(db)
    const result = await db.branch.pick('wip', { into: 'stock', keys: [1, 4n, 99] })
    expect(result).toEqual({
      applied: { inserted: 1, updated: 1, deleted: 0 },
      remaining: { inserted: 1, updated: 0, deleted: 1 },
      targetOnly: none,
      verified: true,
    })
    expect(await stock()).toEqual([
      [1, 11],
      [2, 20],
      [3, 30],
      [4, 40],
    ])
  })

  it('takes the keys from a query', async () => {
    await sql`update wip set amount = amount + 1`.execute(db)
    const keys = db.selectFrom('stock').select('id').where('amount', '>', 15)
    expect((await db.branch.pick('wip', { into: 'stock', keys })).applied.updated).toBe(2)
    expect(await stock()).toEqual([
      [1, 10],
      [2, 21],
      [3, 31],
    ])
  })

  it('takes composite keys, with any text in them', async () => {
    await sql`drop table if exists lines_wip`.execute(db)
    await sql`drop table if exists ${sql.table('lines')}`.execute(db)
    await sql`create table ${sql.table('lines')} (a int, b varchar(20), amount int, primary key (a, b))`.execute(
      db,
    )
    await db.branch.createTable('lines_wip', { from: 'lines' })
    const b = "it's \\ 🎉"
    await sql`insert into lines_wip values (1, ${b}, 1), (1, 'x', 2)`.execute(db)
    const picked = db.branch.pick('lines_wip', { into: 'lines', keys: [[1, b]] })
    if (!server.can.branchQuotesNames) {
      // LINES is a keyword, and 3.0.14 pastes the name unquoted.
      return expect(picked).rejects.toThrow(/broke the SQL that MatrixOne makes of it/)
    }
    await picked
    expect(await db.selectFrom('lines').selectAll().execute()).toEqual([{ a: 1, b, amount: 1 }])
  })

  it('takes what was changed between two snapshots', async () => {
    await sql`insert into wip values (4, 40)`.execute(db)
    await sql.raw(`create snapshot ${snapshots[0]} for table ${database} wip`).execute(db)
    await sql`insert into wip values (5, 50)`.execute(db)
    await sql.raw(`create snapshot ${snapshots[1]} for table ${database} wip`).execute(db)
    await sql`insert into wip values (6, 60)`.execute(db)
    const [from, to] = snapshots
    const result = await db.branch.pick('wip', { into: 'stock', between: { from, to } })
    expect(result).toMatchObject({ applied: { inserted: 1 }, remaining: { inserted: 2 } })
    expect(await stock()).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
      [5, 50],
    ])
  })

  it('is refused without keys, and inside a transaction before it is sent', async () => {
    await expect(db.branch.pick('wip', { into: 'stock' })).rejects.toThrow(ValueError)
    await expect(db.branch.pick('wip', { into: 'stock', keys: [] })).rejects.toThrow(
      /nothing to pick/,
    )
    await db.transaction().execute(async (trx) => {
      await expect(trx.branch.pick('wip', { into: 'stock', keys: [1] })).rejects.toThrow(
        UnsupportedError,
      )
      await trx.insertInto('stock').values({ id: 7, amount: 70 }).execute()
    })
    expect(await stock()).toContainEqual([7, 70])
  })

  it('fails on a conflict and on a table without a primary key', async () => {
    await sql`update wip set amount = 11 where id = 1`.execute(db)
    await sql`update stock set amount = 12 where id = 1`.execute(db)
    await expect(db.branch.pick('wip', { into: 'stock', keys: [1] })).rejects.toThrow(
      BranchConflictError,
    )
    await sql`drop table if exists log_wip`.execute(db)
    await sql`create table if not exists log (text varchar(9))`.execute(db)
    await db.branch.createTable('log_wip', { from: 'log' })
    await expect(db.branch.pick('log_wip', { into: 'log', keys: ['x'] })).rejects.toMatchObject({
      name: 'BranchError',
      errno: 20105,
    })
  })
})

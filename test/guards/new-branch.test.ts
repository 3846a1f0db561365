import type { Connection } from 'mysql2/promise'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { GuardError, MatrixOne } from 'kysely-matrixone'
import { openDatabase, withClient } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_new_branch'
const copy = 'kmo_new_branch_copy'

interface DB {
  t: { id: number; v: string }
  b: { id: number; v: string }
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, database))
  await raw.query(`use ${database}`)
  await raw.query('create table t (id int primary key, v varchar(20))')
  await raw.query("insert into t values (1, 'one'), (2, 'two')")
})

beforeEach(async () => {
  await raw.query('drop table if exists b')
  await raw.query(`drop database if exists ${copy}`)
})

afterAll(async () => {
  await raw.query(`drop database if exists ${copy}`)
})

describe('a row written to a branch in the transaction that made it', () => {
  it('is never compared nor merged (the trap)', async () => {
    await raw.query('begin')
    await raw.query('data branch create table b from t')
    await raw.query("insert into b values (3, 'three')")
    await raw.query("update b set v = 'ONE' where id = 1")
    await raw.query('commit')
    const [rows] = await raw.query('data branch diff b against t')
    expect(rows).toEqual([])
    await raw.query('data branch merge b into t when conflict fail')
    expect((await raw.query('select id, v from t order by id'))[0]).toEqual([
      { id: 1, v: 'one' },
      { id: 2, v: 'two' },
    ])
  })

  const writes: readonly (readonly [string, (trx: MatrixOne<DB>) => Promise<unknown>])[] = [
    ['insert', (trx) => trx.insertInto('b').values({ id: 3, v: 'x' }).execute()],
    ['update', (trx) => trx.updateTable('b').set({ v: 'x' }).execute()],
    ['delete', (trx) => trx.deleteFrom('b').where('id', '=', 1).execute()],
    ['batchInsert', (trx) => trx.batchInsert('b', [{ id: 3, v: 'x' }])],
    ['loadData.rows', (trx) => trx.loadData.rows('b', [{ id: 3, v: 'x' }])],
    ['a qualified name', (trx) => trx.execute(`insert into ${database}.b values (3, 'x')`)],
    ['REPLACE as text', (trx) => sql`replace into \`B\` values (1, 'x')`.execute(trx)],
    [
      'an UPDATE with a join',
      (trx) => sql`update t join b on t.id = b.id set b.v = 'x'`.execute(trx),
    ],
    ['a load', (trx) => trx.loadData.csv('b', { text: '3,x\n' }, { keys: 'trust' })],
  ]

  it.each(writes)('is refused before it is sent: %s', async (_what, write) => {
    const transfer = db.transaction().execute(async (trx) => {
      await trx.branch.createTable('b', { from: 't' })
      await write(trx as unknown as MatrixOne<DB>)
    })
    await expect(transfer).rejects.toThrow(GuardError)
    await expect(transfer).rejects.toThrow(/b was branched in this transaction.*Guard: newBranch/s)
  })

  it('is refused after a raw statement, and in a branch of a whole database', async () => {
    const raws = db.transaction().execute(async (trx) => {
      await sql`data branch create table b from t`.execute(trx)
      await trx.insertInto('b').values({ id: 3, v: 'x' }).execute()
    })
    await expect(raws).rejects.toThrow(GuardError)
    const whole = db.transaction().execute(async (trx) => {
      await trx.branch.createDatabase(copy, { from: database })
      await trx.withSchema(copy).insertInto('t').values({ id: 3, v: 'x' }).execute()
    })
    await expect(whole).rejects.toThrow(GuardError)
    const manual = db.pinned(async (one) => {
      await sql`begin`.execute(one)
      await sql`data branch create table b from t`.execute(one)
      try {
        await one.insertInto('b').values({ id: 3, v: 'x' }).execute()
      } finally {
        await sql`rollback`.execute(one)
      }
    })
    await expect(manual).rejects.toThrow(GuardError)
  })

  it('is sent where the guard is off', async () => {
    await withClient<void, DB>(
      { options: { ...server.options, database } },
      { guards: { newBranch: 'off' } },
      (open) =>
        open.transaction().execute(async (trx) => {
          await trx.branch.createTable('b', { from: 't' })
          await trx.insertInto('b').values({ id: 3, v: 'x' }).execute()
        }),
    )
    expect((await raw.query('select id from b where id = 3'))[0]).toEqual([{ id: 3 }])
  })
})

describe('a transaction that has made a branch', () => {
  it('may read it and write elsewhere, and write to it once it is over', async () => {
    await db.transaction().execute(async (trx) => {
      await trx.branch.createTable('b', { from: 't' })
      expect(await trx.selectFrom('b').select('id').execute()).toHaveLength(2)
      await trx.updateTable('t').set({ v: 'two!' }).where('id', '=', 2).execute()
      await sql`insert into t select id + 10, v from b where id = 1`.execute(trx)
    })
    await db.insertInto('b').values({ id: 3, v: 'three' }).execute()
    await db.transaction().execute((trx) => trx.insertInto('b').values({ id: 4, v: 'x' }).execute())
    const { applied } = await db.branch.merge('b', { into: 't' })
    expect(applied).toEqual({ inserted: 2, updated: 0, deleted: 0 })
    await raw.query('delete from t where id > 2')
  })
})

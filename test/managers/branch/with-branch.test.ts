import { Kysely, MysqlDialect, sql } from 'kysely'
import {
  BranchError,
  type HookConnection,
  matrixone,
  MatrixOne,
  UnsupportedError,
} from 'kysely-matrixone'
import mysql from 'mysql2'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

interface DB {
  orders: { id: number; note: string | null }
}

const server = useServer(import.meta.url)
const database = 'kmo_branch_with'
const name = 'kmo_branch_with_copy'
let db: MatrixOne<DB>

const databases = async (): Promise<readonly string[]> =>
  (await db.metadata.databases()).filter((found) => found.startsWith(database))

const orders = async (handle: Kysely<DB>): Promise<readonly number[]> =>
  (await handle.selectFrom('orders').select('id').orderBy('id').execute()).map(({ id }) => id)

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, database, { shutdownTimeout: 200 }))
  await sql.raw(`drop database if exists ${name}`).execute(db)
  await sql`create table orders (id int primary key, note varchar(20))`.execute(db)
  await sql`insert into orders values (1, 'a')`.execute(db)
})

afterAll(async () => {
  await sql.raw(`drop database if exists ${name}`).execute(db)
})

describe('withBranch', () => {
  it('runs builders, raw SQL, managers and transactions on the branch, and drops it', async () => {
    const seen = await db.branch.withBranch({ database, name }, async (branchDb) => {
      expect(branchDb).toBeInstanceOf(MatrixOne)
      await branchDb.insertInto('orders').values({ id: 2, note: null }).execute()
      await sql`insert into orders values (3, 'raw')`.execute(branchDb)
      await branchDb.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ id: 4, note: null }).execute()
        await trx.branch.createTable('orders_wip', { from: 'orders' })
      })
      const { rows } = await sql<{ name: string }>`select database() as name`.execute(branchDb)
      expect(rows).toEqual([{ name }])
      expect((await branchDb.metadata.tables()).map((table) => table.name)).toEqual([
        'orders',
        'orders_wip',
      ])
      return orders(branchDb)
    })
    expect(seen).toEqual([1, 2, 3, 4])
    expect(await orders(db)).toEqual([1])
    expect(await databases()).toEqual([database])
  })

  it('drops a branch in which tables were created, altered and dropped (DELETE DATABASE refuses it)', async () => {
    await db.branch.withBranch({ database, name }, async (branchDb) => {
      await branchDb.schema.createTable('added').addColumn('id', 'integer').execute()
      await branchDb.schema.alterTable('orders').addColumn('more', 'integer').execute()
      const { branchDeleteChecksTarget } = server.can
      await expect(db.branch.deleteDatabase(name)).rejects.toThrow(
        branchDeleteChecksTarget ? /not an active branch table/ : /drops any table or database/,
      )
    })
    expect(await databases()).toEqual([database])
  })

  it('drops the branch and passes the error on when the callback fails', async () => {
    await expect(
      db.branch.withBranch({ database, name }, async (branchDb) => {
        await sql`insert into nowhere values (1)`.execute(branchDb)
      }),
    ).rejects.toMatchObject({ errno: 1146 })
    expect(await databases()).toEqual([database])
  })

  it('drops the branch when a transaction was left open on it', async () => {
    await db.branch.withBranch({ database, name }, async (branchDb) => {
      const trx = await branchDb.startTransaction().execute()
      await trx.insertInto('orders').values({ id: 9, note: null }).execute()
    })
    expect(await databases()).toEqual([database])
  })

  it('closes the handle when the callback ends, so that nothing reaches the original later', async () => {
    let leaked: MatrixOne<DB> | undefined
    await db.branch.withBranch({ database, name }, async (branchDb) => {
      leaked = branchDb
      expect(await orders(branchDb)).toEqual([1])
    })
    await expect(
      leaked?.insertInto('orders').values({ id: 8, note: null }).execute(),
    ).rejects.toThrow(/destroy|closed/i)
    expect(await orders(db)).toEqual([1])
  })

  it('does not mind that the callback dropped the branch itself', async () => {
    await db.branch.withBranch({ database, name }, async (branchDb) => {
      await sql.raw(`drop database ${name}`).execute(branchDb)
    })
    expect(await databases()).toEqual([database])
  })

  it('ignores withSchema, which would lead back to the original', async () => {
    await db.withSchema(database).branch.withBranch({ database, name }, async (branchDb) => {
      await branchDb.insertInto('orders').values({ id: 5, note: null }).execute()
    })
    expect(await orders(db)).toEqual([1])
  })

  it('never touches a database that was there before', async () => {
    await sql.raw(`create database ${name}`).execute(db)
    const called: unknown[] = []
    await expect(
      db.branch.withBranch({ database, name }, async (branchDb) => called.push(branchDb)),
    ).rejects.toMatchObject({ name: 'BranchError', errno: 1007 })
    expect(called).toEqual([])
    expect(await databases()).toEqual([database, name])
    await sql.raw(`drop database ${name}`).execute(db)
    await expect(
      db.branch.withBranch({ database: 'kmo_branch_with_nope', name }, async () => undefined),
    ).rejects.toThrow(BranchError)
    expect(await databases()).toEqual([database])
  })

  it('works on a URL, on a pool of mysql2, and on a plain Kysely with the dialect', async () => {
    const { host, port, user, password } = server.options
    const pool = mysql.createPool({ host, port, user, password, database, connectionLimit: 2 })
    for (const connection of [`${server.url}/${database}`, pool, pool.promise()]) {
      const one = new MatrixOne<DB>({ connection })
      const seen = await matrixone(one).branch.withBranch({ database, name }, async (branchDb) => {
        await sql`insert into orders values (7, 'x')`.execute(branchDb)
        return orders(branchDb)
      })
      expect(seen).toEqual([1, 7])
      if (typeof connection === 'string') await one.destroy()
    }
    expect(await orders(db)).toEqual([1])
    await new MatrixOne<DB>({ connection: pool }).destroy()
  })

  it('has the hooks, listeners and interceptors that were added to the handle later', async () => {
    const own = new MatrixOne<DB>({ connection: { ...server.options, database } })
    const seen = new Set<string>()
    const note =
      (what: string) =>
      async (connection: HookConnection): Promise<void> => {
        const [row] = await connection.execute<{ name: string }>('select database() as name')
        seen.add(`${what} on ${row?.name}`)
      }
    own.hooks.add(note('hook'))
    own.listeners.add({ connect: note('listener') })
    own.interceptors.add({
      execute: (call, next) => {
        if (call.query.sql.includes('from `orders`')) seen.add('interceptor')
        return next()
      },
    })
    const removed = [own.hooks.add(note('removed')), own.listeners.add(note('removed'))]
    for (const remove of removed) remove()
    await own.branch.withBranch({ database, name }, orders)
    await own.destroy()
    expect(seen).toEqual(
      new Set([
        `hook on ${database}`,
        `listener on ${database}`,
        `hook on ${name}`,
        `listener on ${name}`,
        'interceptor',
      ]),
    )
  })

  it('is refused inside a transaction and with a dialect that cannot open connections', async () => {
    await expect(
      db.transaction().execute((trx) => trx.branch.withBranch({ database, name }, async () => 1)),
    ).rejects.toThrow(UnsupportedError)
    const pool = mysql.createPool({ ...server.options, database })
    const plain = new Kysely<DB>({ dialect: new MysqlDialect({ pool }) })
    await expect(
      matrixone(plain).branch.withBranch({ database, name }, async () => 1),
    ).rejects.toThrow(/MatrixOneDialect/)
    expect(await databases()).toEqual([database])
  })

  it('gives a handle of the type that it is called on', () => {
    const check = async (plain: Kysely<DB>): Promise<void> => {
      await db.branch.withBranch({ database }, async (branchDb) => {
        expectTypeOf(branchDb).toEqualTypeOf<MatrixOne<DB>>()
      })
      await matrixone(plain).branch.withBranch({ database }, async (branchDb) => {
        expectTypeOf(branchDb).toEqualTypeOf<Kysely<DB>>()
      })
    }
    expect(check).toBeTypeOf('function')
  })
})

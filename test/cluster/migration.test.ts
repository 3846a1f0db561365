/**
 * The part of a session that stays when MatrixOne's proxy moves it to another compute node: the proxy replays the
 * text of each single SET there, and nothing else (4.2.0).
 */
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { MatrixOne, setSession, UnknownObjectError } from 'kysely-matrixone'
import { openCluster, type TestCluster } from '../support/cluster.js'
import { connectionIdOf } from '../support/queries.js'
import {
  type ClientConfig,
  openDatabase,
  type TestDatabase,
  withClient,
} from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url, { cluster: true })
const DATABASE = 'kmo_cluster_migration'

interface DB {
  items: { id: number }
  numbered: { id: number; name: string }
}

let test: TestDatabase<DB>
let cluster: TestCluster

beforeAll(async () => {
  test = await openDatabase<DB>(server, DATABASE, { untrueResults: 'report' })
  cluster = openCluster(server, test.raw)
  await cluster.nodes()
  await sql`create table items (id int primary key)`.execute(test.db)
  await sql`create table numbered (id int auto_increment primary key, name varchar(10))`.execute(
    test.db,
  )
})

const withDatabase = (
  run: (db: MatrixOne<DB>) => Promise<void>,
  config: ClientConfig = {},
): Promise<void> =>
  withClient(test, { ...config, untrueResults: 'report', connection: { connectionLimit: 8 } }, run)

/** Runs the callback after the connection has moved to the other node. */
async function afterMoving<T>(one: MatrixOne<DB>, callback: () => Promise<T>): Promise<T> {
  const id = await connectionIdOf(one)
  const node = await cluster.nodeOf(id)
  return cluster.drain(node, async () => {
    expect(await cluster.hasLeft(id, node)).toBe(true)
    const result = await callback()
    expect(await connectionIdOf(one)).toBe(id)
    return result
  })
}

describe('a session that moves to another node', () => {
  it('keeps its id, its database, and everything that hooks have set', async () => {
    const config: ClientConfig = {
      timeZone: '+02:00',
      hooks: [
        'enable_all',
        setSession({ probe_limit: 9, lock_wait_timeout: 7 }),
        async (connection) => void (await connection.execute("set @region = 'emea'")),
      ],
    }
    await withDatabase(async (db) => {
      await db.pinned(async (one) => {
        const read = async (): Promise<unknown> => {
          const { rows } = await sql`
            select @@experimental_hnsw_index as hnsw, @@experimental_ivf_index as ivf,
              @@experimental_fulltext_index as texts, @@probe_limit as lists,
              @@lock_wait_timeout as patience, @@time_zone as zone, @region as region,
              database() as name`.execute(one)
          return rows[0]
        }
        const before = await read()
        expect(before).toEqual({
          hnsw: '1',
          ivf: '1',
          texts: '1',
          lists: '9',
          patience: '7',
          zone: '+02:00',
          region: 'emea',
          name: DATABASE,
        })
        expect(await afterMoving(one, read)).toEqual(before)
      })
    }, config)
  })

  it('loses its temporary tables, and then writes into the permanent one (the trap)', async () => {
    await withDatabase(async (db) => {
      await db.pinned(async (one) => {
        await sql`create temporary table items (id int)`.execute(one)
        await one.insertInto('items').values({ id: 1 }).execute()
        expect(await db.selectFrom('items').selectAll().execute()).toEqual([])
        await afterMoving(one, () => one.insertInto('items').values({ id: 2 }).execute())
        expect(await db.selectFrom('items').selectAll().execute()).toEqual([{ id: 2 }])
      })
    })
  })

  it('forgets last_insert_id() (the trap); the result of the INSERT tells the id', async () => {
    await withDatabase(async (db) => {
      await db.pinned(async (one) => {
        const lastId = async (): Promise<unknown> =>
          (await sql`select last_insert_id() as id`.execute(one)).rows
        const { insertId } = await one
          .insertInto('numbered')
          .values({ name: 'a' } as never)
          .executeTakeFirstOrThrow()
        expect(await lastId()).toEqual([{ id: Number(insertId) }])
        expect(await afterMoving(one, lastId)).toEqual([{ id: 0 }])
      })
    })
  })
})

describe('a pool', () => {
  it('notices nothing when its sessions leave a node', async () => {
    await withDatabase(async (db) => {
      const ids = await Promise.all([1, 2, 3, 4].map(() => connectionIdOf(db)))
      const node = await cluster.nodeOf(ids[0] ?? 0)
      await cluster.drain(node, async () => {
        for (let id = 10; id < 30; id += 1) {
          await db.insertInto('items').values({ id }).execute()
        }
        for (const id of ids) expect(await cluster.hasLeft(id, node)).toBe(true)
      })
      const after = await Promise.all(ids.map(() => connectionIdOf(db)))
      expect(new Set(after)).toEqual(new Set(ids))
      const { rows } = await sql`select count(*) as n from items where id >= 10 for update`.execute(
        db,
      )
      expect(rows).toEqual([{ n: 20 }])
    })
  })
})

describe('a session does not move', () => {
  it('while it holds a lock: get_lock keeps temporary tables', async () => {
    await withDatabase(async (db) => {
      await db.pinned(async (one) => {
        const id = await connectionIdOf(one)
        const node = await cluster.nodeOf(id)
        await sql`select get_lock('kmo_cluster', 5) as locked`.execute(one)
        await sql`create temporary table scratch (id int)`.execute(one)
        await cluster.drain(node, async () => {
          expect(await cluster.hasLeft(id, node, 12)).toBe(false)
          const { rows } = await sql`select count(*) as n from scratch`.execute(one)
          expect(rows).toEqual([{ n: 0 }])
          await sql`select release_lock('kmo_cluster') as released`.execute(one)
          expect(await cluster.hasLeft(id, node)).toBe(true)
          await expect(sql`select * from scratch`.execute(one)).rejects.toThrow(UnknownObjectError)
        })
      })
    })
  })

  it('while a transaction is open', async () => {
    await withDatabase(async (db) => {
      const trx = await db.startTransaction().execute()
      const id = await connectionIdOf(trx)
      const node = await cluster.nodeOf(id)
      await cluster.drain(node, async () => {
        await trx.insertInto('items').values({ id: 3 }).execute()
        expect(await cluster.hasLeft(id, node, 12)).toBe(false)
        await trx.rollback().execute()
        expect(await cluster.hasLeft(id, node)).toBe(true)
      })
      const { rows } = await sql`select id from items where id = 3`.execute(db)
      expect(rows).toEqual([])
    })
  })
})

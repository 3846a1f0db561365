/** Reads on one node after writes on another. */
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { openCluster, type TestCluster } from '../support/cluster.js'
import { openDatabase, type TestDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url, { cluster: true })
const DATABASE = 'kmo_cluster_reads'
const ROUNDS = 50

interface DB {
  items: { id: number; v: number }
  numbered: { id: number; name: string }
}

let test: TestDatabase<DB>
let cluster: TestCluster

beforeAll(async () => {
  test = await openDatabase<DB>(server, DATABASE, { untrueResults: 'report' })
  cluster = openCluster(server, test.raw)
  await sql`create table items (id int primary key, v int)`.execute(test.db)
  await sql`create table numbered (id int auto_increment primary key, name varchar(10))`.execute(
    test.db,
  )
})

describe('AUTO_INCREMENT', () => {
  it('has a range of its own on each node, so that ids are in no order (the trap)', async () => {
    await cluster.onBothNodes(test.db, async (one, other) => {
      const ids: number[] = []
      for (const db of [one, other, one, other]) {
        const { insertId } = await db
          .insertInto('numbered')
          .values({ name: 'a' } as never)
          .executeTakeFirstOrThrow()
        ids.push(Number(insertId))
      }
      const [first = 0, second = 0, third = 0, fourth = 0] = ids
      expect(third).toBe(first + 1)
      expect(fourth).toBe(second + 1)
      expect(Math.abs(second - first)).toBeGreaterThan(1_000)
    })
  })
})

describe('what was just written', () => {
  it('is read on the same pinned connection', async () => {
    await test.db.pinned(async (one) => {
      for (let id = 0; id < ROUNDS; id += 1) {
        await one.insertInto('items').values({ id, v: 0 }).execute()
        const read = await one.selectFrom('items').select('v').where('id', '=', id).execute()
        expect(read).toEqual([{ v: 0 }])
      }
    })
  })

  it('is read on the other node by FOR UPDATE, which asks for the newest', async () => {
    await cluster.onBothNodes(test.db, async (one, other) => {
      for (let v = 1; v <= ROUNDS; v += 1) {
        await one.updateTable('items').set({ v }).where('id', '=', 1).execute()
        const read = await other
          .selectFrom('items')
          .select('v')
          .where('id', '=', 1)
          .forUpdate()
          .execute()
        expect(read).toEqual([{ v }])
      }
    })
  })

  it('is what the other node changes, whichever node wrote it', async () => {
    await cluster.onBothNodes(test.db, async (one, other) => {
      await one.updateTable('items').set({ v: 0 }).where('id', '=', 2).execute()
      for (let round = 0; round < ROUNDS; round += 1) {
        const db = round % 2 === 0 ? one : other
        await db
          .updateTable('items')
          .set((eb) => ({ v: eb('v', '+', 1) }))
          .where('id', '=', 2)
          .execute()
      }
      const read = await one
        .selectFrom('items')
        .select('v')
        .where('id', '=', 2)
        .forUpdate()
        .execute()
      expect(read).toEqual([{ v: ROUNDS }])
    })
  })
})

/** KILL through MatrixOne's proxy, which finds the node of a session by its id. */
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { type MatrixOne, StatementTimeoutError, TransactionTimeoutError } from 'kysely-matrixone'
import { openConnectionSource } from '../../src/connection/pool/connection-source.js'
import { sendKill } from '../../src/connection/limits/kill.js'
import { openCluster, type TestCluster } from '../support/cluster.js'
import { connectionIdOf } from '../support/queries.js'
import { openDatabase, type TestDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url, { cluster: true })
const DATABASE = 'kmo_cluster_cancellation'

interface DB {
  items: { id: number }
}

let test: TestDatabase<DB>
let cluster: TestCluster

beforeAll(async () => {
  test = await openDatabase<DB>(server, DATABASE)
  cluster = openCluster(server, test.raw)
  await sql`create table items (id int primary key)`.execute(test.db)
})

/** Runs the callback on a connection to each of the two nodes; it must be usable afterwards. */
async function onEachNode(run: (db: MatrixOne<DB>) => Promise<void>): Promise<void> {
  await cluster.onBothNodes(test.db, async (...both) => {
    for (const one of both) {
      const id = await connectionIdOf(one)
      await run(one)
      expect(await connectionIdOf(one)).toBe(id)
    }
  })
}

describe('a statement that is to end', () => {
  it('ends on whichever node it runs', async () => {
    await onEachNode(async (db) => {
      const sleeping = sql`select sleep(20) as s`.execute(db.withDeadline({ timeout: 500 }))
      await expect(sleeping).rejects.toThrow(StatementTimeoutError)
    })
  })

  it('undoes its write there', async () => {
    await onEachNode(async (db) => {
      const write = sql`insert into items select 1 + sleep(20)`.execute(
        db.withDeadline({ timeout: 500 }),
      )
      await expect(write).rejects.toThrow(StatementTimeoutError)
      expect(await db.selectFrom('items').selectAll().execute()).toEqual([])
    })
  })

  it('rolls its transaction back there', async () => {
    await onEachNode(async (db) => {
      const late = db
        .withDeadline({ timeout: 500 })
        .transaction()
        .execute(async (trx) => {
          await trx.insertInto('items').values({ id: 1 }).execute()
          await sql`select sleep(20) as s`.execute(trx)
        })
      await expect(late).rejects.toThrow(TransactionTimeoutError)
      expect(await db.selectFrom('items').selectAll().execute()).toEqual([])
    })
  })
})

describe('the proxy', () => {
  it('answers OK to a KILL of no session (the trap): OK does not say that a session was there', async () => {
    const source = await openConnectionSource(server.options)
    const connection = await new Promise<Parameters<typeof source.connectAside>[0]>(
      (resolve, reject) => {
        source.connect((error, raw) => (error === null ? resolve(raw) : reject(error)))
      },
    )
    try {
      const side = source.connectAside(connection)
      await expect(sendKill(side, 'kill query 4000000')).resolves.toBeUndefined()
    } finally {
      source.end()
      connection.destroy()
    }
  })
})

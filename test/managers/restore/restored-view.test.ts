import { GuardError, type MatrixOne } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, openRaw } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const HERE = 'kmo_restored_here'
const VIEWS = 'kmo_restored_views'
const SNAPSHOT = 'kmo_restored_views'
const restore = (): string =>
  server.can.restoreGrammar === 'object {snapshot}'
    ? `restore database ${VIEWS} {snapshot = '${SNAPSHOT}'}`
    : `restore account sys database ${VIEWS} from snapshot ${SNAPSHOT}`

interface DB {
  notes: { id: number }
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, HERE, { connection: { connectionLimit: 1 } }))
  await openDatabase(server, VIEWS)
  await raw.query(`drop snapshot if exists ${SNAPSHOT}`)
  for (const database of [HERE, VIEWS]) {
    await raw.query(`create table ${database}.notes (id int primary key)`)
  }
  await raw.query(`create view ${VIEWS}.seen as select id from ${VIEWS}.notes`)
  await raw.query(`create snapshot ${SNAPSHOT} for database ${VIEWS}`)
})

beforeEach(async () => {
  for (const database of [HERE, VIEWS]) await raw.query(`delete from ${database}.notes where true`)
})

afterAll(async () => {
  await raw.query(`drop snapshot if exists ${SNAPSHOT}`)
})

const rows = async (): Promise<readonly unknown[]> => [
  (await raw.query(`select id from ${HERE}.notes`))[0],
  (await raw.query(`select id from ${VIEWS}.notes`))[0],
]

describe('a restore of a database with a view', () => {
  it('moves its session there: the next row goes into the wrong table (the trap)', async () => {
    const session = await openRaw(server, { database: HERE })
    await session.query(restore())
    expect((await session.query('select database() as name'))[0]).toEqual([{ name: HERE }])
    await session.query('insert into notes values (7)')
    expect(await rows()).toEqual([[], [{ id: 7 }]])
  })

  it('leaves the pool and a pinned connection in their own database', async () => {
    await db.restore.database(VIEWS, { snapshot: SNAPSHOT })
    await db.insertInto('notes').values({ id: 1 }).execute()
    await db.pinned(async (one) => {
      await one.restore.database(VIEWS, { snapshot: SNAPSHOT })
      await one.insertInto('notes').values({ id: 2 }).execute()
    })
    expect(await rows()).toEqual([[{ id: 1 }, { id: 2 }], []])
  })

  it('is refused as text on the pool, and gives up its connection elsewhere', async () => {
    await expect(db.execute(restore())).rejects.toThrow(GuardError)
    await expect(db.execute(restore())).rejects.toThrow(
      /RESTORE would leave the database of a restored view on a connection of the pool/,
    )
    await db.pinned((one) => one.execute(restore()))
    await db.insertInto('notes').values({ id: 3 }).execute()
    expect(await rows()).toEqual([[{ id: 3 }], []])
  })
})

/**
 * Two-phase transactions need a server that has them. MatrixOne has none, so these tests play what a
 * MariaDB said, or run against the MariaDB that `MARIADB_URL` names. That MatrixOne refuses is tested
 * with the interceptors.
 */
import { sql } from 'kysely'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Interceptor, MatrixOne, ValueError } from 'kysely-matrixone'
import { openRaw } from '../support/database.js'
import { useServer } from '../support/server.js'

interface DB {
  t: { id: number }
}

const server = useServer(import.meta.url, { product: 'MariaDB' })
const DATABASE = 'kmo_two_phase'

describe('a server that has XA', () => {
  const steps: string[] = []
  const note =
    (name: string) =>
    async (_call: unknown, next: () => Promise<void>): Promise<void> => {
      await next()
      steps.push(name)
    }
  const interceptor: Interceptor = {
    beginTwoPhase: note('begin'),
    prepareTwoPhase: note('prepare'),
    commitTwoPhase: note('commit'),
    rollbackTwoPhase: note('rollback'),
    savepoint: note('savepoint'),
    rollbackToSavepoint: note('rollback to'),
    releaseSavepoint: note('release'),
  }
  let db: MatrixOne<DB>
  let raw: mysql.Connection

  beforeAll(async () => {
    raw = await openRaw(server)
    await raw.query(`drop database if exists ${DATABASE}`)
    await raw.query(`create database ${DATABASE}`)
    await raw.query(`create table ${DATABASE}.t (id int primary key)`)
    db = new MatrixOne<DB>({
      connection: { ...server.options, database: DATABASE, connectionLimit: 2 },
      interceptors: [interceptor],
    })
  })

  afterAll(async () => {
    await db.destroy()
    await raw.query(`drop database ${DATABASE}`)
  })

  const idsSeen = async (): Promise<number[]> => {
    const [rows] = await raw.query<mysql.RowDataPacket[]>(
      `select id from ${DATABASE}.t order by id`,
    )
    return rows.map(({ id }) => Number(id))
  }
  const prepared = async (): Promise<string[]> => {
    const [rows] = await raw.query<mysql.RowDataPacket[]>('xa recover')
    return rows.map(({ data }) => String(data))
  }

  it('prepares, is listed by the server, and commits', async () => {
    steps.length = 0
    const transfer = await db.startTwoPhaseTransaction('transfer-1')
    await transfer.trx.insertInto('t').values({ id: 1 }).execute()
    expect(await transfer.trx.selectFrom('t').selectAll().execute()).toEqual([{ id: 1 }])
    await transfer.prepare()
    expect(await prepared()).toEqual(['transfer-1'])
    expect(await idsSeen()).toEqual([])
    await transfer.commit()
    expect(await prepared()).toEqual([])
    expect(await idsSeen()).toEqual([1])
    expect(steps).toEqual(['begin', 'prepare', 'commit'])
  })

  it('rolls back, prepared or not', async () => {
    steps.length = 0
    for (const isPrepared of [true, false]) {
      const transfer = await db.startTwoPhaseTransaction(`transfer-2-${isPrepared}`)
      await transfer.trx.insertInto('t').values({ id: 2 }).execute()
      if (isPrepared) await transfer.prepare()
      await transfer.rollback()
      expect(await idsSeen()).toEqual([1])
    }
    expect(await prepared()).toEqual([])
    expect(steps).toEqual(['begin', 'prepare', 'rollback', 'begin', 'rollback'])
  })

  it('commits in one phase when it was not prepared', async () => {
    const transfer = await db.startTwoPhaseTransaction('transfer-3')
    await transfer.trx.insertInto('t').values({ id: 3 }).execute()
    await transfer.commit()
    expect(await idsSeen()).toEqual([1, 3])
  })

  it('rolls back by itself at the end of its block, and never twice', async () => {
    {
      await using transfer = await db.startTwoPhaseTransaction('transfer-4')
      await transfer.trx.insertInto('t').values({ id: 4 }).execute()
    }
    expect(await idsSeen()).toEqual([1, 3])
    const transfer = await db.startTwoPhaseTransaction('transfer-5')
    await transfer.commit()
    await expect(transfer.rollback()).rejects.toThrow(/ended already/)
  })

  it('gives its connection back, which then serves others', async () => {
    for (let round = 0; round < 5; round++) {
      const transfer = await db.startTwoPhaseTransaction(`transfer-6-${round}`)
      await transfer.commit()
    }
    await Promise.all(Array.from({ length: 4 }, () => sql`select 1`.execute(db)))
    const ordinary = db
      .transaction()
      .execute((trx) => trx.insertInto('t').values({ id: 6 }).execute())
    await ordinary
    expect(await idsSeen()).toEqual([1, 3, 6])
  })

  it('quotes its id, whatever it holds, and refuses one that is too long', async () => {
    const transfer = await db.startTwoPhaseTransaction("it's; drop table t")
    await transfer.prepare()
    expect(await prepared()).toEqual(["it's; drop table t"])
    await transfer.rollback()
    for (const xid of ['', 'x'.repeat(65)]) {
      await expect(db.startTwoPhaseTransaction(xid)).rejects.toThrow(ValueError)
    }
  })

  it('does not begin within a transaction', async () => {
    await db.transaction().execute(async (trx) => {
      await expect(trx.startTwoPhaseTransaction('x')).rejects.toThrow(/within a transaction/)
    })
  })

  it('has savepoints too, which the guard then lets through', async () => {
    steps.length = 0
    const trx = await db.startTransaction().execute()
    await trx.insertInto('t').values({ id: 7 }).execute()
    const within = await trx.savepoint('s').execute()
    await within.insertInto('t').values({ id: 8 }).execute()
    const back = await within.rollbackToSavepoint('s').execute()
    await back.releaseSavepoint('s').execute()
    await back.commit().execute()
    expect(await idsSeen()).toEqual([1, 3, 6, 7])
    expect(steps).toEqual(['savepoint', 'rollback to', 'release'])
  })
})

import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MatrixOne, MoCtlError, ValueError } from 'kysely-matrixone'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_moctl_shop'
const ACCOUNT = 'kmo_moctl_acc'

interface DB {
  orders: { id: number }
  'a b': { id: number }
}

let db: MatrixOne<DB>
let raw: mysql.Connection

async function clean(): Promise<void> {
  await raw.query(`drop account if exists ${ACCOUNT}`)
}

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, DATABASE))
  await clean()
  await raw.query(`create table ${DATABASE}.orders (id int primary key)`)
  await raw.query(`create table ${DATABASE}.\`a b\` (id int primary key)`)
  await raw.query(`insert into ${DATABASE}.orders values (1), (2)`)
  await raw.query(`create account ${ACCOUNT} admin_name 'admin' identified by '111'`)
})

afterAll(clean)

async function flushedRows(): Promise<unknown> {
  const [rows] = await raw.query(
    `select sum(rows_cnt) as n from metadata_scan('${DATABASE}.orders', 'id') m`,
  )
  return (rows as { n: string | number | null }[])[0]?.n
}

describe('moCtl', () => {
  it('flushes a table, whose rows metadata_scan then counts', async () => {
    expect(await flushedRows()).toBeNull()
    await db.moCtl.flush('orders')
    expect(Number(await flushedRows())).toBe(2)
    await db.moCtl.flush(`${DATABASE}.orders`)
  })

  it('writes checkpoints', async () => {
    await expect(db.moCtl.checkpoint()).resolves.toBeUndefined()
    await expect(db.moCtl.globalCheckpoint()).resolves.toBeUndefined()
  })

  it('is refused for what does not exist or cannot be named', async () => {
    await expect(db.moCtl.flush(`${DATABASE}.nope`)).rejects.toMatchObject({
      name: 'MoCtlError',
      errno: 1146,
    })
    await expect(db.moCtl.flush('a b')).rejects.toThrow(ValueError)
  })

  it('is for the account sys only', async () => {
    const tenant = new MatrixOne<DB>({
      connection: { ...server.options, user: `${ACCOUNT}#admin` },
    })
    await expect(tenant.moCtl.checkpoint()).rejects.toThrow(MoCtlError)
    await tenant.destroy()
  })

  it('neither commits nor joins a transaction', async () => {
    const failure = new Error('no')
    await expect(
      db.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ id: 3 }).execute()
        await trx.moCtl.flush('orders')
        throw failure
      }),
    ).rejects.toBe(failure)
    expect((await raw.query(`select id from ${DATABASE}.orders`))[0]).toHaveLength(2)
  })

  it('takes tables that exist', () => {
    // @ts-expect-error -- no such table
    const wrong = (): unknown => db.moCtl.flush('order')
    expect(wrong).toBeTypeOf('function')
  })
})

/**
 * Live, this sets the whole server back, so it goes by `MO_OWN_URL` and never by `MO_URL`.
 */
import { MatrixOne, RestoreError, UnsupportedError, ValueError } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url, { own: true })
const DATABASE = 'kmo_cluster_shop'
const SNAPSHOT = 'kmo_cluster_before'
const OTHER = 'kmo_cluster_account'
const admin = { name: 'admin', password: 'kmo-Test_1' }

/** Made before the snapshot, and after it. */
const ACCOUNT = 'kmo_cluster_old'
const LATER = 'kmo_cluster_new'

interface DB {
  orders: { id: number }
}

let db: MatrixOne<DB>
let tenant: MatrixOne<DB>
let raw: Connection

async function clean(): Promise<void> {
  for (const name of [SNAPSHOT, OTHER]) await raw.query(`drop snapshot if exists ${name}`)
  for (const name of [ACCOUNT, LATER]) await raw.query(`drop account if exists ${name}`)
}

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, DATABASE))
  await clean()
  await raw.query(`create table ${DATABASE}.orders (id int primary key)`)
  await raw.query(`insert into ${DATABASE}.orders values (1)`)
  await db.account.create(ACCOUNT, { admin })
  tenant = new MatrixOne<DB>({
    connection: { ...server.options, user: `${ACCOUNT}#admin`, password: admin.password },
  })
  await tenant.execute('create database shop')
  await tenant.execute('create table shop.orders (id int primary key)')
  await tenant.execute('insert into shop.orders values (1)')
  await raw.query(`create snapshot ${OTHER} for account sys`)
  await raw.query(`create snapshot ${SNAPSHOT} for cluster`)
  await raw.query(`insert into ${DATABASE}.orders values (2)`)
  await tenant.execute('insert into shop.orders values (2)')
  await db.account.create(LATER, { admin })
})

afterAll(async () => {
  await tenant.destroy()
  await clean()
})

const ids = async (): Promise<readonly unknown[]> => [
  await db.selectFrom('orders').select('id').orderBy('id').execute(),
  await tenant.withSchema('shop').selectFrom('orders').select('id').orderBy('id').execute(),
]
const both = [{ id: 1 }, { id: 2 }]

describe('a restore of the cluster', () => {
  it('is refused for another snapshot, a tenant or a transaction, and nothing changes', async () => {
    await expect(db.restore.cluster({ snapshot: 'kmo_cluster_no' })).rejects.toThrow(
      /^Could not restore the cluster: the account has no snapshot kmo_cluster_no\. .*sys account/,
    )
    await expect(db.restore.cluster({ snapshot: OTHER })).rejects.toThrow(
      /kmo_cluster_account is of one account/,
    )
    await expect(tenant.restore.cluster({ snapshot: SNAPSHOT })).rejects.toThrow(RestoreError)
    await db.transaction().execute(async (trx) => {
      await expect(trx.restore.cluster({ snapshot: SNAPSHOT })).rejects.toThrow(UnsupportedError)
    })
    await expect(db.restore.cluster({ snapshot: "x' or '1" })).rejects.toThrow(ValueError)
    await expect(db.restore.cluster({} as { snapshot: string })).rejects.toThrow(
      /restore\.cluster needs the option snapshot/,
    )
    await expect(db.restore.cluster({ snapshot: SNAPSHOT, pitr: 'p' } as never)).rejects.toThrow(
      /has no option pitr/,
    )
    expect(await ids()).toEqual([both, both])
  })

  it('puts every account back, without the accounts made since', async () => {
    await db.restore.cluster({ snapshot: SNAPSHOT.toUpperCase() })
    expect(await ids()).toEqual([[{ id: 1 }], [{ id: 1 }]])
    expect(await db.account.exists(ACCOUNT)).toBe(true)
    expect(await db.account.exists(LATER)).toBe(false)
    expect(await db.snapshots.exists(SNAPSHOT)).toBe(true)
  })
})

import type mysql from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { type MatrixOne, RestoreError } from 'kysely-matrixone'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_restore_unfit'
const SNAPSHOT = 'kmo_restore_unfit_s'

interface DB {
  orders: { id: number }
  colours: { code: number; name: string }
}

let db: MatrixOne<DB>
let raw: mysql.Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, DATABASE))
  const drop = (): Promise<unknown> => raw.query(`drop snapshot if exists ${SNAPSHOT}`)
  await drop()
  server.beforeClose(drop)
  await raw.query(`use ${DATABASE}`)
  await raw.query('create table orders (id int primary key)')
  await raw.query(
    'create table colours (code tinyint unsigned auto_increment primary key, name varchar(9))',
  )
  await raw.query('insert into orders values (1)')
  await raw.query("insert into colours (name) values ('red'), ('blue')")
  await raw.query(`create snapshot ${SNAPSHOT} for database ${DATABASE}`)
  await raw.query('insert into orders values (2)')
  await raw.query('delete from colours where code = 1')
})

const idsOf = async (): Promise<readonly number[]> =>
  (await db.selectFrom('orders').select('id').orderBy('id').execute()).map(({ id }) => id)

describe('a database with a tinyint auto_increment key', () => {
  it('is never restored (the trap), and stays as it is', async () => {
    if (server.can.tinyKeyIsRestored) return
    const restore = `restore database ${DATABASE} {snapshot = '${SNAPSHOT}'}`
    await expect(raw.query(restore)).rejects.toMatchObject({ errno: 1690 })
    expect(await idsOf()).toEqual([1, 2])
  })

  it('is refused with the name of the column, and the way out', async () => {
    if (server.can.tinyKeyIsRestored) return
    const restored = db.restore.database(DATABASE, { snapshot: SNAPSHOT })
    await expect(restored).rejects.toThrow(RestoreError)
    await expect(restored).rejects.toThrow(
      /^Could not restore database kmo_restore_unfit: .* auto_increment column colours\.code \(TINYINT UNSIGNED.*\) would be 10,000, .* Nothing was restored\. Restore the other tables one by one with restore\.table, and write the rows of this one back from db\.at/,
    )
    await expect(db.restore.table('colours', { snapshot: SNAPSHOT })).rejects.toThrow(
      /^Could not restore table colours: .* column colours\.code/,
    )
  })

  it('is put back in that way', async () => {
    await db.restore.table('orders', { snapshot: SNAPSHOT })
    const past = await db.at({ snapshot: SNAPSHOT }).selectFrom('colours').selectAll().execute()
    await db.transaction().execute(async (trx) => {
      await trx.deleteFrom('colours').execute()
      await trx.insertInto('colours').values(past).execute()
    })
    expect(await idsOf()).toEqual([1])
    expect(await db.selectFrom('colours').selectAll().orderBy('code').execute()).toEqual([
      { code: 1, name: 'red' },
      { code: 2, name: 'blue' },
    ])
  })
})

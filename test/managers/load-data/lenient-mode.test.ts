import { Readable } from 'node:stream'
import { sql } from 'kysely'
import mysql from 'mysql2/promise'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LoadDataError, type MatrixOne, setSession } from 'kysely-matrixone'
import { openDatabase, type TestDatabase, withClient } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_load_lenient'

interface DB {
  people: { id: number; age: number | null }
}

let database: TestDatabase<DB>
let raw: mysql.Connection

beforeAll(async () => {
  database = await openDatabase<DB>(server, DATABASE)
  raw = database.raw
  await raw.query(`use ${DATABASE}`)
  await raw.query('create table people (id int primary key, age float)')
})

beforeEach(async () => {
  await raw.query('delete from people where id >= 0')
})

const seen = async (): Promise<unknown> => (await raw.query('select * from people'))[0]

const withMode = (mode: string, use: (db: MatrixOne<DB>) => Promise<void>): Promise<void> =>
  withClient<void, DB>(
    database,
    { hooks: setSession({ sql_mode: mode }), onHookError: 'throw' },
    use,
  )

async function* rows(): AsyncGenerator<string> {
  yield 'abc,xyz\n'
}

describe('a load under a sql_mode that is not strict', () => {
  it.each(['', 'NO_ZERO_DATE', 'ONLY_FULL_GROUP_BY'])(
    'stores 0 for text under %j, in the key too (the trap)',
    async (mode) => {
      // 4.1.4 refuses the text.
      if (!server.can.lenientLoads) return
      await raw.query('set sql_mode = ?', [mode])
      await raw.query({
        sql: "load data local infile 'x' into table people fields terminated by ','",
        infileStreamFactory: () => Readable.from([Buffer.from('abc,xyz\n')]),
      } as mysql.QueryOptions)
      expect(await seen()).toEqual([{ id: 0, age: 0 }])
    },
  )

  it.each(['', 'NO_ZERO_DATE', 'ONLY_FULL_GROUP_BY'])('is refused under %j', async (mode) => {
    await withMode(mode, async (db) => {
      const load = db.loadData.csv('people', rows())
      await expect(load).rejects.toThrow(LoadDataError)
      await expect(load).rejects.toThrow(/sql_mode .* is not strict.*setSession/)
      await expect(
        db.transaction().execute((trx) => trx.loadData.csv('people', rows(), { keys: 'trust' })),
      ).rejects.toThrow(/is not strict/)
    })
    expect(await seen()).toEqual([])
  })

  it.each(['STRICT_TRANS_TABLES', 'NO_ZERO_DATE,STRICT_ALL_TABLES', 'TRADITIONAL'])(
    'is done under %j, where the server refuses the text',
    async (mode) => {
      await withMode(mode, async (db) => {
        await expect(db.loadData.csv('people', rows())).rejects.toThrow(/is not int32 type/)
        async function* good(): AsyncGenerator<string> {
          yield '1,2.5\n'
        }
        await db.loadData.csv('people', good())
      })
      expect(await seen()).toEqual([{ id: 1, age: 2.5 }])
    },
  )

  it('is refused on a pinned connection that has set it so', async () => {
    await database.db.pinned(async (one) => {
      await sql`set sql_mode = ''`.execute(one)
      await expect(one.loadData.csv('people', rows())).rejects.toThrow(/is not strict/)
    })
    expect(await seen()).toEqual([])
  })
})

import { sql } from 'kysely'
import { GuardError, type MatrixOne } from 'kysely-matrixone'
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, withClient } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_guard_value_first'

interface DB {
  days: { id: number; n: number }
  dated: { day: string; n: number }
}

let db: MatrixOne<DB>
let raw: Connection

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, database))
  await raw.query(`use ${database}`)
  await raw.query('create table dated (day date primary key, n int)')
  await raw.query(
    "insert into dated values ('2026-01-01', 1), ('2026-01-02', 2), ('2026-01-03', 3)",
  )
})

beforeEach(async () => {
  await raw.query('drop table if exists days')
  await raw.query('create table days (id int primary key, n int)')
  await raw.query('insert into days values (1, 1), (2, 2), (3, 3), (4, 4)')
})

describe('a value in front of a primary key', () => {
  it('is compared by equality, so that rows are missed (the trap)', async () => {
    const [none] = await raw.query<RowDataPacket[]>('select id from days where 3 > id')
    const [one] = await raw.query<RowDataPacket[]>('select id from days where 3 >= id')
    const [right] = await raw.query<RowDataPacket[]>('select id from days where id < 3 order by id')
    expect(none).toEqual([])
    expect(one).toEqual([{ id: 3 }])
    expect(right).toEqual([{ id: 1 }, { id: 2 }])
    const [deleted] = await raw.query<ResultSetHeader>('delete from days where 3 > id')
    expect(deleted.affectedRows).toBe(0)
  })

  it('finds what it says, built and written, in reads, joins and subqueries', async () => {
    const ids = async (rows: Promise<readonly { id: number }[]>): Promise<readonly number[]> =>
      (await rows).map(({ id }) => id).toSorted((a, b) => a - b)
    const select = db.selectFrom('days').select('days.id')
    expect(await ids(select.where((eb) => eb(eb.val(3), '>', eb.ref('id'))).execute())).toEqual([
      1, 2,
    ])
    expect(
      await ids(
        select.where((eb) => eb(eb.fn('abs', [eb.val(-2)]), '<=', eb.ref('days.id'))).execute(),
      ),
    ).toEqual([2, 3, 4])
    expect(await ids(select.where(sql<boolean>`${2} < id and not ${4} <= id`).execute())).toEqual([
      3,
    ])
    expect(
      await ids(
        sql<{ id: number }>`select id from days where exists (select 1 from dated d
          where '2026-01-02' > d.day and d.n = days.id)`
          .execute(db)
          .then(({ rows }) => rows),
      ),
    ).toEqual([1])
    const joined = sql<{
      id: number
    }>`select b.id as id from days a left join days b on ${3} > b.id where a.id = 1`
    expect(await ids(joined.execute(db).then(({ rows }) => rows))).toEqual([1, 2])
  })

  it('changes the rows that it says', async () => {
    const updated = await sql`update days set n = 0 where ${3} > id`.execute(db)
    expect(updated.numAffectedRows).toBe(2n)
    const deleted = await db
      .deleteFrom('days')
      .where((eb) => eb(eb.val(2), '<=', eb.ref('id')))
      .executeTakeFirst()
    expect(deleted.numDeletedRows).toBe(3n)
  })

  it('keeps the heading of a selected comparison', async () => {
    const { rows } = await sql`select 3 > id from days where id = 1`.execute(db)
    expect(rows).toEqual([{ '3 > id': true }])
  })

  it('is refused in a prepared text, which nothing rewrites', async () => {
    await db.pinned(async (one) => {
      await expect(
        sql`prepare p from 'select * from days where 3 > id'`.execute(one),
      ).rejects.toThrow(/by equality.*id < 100 instead of 100 > id\. Guard: valueFirst\.$/s)
    })
  })
})

describe('the guard', () => {
  it('refuses when it is set to, and sends the text as it is when it is off', async () => {
    const options = { options: { ...server.options, database } }
    const read = sql`select id from days where 3 > id`
    await withClient<void, DB>(options, { guards: { valueFirst: 'refuse' } }, async (strict) => {
      await expect(read.execute(strict)).rejects.toThrow(GuardError)
    })
    await withClient<void, DB>(options, { guards: { valueFirst: 'off' } }, async (free) => {
      expect((await read.execute(free)).rows).toEqual([])
    })
  })
})

import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { MatrixOne, UnknownObjectError, ValueError } from 'kysely-matrixone'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

// Whether a stream that is left needs a KILL depends on how much of it has arrived by then.
const server = useServer(import.meta.url, { unanswered: 'allow' })
const DATABASE = 'kmo_dialect_streams'

interface DB {
  codes: { code: string; n: number }
}

let db: MatrixOne<DB>

beforeAll(async () => {
  ;({ db } = await openDatabase<DB>(server, DATABASE, { connection: { connectionLimit: 1 } }))
  await sql`create table codes (code varchar(10) primary key, n int)`.execute(db)
})

describe('streaming', () => {
  const rows = (n: number) =>
    sql<{ n: number }>`(select result as n from generate_series(1, ${sql.lit(n)}) g)`

  it('honours the chunk size', async () => {
    const sizes: number[] = []
    const executor = db.getExecutor()
    for await (const chunk of executor.stream(rows(1000).compile(db), 300))
      sizes.push(chunk.rows.length)
    expect(sizes).toEqual([300, 300, 300, 100])
  })

  it('gives the connection back after an early break', async () => {
    let count = 0
    for await (const _row of db.selectFrom(rows(30_000).as('s')).selectAll().stream(100)) {
      count += 1
      if (count === 10) break
    }
    expect(count).toBe(10)
    expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
  })

  it('keeps the transaction through an early break', async () => {
    await expect(
      db.transaction().execute(async (trx) => {
        await trx.insertInto('codes').values({ code: 'stream', n: 1 }).execute()
        for await (const _row of trx.selectFrom(rows(30_000).as('s')).selectAll().stream(100)) break
        expect(
          await trx.selectFrom('codes').select('n').where('code', '=', 'stream').execute(),
        ).toEqual([{ n: 1 }])
        throw new Error('undo')
      }),
    ).rejects.toThrow('undo')
    expect(await db.selectFrom('codes').select('n').where('code', '=', 'stream').execute()).toEqual(
      [],
    )
  })

  it('passes an error on', async () => {
    await expect(async () => {
      for await (const _row of db
        .selectFrom(sql`nope`.as('x'))
        .selectAll()
        .stream(10));
    }).rejects.toThrow(UnknownObjectError)
  })
})

describe('a stream', () => {
  const read = async (text: string): Promise<readonly unknown[]> => {
    const rows: unknown[] = []
    const query = sql<object>`${sql.raw(text)}`.compile(db)
    for await (const chunk of db.getExecutor().stream(query, 10)) rows.push(...chunk.rows)
    return rows
  }

  it.each([
    'affectedRows',
    'insertId',
    'fieldCount',
    'serverStatus',
    'warningStatus',
    'changedRows',
    '__proto__',
    'length',
    'constructor',
  ])('gives the rows that execute() gives when a column is named %s', async (name) => {
    const text = `select 1 as \`${name}\`, result as n from generate_series(1, 25) g`
    const { rows } = await sql`${sql.raw(text)}`.execute(db)
    expect(rows).toHaveLength(25)
    expect(Object.keys(rows[0] ?? {})).toContain(name)
    expect(await read(text)).toEqual(rows)
  })

  it('gives none for a statement without rows, and does what it says', async () => {
    expect(await read("insert into codes values ('streamed', 5)")).toEqual([])
    expect(await db.selectFrom('codes').select('n').execute()).toEqual([{ n: 5 }])
    expect(await read("delete from codes where code = 'streamed'")).toEqual([])
  })

  it.each([0, -1, Number.NaN, 0.5, Infinity])('is refused chunks of %d rows', async (size) => {
    const run = async (): Promise<void> => {
      for await (const _row of db.selectFrom('codes').selectAll().stream(size));
    }
    await expect(run()).rejects.toThrow(ValueError)
    await expect(run()).rejects.toThrow(/must be a whole number of at least 1/)
  })
})

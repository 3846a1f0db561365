import fc from 'fast-check'
import { CamelCasePlugin, sql } from 'kysely'
import { type MatrixOne, UnsupportedError, ValueError } from 'kysely-matrixone'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

interface DB {
  notes: { id: number; some_text: string | null }
}

const server = useServer(import.meta.url)
const COUNT = 25
let db: MatrixOne<DB>

beforeAll(async () => {
  const database = await openDatabase<DB>(server, 'kmo_batches')
  db = database.db
  await database.raw.query(
    'create table kmo_batches.notes (id int primary key, some_text varchar(20))',
  )
  await db.batchInsert(
    'notes',
    Array.from({ length: COUNT }, (_, at) => ({
      id: at + 1,
      some_text: at % 5 === 0 ? null : `t${at}`,
    })),
  )
})

async function readAll<Row>(batches: AsyncIterable<Row[]>): Promise<Row[][]> {
  const read: Row[][] = []
  for await (const rows of batches) read.push(rows)
  return read
}

describe('batches', () => {
  it('of any size, joined, are the rows of execute(), and all but the last are full', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: COUNT }),
        async (size, limit) => {
          const query = db.selectFrom('notes').selectAll().orderBy('id').limit(limit)
          const read = await readAll(db.batches(query, size))
          expect(read.flat()).toEqual(await query.execute())
          expect(read.slice(0, -1).every((rows) => rows.length === size)).toBe(true)
          expect(read.at(-1)?.length).not.toBe(0)
        },
      ),
      { numRuns: 20, seed: 16 },
    )
  })

  it('have the types and the plugins of the query', async () => {
    const camel = db.withPlugin(new CamelCasePlugin()) as unknown as MatrixOne<{
      notes: { id: number; someText: string | null }
    }>
    const batches = camel.batches(camel.selectFrom('notes').select('someText').where('id', '=', 2))
    expectTypeOf(batches).toEqualTypeOf<AsyncIterableIterator<{ someText: string | null }[]>>()
    expect(await readAll(batches)).toEqual([[{ someText: 't1' }]])
  })

  it('take a compiled query and run in transactions', async () => {
    const query = sql<{ n: number }>`select id as n from notes where id < 3 order by id`.compile(db)
    expect(await readAll(db.batches(query, 1))).toEqual([[{ n: 1 }], [{ n: 2 }]])
    await db.transaction().execute(async (trx) => {
      await trx.updateTable('notes').set({ some_text: 'new' }).where('id', '=', 3).execute()
      const own = trx.selectFrom('notes').select('some_text').where('id', '=', 3)
      expect(await readAll(trx.batches(own))).toEqual([[{ some_text: 'new' }]])
      await trx.updateTable('notes').set({ some_text: 't2' }).where('id', '=', 3).execute()
    })
  })

  it('leave the connection to the next query when the loop is left', async () => {
    for await (const rows of db.batches(db.selectFrom('notes').selectAll().orderBy('id'), 2)) {
      expect(rows).toHaveLength(2)
      break
    }
    expect(await db.selectFrom('notes').select('id').where('id', '=', 1).execute()).toEqual([
      { id: 1 },
    ])
  })

  it('reject with the error of the server, and are there for no result', async () => {
    await expect(readAll(db.batches(sql`select nothing`.compile(db)))).rejects.toThrow('nothing')
    expect(
      await readAll(db.batches(db.selectFrom('notes').selectAll().where('id', '<', 0))),
    ).toEqual([])
  })

  it.each([0, -1, 1.5, NaN])('of %d rows are refused before anything is sent', (size) => {
    expect(() => db.batches(db.selectFrom('notes').selectAll(), size)).toThrow(ValueError)
  })

  it('of the past refuse a query of the present', () => {
    const past = db.at({ timestamp: new Date('2026-11-29T00:00:00Z') })
    expect(() => past.batches(db.selectFrom('notes').selectAll())).toThrow(UnsupportedError)
  })
})

import fc from 'fast-check'
import { CamelCasePlugin, sql } from 'kysely'
import { type MatrixOne, UnsupportedError, ValueError } from 'kysely-matrixone'
import { beforeAll, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

interface Item {
  shop_no: number
  name: string
  price: string
  day: string
  note: string | null
}

interface DB {
  items: Item
  loose: { id: number }
  timed: { at: Date }
  flags: { isOpen: boolean; id: number }
}

const server = useServer(import.meta.url)
let db: MatrixOne<DB>

beforeAll(async () => {
  db = (await openDatabase<DB>(server, 'kmo_scan')).db
  await sql`create table items (name varchar(20), shop_no int, price decimal(12,3), day date, note varchar(9),
    primary key (shop_no, name, price, day))`.execute(db)
  await sql`create table loose (id int)`.execute(db)
  await sql`create table timed (at datetime(6) primary key)`.execute(db)
})

beforeEach(async () => {
  await sql`delete from items where true`.execute(db)
})

async function readAll<Row>(batches: AsyncIterable<Row[]>): Promise<Row[][]> {
  const read: Row[][] = []
  for await (const rows of batches) read.push(rows)
  return read
}

const inOrder = (): Promise<Item[]> =>
  db
    .selectFrom('items')
    .selectAll()
    .orderBy('shop_no')
    .orderBy('name')
    .orderBy('price')
    .orderBy('day')
    .execute()

const item = (shop_no: number): Item => ({
  shop_no,
  name: 'a',
  price: '1.000',
  day: '2026-01-01',
  note: null,
})
const items = (count: number): Item[] => Array.from({ length: count }, (_, at) => item(at - 3))

/** Few values of each, so that keys begin alike. */
const anyItem = fc.record<Item>({
  shop_no: fc.integer({ min: -2, max: 1 }),
  name: fc.constantFrom('', 'a', 'A', 'a ', 'ab', 'é', "o'k", '\\', '10', '9'),
  price: fc.constantFrom('-10.500', '-9.000', '0.000', '9.000', '10.000', '123456789.125'),
  day: fc.constantFrom('1969-12-31', '2026-01-01', '2026-11-29'),
  note: fc.constantFrom(null, 'n'),
})

describe('scan', () => {
  it('reads every row once, in the order of one SELECT, in full arrays, and from any row on', async () => {
    const keyOf = ({ shop_no, name, price, day }: Item) =>
      JSON.stringify([shop_no, name, price, day])
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyItem, { selector: keyOf, minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 15 }),
        fc.nat(),
        async (rows, batch, any) => {
          await sql`delete from items where true`.execute(db)
          await db.batchInsert('items', rows)
          const all = await inOrder()
          const read = await readAll(db.scan('items', { batch }))
          expect(read.flat()).toEqual(all)
          expect(read.slice(0, -1).every((each) => each.length === batch)).toBe(true)
          const at = any % all.length
          const from = all[at] as Item
          expect((await readAll(db.scan('items', { batch, from }))).flat()).toEqual(
            all.slice(at + 1),
          )
        },
      ),
      { numRuns: 25, seed: 16 },
    )
  })

  it('goes on behind booleans, of which MatrixOne finds none by `=` once they are in files (the trap)', async ({
    skip,
  }) => {
    skip(!server.can.narrowVectors, 'seen on 4.2.0')
    await sql`create table flags (isOpen bool, id int, primary key (isOpen, id))`.execute(db)
    const flags = [false, true].flatMap((isOpen) => [1, 2, 3].map((id) => ({ isOpen, id })))
    await db.insertInto('flags').values(flags).execute()
    await db.moCtl.flush('flags')
    const open = db.selectFrom('flags').select(['isOpen', 'id'])
    expect(await open.where('isOpen', '=', true).execute()).toEqual([])
    for (const batch of [1, 2, 3, 4]) {
      const options = { columns: ['isOpen', 'id'] as const, batch }
      expect((await readAll(db.scan('flags', options))).flat()).toEqual(flags)
    }
  })

  it('refuses several connections in a transaction, which has one', async () => {
    await db.transaction().execute(async (trx) => {
      expect(() => trx.scan('items', { connections: 2 })).toThrow(UnsupportedError)
    })
  })

  it('does not see what is written after it began', async () => {
    await db.batchInsert('items', items(10))
    const read: Item[] = []
    for await (const rows of db.scan('items', { batch: 4 })) {
      read.push(...rows)
      if (read.length === 4) {
        await db.insert('items', item(99))
        await db.deleteFrom('items').where('shop_no', '=', 5).execute()
      }
    }
    expect(read).toEqual(items(10))
    expect((await inOrder()).map((row) => row.shop_no)).toContain(99)
  })

  it('goes on after a break', async () => {
    await db.batchInsert('items', items(9))
    let from: Item | undefined
    for await (const rows of db.scan('items', { batch: 4 })) {
      from = rows.at(-1)
      break
    }
    if (from === undefined) throw new Error('no rows')
    expect((await readAll(db.scan('items', { from }))).flat()).toEqual(items(9).slice(4))
  })

  it('reads chosen columns and always the key, with the names of a plugin', async () => {
    await db.batchInsert('items', items(3))
    const batches = db.scan('items', { columns: ['note'], batch: 2 })
    expectTypeOf(batches).toEqualTypeOf<AsyncIterableIterator<{ note: string | null }[]>>()
    expect((await readAll(batches)).flat()).toEqual(items(3))
    const camel = db.withPlugin(new CamelCasePlugin()) as unknown as MatrixOne<{
      items: { shopNo: number }
    }>
    const read = await readAll(camel.scan('items', { columns: ['shopNo'], batch: 2 }))
    expect(read.flat().map(({ shopNo }) => shopNo)).toEqual([-3, -2, -1])
  })

  it('reads a transaction’s own rows', async () => {
    await db.transaction().execute(async (trx) => {
      await trx.batchInsert('items', items(5))
      expect((await readAll(trx.scan('items', { batch: 2 }))).flat()).toEqual(items(5))
    })
  })

  it('refuses a table without a primary key, a key with lost digits, and a from without the key', async () => {
    await expect(readAll(db.scan('loose'))).rejects.toThrow(/loose .* primary key.* db\.batches/)
    await sql`insert into timed values ('2026-01-01 00:00:00.000001'), ('2026-01-01 00:00:00.000002')`.execute(
      db,
    )
    await expect(readAll(db.scan('timed', { batch: 1 }))).rejects.toThrow(UnsupportedError)
    await expect(readAll(db.scan('items', { from: { shop_no: 1 } }))).rejects.toThrow(ValueError)
    expect(() => db.scan('items', { batch: 0 })).toThrow('batch')
  })
})

import { sql } from 'kysely'
import { MatrixOne, UnknownObjectError, ValueError } from 'kysely-matrixone'
import { beforeAll, describe, expect, it } from 'vitest'
import { sumObjects } from '../../../src/managers/metadata/scan-objects.js'
import { openDatabase, withClient } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_statistics'
let db: MatrixOne<{ orders: { id: number } }>

beforeAll(async () => {
  ;({ db } = await openDatabase<{ orders: { id: number } }>(server, database, {
    guards: { insertIgnore: 'off' },
  }))
  await sql`
    create table orders (id bigint primary key, a int, b int, v vecf32(3), note text, unique key ab (a, b),
      key kb (b), fulltext ft (note))`.execute(db)
  await sql`create index near using ivfflat on orders (v)`.execute(db)
  await sql`create table \`dotted.name\` (id int primary key)`.execute(db)
  await sql`
    insert into orders values (1, 1, 1, '[1,2,3]', 'red apple'), (2, null, 1, null, null),
      (3, 1, null, '[3,2,1]', 'x'), (4, null, null, null, null)`.execute(db)
})

describe('the indexes of a table', () => {
  it('are compared with what each of them should hold', async () => {
    const verified = await db.metadata.verifyIndexes('orders')
    expect(verified).toEqual({
      table: 'orders',
      rows: 4,
      indexes: [
        { index: 'ab', kind: 'unique', expected: 1, found: 1, consistent: true },
        { index: 'kb', kind: 'plain', expected: 4, found: 4, consistent: true },
        { index: 'near', kind: 'ivfflat', expected: 2, found: 2, consistent: true },
      ],
      consistent: true,
      notCompared: ['ft'],
    })
    expect(Object.isFrozen(verified)).toBe(true)
  })

  it('that hold a phantom of INSERT IGNORE are found', async () => {
    await db.execute('create table points (id bigint primary key, v vecf32(3))')
    await db.execute("insert into points values (1, '[1,2,3]'), (2, '[3,2,1]')")
    await db.execute('create index near using ivfflat on points (v)')
    await db.execute("insert ignore into points values (1, '[9,9,9]')")
    // 3.0.14 leaves none.
    const leaves = server.can.insertIgnorePhantom
    expect(await db.metadata.verifyIndexes('points')).toMatchObject({
      rows: 2,
      indexes: [{ index: 'near', expected: 2, found: leaves ? 3 : 2, consistent: !leaves }],
      consistent: !leaves,
    })
    if (leaves) await db.execute('alter table points alter reindex near ivfflat')
    expect((await db.metadata.verifyIndexes('points')).consistent).toBe(true)
    await db.dropTable('points')
  })

  it('are seen inside a transaction with its own rows', async () => {
    await db.transaction().execute(async (trx) => {
      await trx.execute('insert into orders (id, a, b) values (5, 5, 5)')
      expect(await trx.metadata.verifyIndexes('orders')).toMatchObject({
        rows: 5,
        consistent: true,
      })
      await trx.execute('delete from orders where id = 5')
    })
  })

  it('of a missing table are an error', async () => {
    await expect(db.metadata.verifyIndexes('nosuch')).rejects.toThrow(UnknownObjectError)
  })
})

describe('the objects of a table', () => {
  it('count each object once, not once a column', async () => {
    await db.execute(`select mo_ctl('dn', 'flush', '${database}.orders') as r`)
    const scanned = await db.metadata.scan('orders')
    expect(scanned.length).toBeGreaterThan(4)
    const [first] = scanned
    expect(first).toMatchObject({
      column: 'id',
      hidden: false,
      deletedAt: null,
      rows: 4,
      min: null,
    })
    expect(first?.createdAt).toBeGreaterThan(1_700_000_000_000_000_000n)
    const statistics = await db.metadata.statistics('orders')
    expect(statistics).toEqual({
      objects: 1,
      rows: 4,
      compressedBytes: first?.compressedBytes,
      originalBytes: first?.originalBytes,
    })
  })

  it('say of one column its least and greatest value, and its NULLs', async () => {
    const [id] = await db.metadata.scan('orders', { column: 'id' })
    expect(Buffer.from(id?.min ?? []).readBigInt64LE()).toBe(1n)
    expect(Buffer.from(id?.max ?? []).readBigInt64LE()).toBe(4n)
    const [a] = await db.metadata.scan('orders', { column: 'a' })
    expect(a).toMatchObject({ column: 'a', nulls: 2 })
  })

  it('are those of an index, or of the deletions, when asked for', async () => {
    expect((await db.metadata.statistics('orders', { index: 'ab' })).rows).toBeLessThanOrEqual(1)
    expect(await db.metadata.statistics('orders', { tombstones: true })).toMatchObject({
      objects: 0,
      rows: 0,
    })
    await expect(db.metadata.scan('orders', { index: 'nosuch' })).rejects.toThrow(/really exists/)
    await expect(db.metadata.scan('orders', { column: 'nosuch' })).rejects.toThrow(
      /bad input column name/,
    )
  })

  it('of a table with a dot in its name cannot be reached', async () => {
    await expect(db.metadata.scan('dotted.name', { database })).rejects.toThrow(ValueError)
  })

  it('add up to nothing when there are none', () => {
    expect(sumObjects([])).toEqual({ objects: 0, rows: 0, compressedBytes: 0, originalBytes: 0 })
  })
})

describe('the size of a table', () => {
  it('is rows and bytes', async () => {
    const size = await db.metadata.size('orders')
    expect(size).toMatchObject({ table: 'orders', rows: 4 })
    expect(size.bytes).toBeGreaterThan(0)
    expect((await db.metadata.sizes()).map(({ table }) => table).toSorted()).toEqual([
      'dotted.name',
      'orders',
    ])
    const elsewhere = withClient(server, {}, (other) => other.metadata.size('orders', { database }))
    expect(await elsewhere).toEqual(size)
    await expect(db.metadata.size('nosuch')).rejects.toThrow(UnknownObjectError)
  })
})

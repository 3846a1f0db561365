import type { Connection } from 'mysql2/promise'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { PhysicalConnection } from '../../../src/connection/mysql2/physical-connection.js'
import { readDatabaseMetadata } from '../../../src/managers/metadata/read-database.js'
import { readMetadata } from '../../../src/metadata.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { openSession } from './metadata-support.js'

const server = useServer(import.meta.url)
const database = 'kmo_read_views'

let raw: Connection
beforeAll(async () => {
  ;({ raw } = await openDatabase(server, database))
  await raw.query(`use ${database}`)
  await raw.query('create table orders (id int primary key, Note varchar(9), price decimal(9,2))')
  await raw.query('create table parts (id int primary key, amount int)')
  for (let number = 0; number < 72; number++) await addView(number)
}, 60_000)
afterEach(() => vi.restoreAllMocks())

const addView = (number: number): Promise<unknown> =>
  raw.query(
    `create view v${number} as select id, price * ${number} as total, ` +
      `coalesce(Note, 'v${number}') as Said from orders`,
  )

const read = async (): Promise<Awaited<ReturnType<typeof readMetadata>>[number]> => {
  const [shop] = await readMetadata({ ...server.options, database }, [{}])
  if (shop === undefined) throw new Error('Nothing was read.')
  return shop
}

describe('reading views on connections of its own', () => {
  it('takes no more texts for more views', async () => {
    const query = vi.spyOn(PhysicalConnection.prototype, 'query')
    await read()
    const before = query.mock.calls.length
    for (let number = 72; number < 88; number++) await addView(number)
    query.mockClear()
    expect((await read()).tables).toHaveLength(90)
    expect(query.mock.calls).toHaveLength(before)
  })

  it('tells of each what asking them one at a time tells, the stale and the broken too', async () => {
    for (const number of [0, 1, 8, 40]) {
      await raw.query(`create or replace view v${number} as select id, amount from parts`)
    }
    await raw.query('create or replace view v9 as select * from orders')
    await raw.query('drop table parts')
    await raw.query('alter table orders add column paid bool')
    await raw.query('alter table orders modify column price double')
    const session = openSession({ ...server.options, database })
    server.beforeClose(session.close)
    const shop = await read()
    // Through kysely's own dialect no types of a result can be asked for.
    const oneByOne = await readDatabaseMetadata(session.db)
    const textOf = (known: typeof shop): unknown =>
      known.tables.map(({ name, broken, columns }) => [
        name,
        broken,
        columns.map((column) => [column.name, column.nullable]),
      ])
    expect(textOf(shop)).toEqual(textOf(oneByOne))
    expect(shop.tables.flatMap(({ name, broken }) => (broken ? [name] : []))).toEqual([
      'v0',
      'v1',
      'v40',
      'v8',
    ])
    expect(shop.tables.find(({ name }) => name === 'v9')?.columns.map(({ name }) => name)).toEqual([
      'id',
      'note',
      'price',
      'paid',
    ])
    expect(shop.tables.find(({ name }) => name === 'v7')?.columns[1]?.type.name).toBe('double')
  })
})

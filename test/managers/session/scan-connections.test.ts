import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { MatrixOne } from 'kysely-matrixone'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

interface Item {
  shop_no: number
  name: string
  note: string | null
}

interface DB {
  items: Item
}

/** On a busy machine a recording may be asked to KILL what the server had answered by then. */
const server = useServer(import.meta.url, { unanswered: 'allow' })
let db: MatrixOne<DB>
let raw: Connection
/** One moment for all scans, whose statements then have the same text on whichever connection they run. */
let then: MatrixOne<DB>
let items: readonly Item[]

beforeAll(async () => {
  ;({ db, raw } = await openDatabase<DB>(server, 'kmo_scan_connections'))
  await sql`create table items (name varchar(20), shop_no int, note varchar(9), primary key (shop_no, name))`.execute(
    db,
  )
  await db.batchInsert(
    'items',
    Array.from({ length: 60 }, (_, at) => ({
      shop_no: (at * 7) % 11,
      name: ['', 'a', 'A', 'a ', "o'k", '\\'][at % 6] + String(at),
      note: at % 3 === 0 ? null : 'n',
    })),
  )
  items = await db.selectFrom('items').selectAll().orderBy('shop_no').orderBy('name').execute()
  // Before 4.1 it has no fraction.
  await pause(server.can.utcTimestampFraction ? 0 : 1_100)
  const [[moment]] = (await raw.query(
    `select cast(utc_timestamp(${server.can.utcTimestampFraction ? 6 : ''}) as char) as at`,
  )) as unknown as [[{ readonly at: string }]]
  // A commit of that moment may not be applied yet.
  await pause(100)
  await db.insertInto('items').values({ shop_no: 5, name: 'later', note: null }).execute()
  then = db.at({ timestamp: new Date(`${moment.at}Z`) })
})

/** A recording has waited already. */
const pause = (milliseconds: number): Promise<void> =>
  sleep(server.mode === 'replay' ? 0 : milliseconds)

/** Waits for what is read ahead, which a recording then has. */
const untilRead = (): Promise<void> => sleep(server.mode === 'replay' ? 200 : 1_500)

async function readAll<Row>(batches: AsyncIterable<Row[]>): Promise<Row[][]> {
  const read: Row[][] = []
  for await (const rows of batches) read.push(rows)
  return read
}

describe('a scan over several connections', () => {
  it.each([
    [7, 3, undefined],
    [12, 2, undefined],
    [100, 4, undefined],
    [60, 2, undefined],
    [1, 5, 40],
    [5, 4, 23],
    [6, 2, 59],
  ])('gives arrays of %i over %i connections as one does, from row %s on', async (...at) => {
    const [batch, connections, row] = at
    const from = row === undefined ? undefined : items[row]
    const options = from === undefined ? { batch } : { batch, from }
    const read = await readAll(then.scan('items', { ...options, connections }))
    expect(read).toEqual(await readAll(then.scan('items', options)))
    expect(read.flat()).toEqual(items.slice(row === undefined ? 0 : row + 1))
  })

  it('reads chosen columns and always the key', async () => {
    const columns = ['note'] as const
    const read = await readAll(then.scan('items', { columns, batch: 9, connections: 3 }))
    expect(read.flat()).toEqual(items)
  })

  it('that is left leaves its connections to others', async () => {
    for await (const rows of then.scan('items', { batch: 4, connections: 3 })) {
      expect(rows).toEqual(items.slice(0, 4))
      await untilRead()
      break
    }
    const found = db.selectFrom('items').select('note').where('name', '=', 'later')
    expect(await Promise.all([found.execute(), found.execute(), found.execute()])).toEqual(
      Array.from({ length: 3 }, () => [{ note: null }]),
    )
  })

  it('ends with the signal of its handle', async () => {
    const controller = new AbortController()
    const limited = then.withDeadline({ signal: controller.signal })
    let rows = 0
    const reading = (async () => {
      for await (const read of limited.scan('items', { batch: 4, connections: 3 })) {
        rows += read.length
        await untilRead()
        controller.abort(new Error('enough'))
      }
    })()
    await expect(reading).rejects.toThrow('enough')
    expect(rows).toBeLessThan(items.length)
  })

  it('of a key that is refused is refused', async () => {
    const from = { shop_no: 1 }
    await expect(readAll(then.scan('items', { from, connections: 2 }))).rejects.toThrow(/no name/)
  })
})

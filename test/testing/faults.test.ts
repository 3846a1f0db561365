import { once } from 'node:events'
import type { Socket } from 'node:net'
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'
import { proxy, type Proxy } from 'kysely-matrixone/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_testing_faults'

let between: Proxy
const open: Connection[] = []

async function connect(): Promise<Connection> {
  const connection = await createConnection({ ...server.options, port: between.port })
  connection.on('error', () => undefined)
  open.push(connection)
  return connection
}

async function countRows(): Promise<number> {
  const connection = await connect()
  const [rows] = await connection.query<RowDataPacket[]>(`select count(*) n from ${DATABASE}.t`)
  return Number(rows[0]?.['n'])
}

/** The socket below mysql2's promise wrapper. */
function streamOf(connection: Connection): Socket {
  return (connection as unknown as { connection: { stream: Socket } }).connection.stream
}

beforeAll(async () => {
  between = await proxy({ target: server.options })
  const { raw } = await openDatabase(server, DATABASE)
  await raw.query(`create table ${DATABASE}.t (id int primary key)`)
})

afterEach(async () => {
  await between.faults.clear()
})

afterAll(async () => {
  for (const one of open) one.destroy()
  await between.close()
})

describe('cut', () => {
  it('before a COMMIT: the server rolls back', async () => {
    const connection = await connect()
    const before = await countRows()
    await connection.query('begin')
    await connection.query(`insert into ${DATABASE}.t values (1)`)
    const cut = between.faults.cut({ at: 'before', statement: /^commit/i })
    await expect(connection.query('commit')).rejects.toMatchObject({
      code: 'PROTOCOL_CONNECTION_LOST',
    })
    await cut.struck
    expect(await countRows()).toBe(before)
  })

  it('after a COMMIT: the same error for the client, but the row is there', async () => {
    const connection = await connect()
    const before = await countRows()
    await connection.query('begin')
    await connection.query(`insert into ${DATABASE}.t values (2)`)
    between.faults.cut({ at: 'after', statement: /^commit/i })
    await expect(connection.query('commit')).rejects.toMatchObject({
      code: 'PROTOCOL_CONNECTION_LOST',
    })
    expect(await countRows()).toBe(before + 1)
  })

  it('during a reply, with RST, at the second matching statement of one connection', async () => {
    const [first, second] = [await connect(), await connect()]
    const all = 'select * from generate_series(1, 1000) g'
    between.faults.cut({ at: 'during-reply', statement: all, nth: 2, packets: 5, how: 'rst' })
    const [rows] = await first.query<RowDataPacket[]>(all)
    expect(rows).toHaveLength(1000)
    await expect(second.query(all)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(first.query('select 1')).resolves.toBeDefined()
  })
})

describe('delay and black hole', () => {
  it('delay holds a reply back and then lets it through', async () => {
    const connection = await connect()
    const delay = between.faults.delay({ at: 'after', statement: 'select 21', ms: 50 })
    const order: string[] = []
    const query = connection.query('select 21').then(() => order.push('answered'))
    await delay.struck
    order.push('struck')
    await query
    expect(order).toEqual(['struck', 'answered'])
  })

  it.each(['before', 'during-reply', 'after'] as const)(
    'a black hole %s a statement leaves the client waiting, and closes nothing',
    async (at) => {
      const connection = await connect()
      const hole = between.faults.blackHole({ at, statement: 'select 22' })
      let settled = false
      const query = connection.query('select 22').finally(() => (settled = true))
      query.catch(() => undefined)
      await hole.struck
      await (await connect()).query('select 23')
      expect(settled).toBe(false)
      connection.destroy()
    },
  )

  it('stopReading makes the writes of the client pile up', async () => {
    const connection = await connect()
    const stop = between.faults.stopReading({ statement: 'select 24' })
    connection.query('select 24').catch(() => undefined)
    await stop.struck
    const stream = streamOf(connection)
    const chunk = Buffer.alloc(1024 * 1024)
    let accepted = true
    for (let written = 0; accepted && written < 64; written += 1) accepted = stream.write(chunk)
    expect(accepted).toBe(false)
    connection.destroy()
  })
})

describe('garble', () => {
  it('flips bits of the reply behind an intact frame', async () => {
    const connection = await connect()
    between.faults.garble({ statement: 'select 25', at: 'during-reply', packets: 4 })
    const outcome = await connection.query<RowDataPacket[]>("select 25 a, 'abcdefgh' b").then(
      ([rows]) => rows,
      (error: unknown) => error,
    )
    expect(outcome).not.toEqual([{ a: 25, b: 'abcdefgh' }])
    connection.destroy()
  })
})

describe('the port', () => {
  it('refuses connections, keeps the open ones, and opens again under its number', async () => {
    const connection = await connect()
    await between.faults.refuseConnections()
    await expect(connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await connection.query('select 26')
    await between.faults.acceptConnections()
    await (await connect()).query('select 27')
  })

  it('can greet late, or never', async () => {
    between.faults.delayGreeting(Number.POSITIVE_INFINITY)
    await expect(
      createConnection({ ...server.options, port: between.port, connectTimeout: 100 }),
    ).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    between.faults.delayGreeting(20)
    await (await connect()).query('select 28')
  })
})

describe('a proxy without a server', () => {
  it('closes the connection and says why', async () => {
    const problems: string[] = []
    const closed = await proxy({ target: server.options })
    await closed.close()
    const lonely = await proxy({
      target: { host: closed.host, port: closed.port },
      onProblem: (problem) => problems.push(problem),
    })
    await expect(createConnection({ ...server.options, port: lonely.port })).rejects.toMatchObject({
      code: 'PROTOCOL_CONNECTION_LOST',
    })
    await lonely.close()
    expect(problems).toEqual([
      expect.stringContaining(`connection 1: Error: no server at 127.0.0.1:${closed.port}`),
    ])
  })
})

describe('a packet that would end the server', () => {
  it('is not passed on: the connection goes on and the problem is reported', async () => {
    const problems: string[] = []
    const guard = await proxy({
      target: server.options,
      onProblem: (problem) => problems.push(problem),
    })
    const connection = await createConnection({ ...server.options, port: guard.port })
    const stream = streamOf(connection)
    stream.write(Buffer.from([0, 0, 0, 0]))
    await connection.query('select 29')
    expect(problems).toEqual([expect.stringContaining('an empty packet where a command belongs')])
    const closed = once(stream, 'close')
    connection.destroy()
    await closed
    await guard.close()
  })
})

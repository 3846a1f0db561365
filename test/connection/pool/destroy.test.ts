import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import mysql from 'mysql2'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MatrixOne, QueryCancelledError } from 'kysely-matrixone'
import { destroySocket, socketOf } from '../../../src/connection/mysql2/internals.js'
import { openClient, openDatabase, type TestDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { type SocketWatch, watchSockets } from '../../support/sockets.js'

const server = useServer(import.meta.url, { proxy: true })
const DATABASE = 'kmo_pool_destroy'
const module = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)

interface DB {
  t: { id: number; v: number }
}

let database: TestDatabase<DB>
let watch: SocketWatch

beforeAll(async () => {
  database = await openDatabase<DB>(server, DATABASE)
  await sql`create table t (id int primary key, v int)`.execute(database.db)
  await sql`insert into t values (1, 0)`.execute(database.db)
})

beforeEach(() => {
  watch = watchSockets(server.options.port)
  return () => watch.stop()
})

const open = (shutdownTimeout = 400): MatrixOne<DB> =>
  openClient(database, { shutdownTimeout, connection: { connectionLimit: 4 } })

const settle = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)

const select = (db: MatrixOne<DB>, label: string): Promise<unknown> =>
  settle(sql`${sql.raw(`select '${label}' as label`)}`.execute(db))

describe("mysql2's destroy()", () => {
  it('leaves the socket to a server that does not answer (the trap)', async () => {
    const silent = createServer({ allowHalfOpen: true }, (socket) => socket.resume())
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const raw = mysql.createConnection({ host: '127.0.0.1', port })
    raw.on('error', () => undefined)
    await once(socketOf(raw), 'connect')
    raw.destroy()
    await sleep(300)
    expect(socketOf(raw).destroyed).toBe(false)
    destroySocket(raw)
    await once(socketOf(raw), 'close')
    silent.close()
  })
})

describe('destroy()', () => {
  it('closes every socket with a black hole behind a running statement', async () => {
    const db = open()
    const hole = server.faults.blackHole({ statement: /black/ })
    const running = select(db, 'black')
    await hole.struck
    await select(db, 'white')
    await db.destroy()
    await running
    expect(watch.made).toBeGreaterThan(1)
    expect(watch.open).toBe(0)
  })

  it('closes every socket when the server reads nothing any more', async () => {
    const db = open()
    const stopped = server.faults.stopReading({ statement: /stopped/ })
    const running = select(db, 'stopped')
    await stopped.struck
    await db.destroy()
    await running
    expect(watch.open).toBe(0)
  })

  it('closes connections that are not greeted yet, and side connections', async () => {
    const db = open()
    const running = settle(sql`select sleep(2) as s`.execute(db))
    await sleep(200)
    server.faults.delayGreeting(Infinity)
    const waiting = settle(sql`select 1`.execute(db))
    await sleep(100)
    await db.destroy()
    await Promise.all([running, waiting])
    // The second connection of the pool, and the one for KILL.
    expect(watch.made).toBeGreaterThan(2)
    expect(watch.open).toBe(0)
  })

  it('leaves no socket after network breaks of every kind', async () => {
    const db = open()
    for (const [kind, label] of [
      ['fin', 'one'],
      ['rst', 'two'],
      ['garble', 'three'],
      ['fin', 'four'],
      ['garble', 'five'],
    ]) {
      const statement = new RegExp(label ?? '')
      if (kind === 'garble') server.faults.garble({ statement })
      else server.faults.cut({ statement, how: kind === 'rst' ? 'rst' : 'fin', at: 'after' })
      await settle(
        db
          .withDeadline({ timeout: 500 })
          .executeQuery(sql.raw(`select '${label}' as a`).compile(db)),
      )
    }
    await db.destroy()
    expect(watch.open).toBe(0)
  })

  it('ends what runs on the server, whose locks are free at once', async () => {
    const db = open()
    await sql`select 1`.execute(db)
    const running = settle(
      db.transaction().execute(async (trx) => {
        await trx.updateTable('t').set({ v: 1 }).where('id', '=', 1).execute()
        await sql`select sleep(20) as s`.execute(trx)
      }),
    )
    await sleep(300)
    await db.destroy()
    expect(await running).toBeInstanceOf(QueryCancelledError)
    await sql`update t set v = 2 where id = 1`.execute(database.db)
    expect(await database.db.selectFrom('t').select('v').execute()).toEqual([{ v: 2 }])
  })

  it('waits for a statement that ends in time, and answers it', async () => {
    const db = open(5_000)
    await sql`select 1`.execute(db)
    const running = sql`select sleep(0.3) as s`.execute(db)
    await sleep(100)
    await db.destroy()
    expect((await running).rows).toEqual([{ s: 0 }])
    expect(watch.open).toBe(0)
  })

  it('closes a pool that the program made', async () => {
    const pool = mysql.createPool({ ...database.options, connectionLimit: 2 })
    await new Promise<void>((resolve) => pool.query('select 1', () => resolve()))
    const wrapped = new MatrixOne<DB>({ connection: pool, shutdownTimeout: 400 })
    const hole = server.faults.blackHole({ statement: /own pool/ })
    const running = select(wrapped, 'own pool')
    await hole.struck
    await wrapped.destroy()
    await running
    expect(watch.open).toBe(0)
  })
})

describe('a program that has called destroy()', () => {
  const run = (program: string): Promise<string> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
        cwd: fileURLToPath(new URL('../../..', import.meta.url)),
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let output = ''
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
      child.on('exit', (code) => resolve(`${output}${code}`))
    })

  it.each([
    ['a black hole', () => server.faults.blackHole({ statement: /left behind/ })],
    ['a server that reads nothing', () => server.faults.stopReading({ statement: /left behind/ })],
    [
      'a server that never answers',
      () => server.faults.delay({ statement: /left behind/, ms: 60_000 }),
    ],
  ])('ends by itself with a statement that runs into %s', async (_name, strike) => {
    strike()
    const said = await run(`
      import { MatrixOne } from ${module('../../../src/dist/index.js')}
      import { sql } from 'kysely'
      const connection = ${JSON.stringify(server.options)}
      const db = new MatrixOne({ connection, shutdownTimeout: 300 })
      await sql\`select 1\`.execute(db)
      sql\`select 'left behind' as a\`.execute(db).catch(({ name }) => console.log(name))
      setTimeout(() => db.destroy().then(() => console.log('destroyed')), 100)
    `)
    expect(said).toMatch(/destroyed/)
    expect(said).toMatch(/0$/)
  })
})

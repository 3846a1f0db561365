import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import mysql from 'mysql2'
import { MatrixOne } from 'kysely-matrixone'
import { afterEach, describe, expect, it } from 'vitest'
import { destroySocket, socketOf } from '../../../src/connection/mysql2/internals.js'
import { useServer } from '../../support/server.js'
import { watchSockets } from '../../support/sockets.js'
import {
  openTlsRelay,
  relaySsl,
  type TlsRelay,
  type TlsRelayOptions,
} from '../../support/tls-relay.js'

const server = useServer(import.meta.url)
const undos: (() => unknown)[] = []

afterEach(async () => {
  for (const undo of undos.splice(0).toReversed()) await undo()
})

interface Tls {
  readonly relay: TlsRelay
  readonly options: mysql.ConnectionOptions
  readonly watch: ReturnType<typeof watchSockets>
  readonly open: (shutdownTimeout?: number) => MatrixOne<object>
}

async function startTls(how: TlsRelayOptions = {}): Promise<Tls> {
  const relay = await openTlsRelay(server.options, how)
  const watch = watchSockets(relay.port)
  undos.push(
    () => relay.close(),
    () => watch.stop(),
  )
  const options = { ...server.options, port: relay.port, ssl: relaySsl }
  return {
    relay,
    options,
    watch,
    open: (shutdownTimeout = 400) =>
      new MatrixOne({ connection: { ...options, connectionLimit: 3 }, shutdownTimeout }),
  }
}

const settle = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error)

/** A closed socket says so in a later turn. */
const turns = (): Promise<void> => sleep(30)

describe("mysql2's destroy() over TLS", () => {
  it('leaves the socket to a server that does not answer (the trap)', async () => {
    const { relay, options, watch } = await startTls()
    const raw = mysql.createConnection(options)
    raw.on('error', () => undefined)
    await new Promise<void>((resolve) => raw.query('select 1', () => resolve()))
    expect(socketOf(raw)).toBeInstanceOf(TLSSocket)
    relay.freeze('deaf')
    raw.destroy()
    await sleep(300)
    expect(watch.open).toBe(1)
    destroySocket(raw)
    await once(socketOf(raw), 'close')
    await turns()
    expect(watch.open).toBe(0)
  })
})

describe('destroy() over TLS', () => {
  it.each(['deaf', 'hole'] as const)(
    'closes every socket behind a server that is a %s',
    async (how) => {
      const { relay, open, watch } = await startTls()
      const db = open()
      await sql`select 1`.execute(db)
      const running = settle(sql`select sleep(3) as s`.execute(db))
      await sleep(100)
      relay.freeze(how)
      await db.destroy()
      await running
      await turns()
      expect(watch.made).toBeGreaterThan(0)
      expect(watch.open).toBe(0)
    },
  )

  it('ends what runs on the server, by a side connection that speaks TLS too', async () => {
    const { open, watch, relay } = await startTls()
    const db = open()
    await sql`select 1`.execute(db)
    const running = settle(sql`select sleep(20) as s`.execute(db))
    await sleep(300)
    await db.destroy()
    expect(await running).toMatchObject({ name: 'QueryCancelledError' })
    await turns()
    expect(relay.accepted).toBe(2)
    expect(watch.open).toBe(0)
  })

  it('closes a socket in the middle of its TLS handshake', async () => {
    const { open, watch } = await startTls({ isMute: true })
    const db = open()
    const waiting = settle(sql`select 1`.execute(db))
    await sleep(200)
    await db.destroy()
    expect(await waiting).toBeInstanceOf(Error)
    await turns()
    expect(watch.made).toBe(1)
    expect(watch.open).toBe(0)
  })

  it('lets the process end by itself, with a statement that a server never answers', async () => {
    const { relay, options } = await startTls()
    const program = `
      import { MatrixOne } from ${JSON.stringify(new URL('../../../src/dist/index.js', import.meta.url).href)}
      import { sql } from 'kysely'
      const db = new MatrixOne({ connection: ${JSON.stringify(options)}, shutdownTimeout: 300 })
      await sql\`select 1\`.execute(db)
      console.log('ready')
      await new Promise((resolve) => process.stdin.once('data', resolve))
      process.stdin.destroy()
      sql\`select 'left behind' as a\`.execute(db).catch(({ name }) => console.log(name))
      setTimeout(() => db.destroy().then(() => console.log('destroyed')), 100)`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const ended = once(child, 'exit')
    while (!said.includes('ready')) await once(child.stdout, 'data')
    relay.freeze('deaf')
    child.stdin.end('go\n')
    expect(await ended).toEqual([0, null])
    expect(said).toMatch(/destroyed/)
  })
})

describe('a server that reads too far', () => {
  it('loses a TLS handshake that follows at once (the trap), and gets ours a little later', async () => {
    const { options, open } = await startTls({ loses: true })
    const raw = mysql.createConnection({ ...options, connectTimeout: 500 })
    const error = await new Promise<unknown>((resolve) => raw.query('select 1', resolve))
    expect(error).toMatchObject({ code: 'ETIMEDOUT' })
    destroySocket(raw)
    const db = open()
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
    await db.destroy()
  })
})

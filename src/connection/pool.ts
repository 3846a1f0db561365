/**
 * The pool as the driver sees it: a connection that is handed out has been set up, one that could
 * not be is closed, every wait has a deadline, and after `destroy()` no socket is left open.
 */
import type { PoolConnection } from 'mysql2'
import { AcquireTimeoutError, ConnectionError } from '../errors.js'
import type { ConnectionSource } from './connection-source.js'
import type { ConnectionSetup } from './connection-setup.js'
import { withDeadline } from './deadline.js'
import { Deadlines } from './deadlines.js'
import { PhysicalConnection, type WireOptions } from './physical-connection.js'

/** Deadlines in milliseconds. */
export interface PoolDeadlines {
  /** For getting a connection: queue, connect and hooks together. */
  readonly acquire: number
  /** For statements under way when `destroy()` is called. */
  readonly shutdown: number
}

/** Hands out connections that are ready. */
export class ConnectionPool {
  readonly #source: ConnectionSource
  readonly #setup: ConnectionSetup
  readonly #wire: WireOptions
  readonly #deadlines: PoolDeadlines
  readonly #sockets = new Set<PoolConnection>()
  readonly #connections = new WeakMap<PoolConnection, PhysicalConnection>()
  /** Ready for the next acquire, most recently used last; kept only while nobody waits. */
  readonly #idle: PhysicalConnection[] = []
  readonly #inUse = new Set<PhysicalConnection>()
  #whenIdle: (() => void) | undefined
  readonly #acquiring: Deadlines
  #closing = false

  constructor(
    source: ConnectionSource,
    setup: ConnectionSetup,
    wire: WireOptions,
    deadlines: PoolDeadlines,
  ) {
    this.#source = source
    this.#setup = setup
    this.#wire = wire
    this.#deadlines = deadlines
    this.#acquiring = new Deadlines(deadlines.acquire)
    source.onConnection((raw) => this.#remember(raw))
  }

  /**
   * Takes a connection out of the pool.
   *
   * @throws {AcquireTimeoutError} when none was free and ready in time
   * @throws {ConnectionError} when it cannot be made or set up
   */
  acquire(): PhysicalConnection | Promise<PhysicalConnection> {
    if (this.#closing) throw new ConnectionError('The pool is closed: destroy() was called.')
    return this.#takeIdle() ?? this.#wait()
  }

  #takeIdle(): PhysicalConnection | undefined {
    let connection = this.#idle.pop()
    while (connection?.isClosed) connection = this.#idle.pop()
    if (connection !== undefined) this.#inUse.add(connection)
    return connection
  }

  #wait(): Promise<PhysicalConnection> {
    return new Promise((resolve, reject) => {
      let expired = false
      const settle = this.#acquiring.add(() => {
        expired = true
        reject(this.#acquireTimeout())
      })
      this.#acquireReady(
        (connection) => {
          settle()
          // What became ready too late is for the next one.
          if (expired) this.release(connection)
          else resolve(connection)
        },
        (error) => {
          settle()
          reject(error)
        },
      )
    })
  }

  /** Puts a connection back; one that broke is closed instead. */
  release(connection: PhysicalConnection): void {
    this.#inUse.delete(connection)
    if (connection.isClosed || this.#closing) connection.destroy()
    else if (this.#source.isShared || this.#acquiring.size > 0) connection.raw.release()
    else this.#idle.push(connection)
    if (this.#inUse.size === 0) this.#whenIdle?.()
  }

  /** Closes a connection instead of putting it back. */
  dispose(connection: PhysicalConnection, reason?: Error): void {
    connection.destroy(reason)
    this.release(connection)
  }

  /** Ends the statement that runs on a connection, by KILL QUERY over a side connection. */
  async killQuery(connection: PhysicalConnection): Promise<void> {
    await this.#kill(connection, `kill query ${connection.id}`)
  }

  /** Ends a whole session, by KILL CONNECTION over a side connection. */
  async killConnection(connection: PhysicalConnection): Promise<void> {
    await this.#kill(connection, `kill connection ${connection.id}`)
  }

  /** Waits for what is in use, within the deadline, then closes every socket. */
  async destroy(): Promise<void> {
    this.#closing = true
    if (this.#inUse.size > 0) {
      const idle = new Promise<void>((resolve) => (this.#whenIdle = resolve))
      await withDeadline(idle, this.#deadlines.shutdown)
    }
    this.#source.end()
    const reason = new ConnectionError('The connection was closed by destroy().')
    for (const raw of this.#sockets) {
      const connection = this.#connections.get(raw)
      if (connection === undefined) raw.destroy()
      else connection.destroy(reason)
    }
    this.#sockets.clear()
  }

  #acquireReady(
    resolve: (connection: PhysicalConnection) => void,
    reject: (error: Error) => void,
  ): void {
    this.#source.connect((error, raw) => {
      if (error !== null) return reject(error)
      const known = this.#connections.get(raw)
      if (known === undefined) {
        this.#setUp(raw).then(resolve, reject)
        return
      }
      this.#inUse.add(known)
      resolve(known)
    })
  }

  async #setUp(raw: PoolConnection): Promise<PhysicalConnection> {
    this.#remember(raw)
    const connection = new PhysicalConnection(raw, this.#wire)
    this.#inUse.add(connection)
    this.#connections.set(raw, connection)
    try {
      await this.#setup.run(connection)
      return connection
    } catch (error) {
      // Released, it would be handed out again without its hooks.
      this.dispose(connection)
      throw error
    }
  }

  #acquireTimeout(): Error {
    const { acquire } = this.#deadlines
    return new AcquireTimeoutError(
      `No connection was free and ready within ${acquire} ms. Is every connection of the pool ` +
        'in use, or a connection hook hanging? Raise connectionLimit or acquireTimeout.',
    )
  }

  #remember(raw: PoolConnection): void {
    if (this.#sockets.has(raw)) return
    this.#sockets.add(raw)
    raw.once('end', () => this.#sockets.delete(raw))
    raw.once('error', () => this.#sockets.delete(raw))
  }

  async #kill(connection: PhysicalConnection, statement: string): Promise<void> {
    const side = await this.#source.connectAside(connection.raw)
    try {
      await new Promise<void>((resolve, reject) => {
        side.query(statement, (error) => (error === null ? resolve() : reject(error)))
      })
    } finally {
      side.destroy()
    }
  }
}

/**
 * Where sockets come from: a mysql2 pool that we make, or one that the program already has. The
 * rest of the library sees only this interface.
 */
import type { Connection, Pool, PoolConnection, PoolOptions } from 'mysql2'
import { parseConnectionUrl } from '../connection-url.js'
import { fromDriverError } from '../mysql2/errors-from-driver.js'
import { type ConnectCallback, SingleConnection } from './single-connection.js'
import { checkConnectionKeys } from '../mysql2/connection-keys.js'
import { onNewConnection, openConnections, pauseBeforeTls } from '../mysql2/internals.js'
import { type CreateConnection, SideConnections } from './side-connections.js'
import { toPoolOptions } from '../mysql2/pool-options.js'
import { type ExistingConnection, refuseUnsafe, unwrap } from '../mysql2/wrap-existing.js'

/** A URL, mysql2 pool options, or an existing pool or connection of `mysql2` or `mysql2/promise`. */
export type ConnectionInput = string | PoolOptions | ExistingConnection

/** Gives out raw connections and opens side connections to the same server. */
export interface ConnectionSource {
  /** Whether others may take connections of the same pool, which must then get them back at once. */
  readonly isShared: boolean
  /** Whether the program made it, and may have statements of its own on its connections. */
  readonly isGiven: boolean
  /** Whether it is one connection, which nothing can replace. */
  readonly isSingle: boolean
  /** A free or new connection of the pool; waits while all are in use. */
  connect(callback: ConnectCallback): void
  /** Gives a connection back, for the next acquire that waits. */
  release(raw: PoolConnection): void
  /**
   * Begins to open a connection outside the pool, for KILL: the pool may be exhausted by what is to be
   * killed.
   *
   * @throws {ConnectionError} after the end
   */
  connectAside(like: PoolConnection): Connection
  /** Stops the pool and closes side connections; other sockets stay open until each is destroyed. */
  end(): void
  /** Tells of each connection when its socket is made, before it has connected. */
  onConnection(listener: (raw: PoolConnection) => void): void
}

/** @throws {MatrixOneError} when an option makes it unsafe */
export function checkConnectionInput(input: ConnectionInput): void {
  if (typeof input === 'string') return
  const given = unwrap(input)
  if (given.kind === 'options') checkConnectionKeys('The option connection', given.options)
  refuseUnsafe(given)
}

/** Opens the source of connections; mysql2 is loaded only here and only when it is needed. */
export async function openConnectionSource(input: ConnectionInput): Promise<ConnectionSource> {
  checkConnectionInput(input)
  const mysql = await import('mysql2')
  const { createConnection, createPool } = mysql.default
  const given = unwrap(typeof input === 'string' ? parseConnectionUrl(input) : input)
  if (given.kind === 'connection') return fromConnection(given.connection, createConnection)
  if (given.kind === 'pool') return fromPool(given.pool, SHARED, createConnection)
  const pool = createPool(toPoolOptions(given.options))
  const isShared = !keepsIdle(given.options)
  return fromPool(pool, { isShared, isGiven: false }, createConnection)
}

/** Of a pool that the program made. */
const SHARED = { isShared: true, isGiven: true }

function fromPool(
  pool: Pool,
  kind: Pick<ConnectionSource, 'isShared' | 'isGiven'>,
  createConnection: CreateConnection,
): ConnectionSource {
  const sides = new SideConnections(createConnection)
  onNewConnection(pool, pauseBeforeTls)
  return {
    ...kind,
    isSingle: false,
    connect: (callback) =>
      pool.getConnection((error, raw) =>
        error ? callback(fromDriverError(error), undefined) : callback(null, raw),
      ),
    release: (raw) => raw.release(),
    connectAside: (like) => sides.open(like),
    end: () => {
      sides.end()
      pool.end(() => undefined)
    },
    onConnection: (listener) => {
      // Sockets that the program opened before it handed the pool over are closed with it.
      for (const raw of openConnections(pool)) listener(raw)
      onNewConnection(pool, listener)
    },
  }
}

function fromConnection(raw: PoolConnection, createConnection: CreateConnection): ConnectionSource {
  const single = new SingleConnection(raw)
  const sides = new SideConnections(createConnection)
  return {
    ...SHARED,
    isSingle: true,
    connect: (callback) => single.connect(callback),
    release: () => single.release(),
    connectAside: (like) => sides.open(like),
    end: () => {
      sides.end()
      single.end()
    },
    onConnection: (listener) => listener(raw),
  }
}

/** With `maxIdle` the program wants mysql2 itself to see which connections are idle. */
function keepsIdle(options: PoolOptions): boolean {
  return options.maxIdle === undefined && options.idleTimeout === undefined
}

/**
 * Where sockets come from: a mysql2 pool that we make, or one that the program already has. The
 * rest of the library sees only this interface.
 */
import type { Connection, ConnectionOptions, Pool, PoolConnection, PoolOptions } from 'mysql2'
import type { Pool as PromisePool } from 'mysql2/promise'
import { ConnectionError } from '../errors.js'
import { parseConnectionUrl } from './connection-url.js'
import { fromDriverError } from './errors-from-driver.js'

/** A URL, mysql2 pool options, or an existing pool of `mysql2` or `mysql2/promise`. */
export type ConnectionInput = string | PoolOptions | Pool | PromisePool

/** Node's way: kysely awaits often enough, and each further promise costs every query. */
export type ConnectCallback = (
  ...result: [error: Error, raw: undefined] | [error: null, raw: PoolConnection]
) => void

/** Gives out raw connections and opens side connections to the same server. */
export interface ConnectionSource {
  /** Whether others may take connections of the same pool, which must then get them back at once. */
  readonly isShared: boolean
  /** A free or new connection of the pool; waits while all are in use. */
  connect(callback: ConnectCallback): void
  /** A connection outside the pool, for KILL: the pool may be exhausted by what is to be killed. */
  connectAside(like: PoolConnection): Promise<Connection>
  /** Stops the pool; sockets stay open until each is destroyed. */
  end(): void
  /** Tells of each socket as it is opened. */
  onConnection(listener: (raw: PoolConnection) => void): void
}

/** Opens the source of connections; mysql2 is loaded only here and only when it is needed. */
export async function openConnectionSource(input: ConnectionInput): Promise<ConnectionSource> {
  const mysql = await import('mysql2')
  const pool = toPool(input, mysql.default.createPool)
  return {
    isShared: typeof input !== 'string' && (isPool(input) || !keepsIdle(input as PoolOptions)),
    connect: (callback) =>
      pool.getConnection((error, raw) =>
        error ? callback(fromDriverError(error), undefined) : callback(null, raw),
      ),
    connectAside: (like) => connectAside(like, mysql.default.createConnection),
    end: () => pool.end(() => undefined),
    onConnection: (listener) => pool.on('connection', listener),
  }
}

function toPool(input: ConnectionInput, createPool: (options: PoolOptions) => Pool): Pool {
  if (typeof input === 'string') return createPool(withSafeOptions(parseConnectionUrl(input)))
  // kysely's MysqlDialect waits for ever on a promise pool: its getConnection takes no callback.
  if ('pool' in input && isPool(input.pool)) return input.pool as unknown as Pool
  if (isPool(input)) return input as Pool
  return createPool(withSafeOptions(input as PoolOptions))
}

function isPool(value: unknown): boolean {
  return typeof (value as { getConnection?: unknown } | undefined)?.getConnection === 'function'
}

/** With `maxIdle` the program wants mysql2 itself to see which connections are idle. */
function keepsIdle(options: PoolOptions): boolean {
  return options.maxIdle === undefined && options.idleTimeout === undefined
}

function withSafeOptions(options: PoolOptions): PoolOptions {
  return {
    supportBigNumbers: true,
    ...options,
    // COM_RESET_CONNECTION is answered with "unsupported command" (4.2.0): each release would
    // destroy the connection.
    resetOnRelease: false,
  }
}

async function connectAside(
  like: PoolConnection,
  createConnection: (options: ConnectionOptions) => Connection,
): Promise<Connection> {
  const { host, port, socketPath, user, password, database, ssl, stream } = like.config
  const connection = createConnection({
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(socketPath === undefined ? {} : { socketPath }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    ...(ssl === undefined ? {} : { ssl }),
    ...(stream === undefined ? {} : { stream }),
  })
  connection.on('error', () => undefined)
  return new Promise((resolve, reject) => {
    connection.connect((error) => {
      if (error === null) return resolve(connection)
      connection.destroy()
      reject(new ConnectionError(`No side connection: ${error.message}`, { cause: error }))
    })
  })
}

/**
 * Properties of mysql2 3.x that its types leave out. They are read here only, so that a new version
 * of mysql2 is compared with one file; `test/connection/mysql2/internals.test.ts` reads each of them.
 */
import type { Socket } from 'node:net'
import type { Connection, ConnectionOptions, Pool, PoolConnection } from 'mysql2'

/** Options that a pool was made with; `charsetNumber` is derived from `charset`. */
export interface PoolConfig {
  readonly connectionLimit?: number
  readonly resetOnRelease?: boolean
  readonly connectionConfig?: ConnectionOptions & { readonly charsetNumber?: number }
}

interface HiddenOfConnection {
  readonly _handshakePacket?: { readonly serverVersion?: string }
  readonly stream: Socket
}

interface HiddenOfPool {
  readonly config?: PoolConfig
  readonly _allConnections?: { readonly length: number; get(index: number): PoolConnection }
}

/** The server's version as its greeting says it, such as `8.0.30-MatrixOne-v4.2.0`. */
export function serverVersionOf(connection: Connection): string {
  return hiddenOf(connection)._handshakePacket?.serverVersion ?? ''
}

/** The socket, whose `close` event comes even after mysql2's `destroy()`, unlike mysql2's own events. */
export function socketOf(connection: Connection): Socket {
  return hiddenOf(connection).stream
}

/** Options of a pool, which mysql2 splits into those of the pool and those of each connection. */
export function optionsOf(pool: Pool): PoolConfig {
  return hiddenOfPool(pool).config ?? {}
}

/** Connections that a pool has open, idle or in use. */
export function openConnections(pool: Pool): readonly PoolConnection[] {
  const { _allConnections: all } = hiddenOfPool(pool)
  if (all === undefined) return []
  return Array.from({ length: all.length }, (_, index) => all.get(index))
}

function hiddenOf(connection: Connection): HiddenOfConnection {
  return connection as unknown as HiddenOfConnection
}

function hiddenOfPool(pool: Pool): HiddenOfPool {
  return pool as unknown as HiddenOfPool
}

/** Tells what a program hands over: a pool or connection of mysql2, with callbacks or promises. */
import type { Connection, Pool, PoolConnection, PoolOptions } from 'mysql2'
import type { Connection as PromiseConnection, Pool as PromisePool } from 'mysql2/promise'
import { ConnectionError, MatrixOneError } from '../../errors.js'
import { refuseReset, refuseUnsafeOptions, type WireConfig } from './wrap-options.js'

/** A pool or connection that the program already has. */
export type ExistingConnection = Pool | PromisePool | Connection | PromiseConnection

/** The same thing without mysql2's promises around it. */
export type Unwrapped =
  | { readonly kind: 'pool'; readonly pool: Pool }
  | { readonly kind: 'connection'; readonly connection: PoolConnection }

/** Recognises an existing pool or connection; undefined for options. */
export function unwrapExisting(input: ExistingConnection | PoolOptions): Unwrapped | undefined {
  // kysely's MysqlDialect waits for ever on a promise pool: its getConnection takes no callback.
  const inner = wrapped(input)
  if (hasMethod(inner, 'getConnection')) {
    if (hasMethod(inner, 'of')) {
      throw new MatrixOneError(
        'A PoolCluster cannot be wrapped: its nodes may be different servers. Give one of its pools.',
      )
    }
    return { kind: 'pool', pool: inner as Pool }
  }
  if (hasMethod(inner, 'query') && hasMethod(inner, 'connect')) {
    return { kind: 'connection', connection: inner as PoolConnection }
  }
  return undefined
}

/** @throws {MatrixOneError} when an option would change what is sent, or empty the pool */
export function refuseUnsafeExisting(existing: Unwrapped): void {
  if (existing.kind === 'connection') {
    refuseUnsafeOptions(existing.connection.config as WireConfig)
    return
  }
  const { config } = existing.pool as unknown as {
    readonly config?: WireConfig & { readonly connectionConfig?: WireConfig }
  }
  refuseUnsafeOptions(config?.connectionConfig ?? {})
  refuseReset(config ?? {})
}

/** Waits until an existing connection has been greeted by its server. */
export function whenConnected(connection: PoolConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect((error) => {
      if (error === null || error === undefined) resolve()
      else reject(new ConnectionError(`The connection is not open: ${error.message}`))
    })
  })
}

function wrapped(input: object): object {
  if ('pool' in input && hasMethod(input.pool, 'getConnection')) return input.pool as object
  if ('connection' in input && hasMethod(input.connection, 'query')) {
    return input.connection as object
  }
  return input
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof (value as Record<string, unknown> | null | undefined)?.[name] === 'function'
}

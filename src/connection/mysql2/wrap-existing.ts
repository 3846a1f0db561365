/** Recognises a pool or connection of mysql2, made with callbacks or with promises, among its options. */
import type { Connection, Pool, PoolConnection, PoolOptions } from 'mysql2'
import type { Connection as PromiseConnection, Pool as PromisePool } from 'mysql2/promise'
import { ConnectionError, MatrixOneError } from '../../errors.js'
import { optionsOf } from './internals.js'
import { refuseReset, refuseUnsafeOptions } from './wrap-options.js'

/** A pool or connection that the program already has. */
export type ExistingConnection = Pool | PromisePool | Connection | PromiseConnection

/** The same thing without mysql2's promises around it, or options for a new pool. */
export type Unwrapped =
  | { readonly kind: 'pool'; readonly pool: Pool }
  | { readonly kind: 'connection'; readonly connection: PoolConnection }
  | { readonly kind: 'options'; readonly options: PoolOptions }

/** @throws {MatrixOneError} for a PoolCluster */
export function unwrap(input: ExistingConnection | PoolOptions): Unwrapped {
  // kysely's MysqlDialect waits forever on a promise pool: its getConnection takes no callback.
  const inner = withoutPromises(input)
  if (hasMethod(inner, 'getConnection')) {
    if (hasMethod(inner, 'of')) {
      throw new MatrixOneError(
        'A PoolCluster cannot be wrapped: its nodes may be different servers. Give one of its pools.',
      )
    }
    return { kind: 'pool', pool: inner as Pool }
  }
  return hasMethod(inner, 'query') && hasMethod(inner, 'connect')
    ? { kind: 'connection', connection: inner as PoolConnection }
    : { kind: 'options', options: inner as PoolOptions }
}

/** @throws {MatrixOneError} when an option would change what is sent, or empty the pool */
export function refuseUnsafe(input: Unwrapped): void {
  if (input.kind === 'options') return refuseUnsafeOptions(input.options)
  if (input.kind === 'connection') return refuseUnsafeOptions(input.connection.config)
  const config = optionsOf(input.pool)
  refuseUnsafeOptions(config.connectionConfig ?? {})
  refuseReset(config)
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

function withoutPromises(input: ExistingConnection | PoolOptions): object {
  if ('pool' in input && hasMethod(input.pool, 'getConnection')) return input.pool
  if ('connection' in input && hasMethod(input.connection, 'query')) return input.connection
  return input
}

function hasMethod(value: unknown, name: string): value is object {
  return (
    typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function'
  )
}

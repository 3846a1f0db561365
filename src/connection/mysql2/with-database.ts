import type { PoolOptions } from 'mysql2'
import { parseConnectionUrl } from '../connection-url.js'
import { addressOf } from './address.js'
import { optionsOf } from './internals.js'
import { type ExistingConnection, unwrap } from './wrap-existing.js'

/** Options of a new pool to the same server as the same user, with another current database. */
export function withDatabase(
  input: string | PoolOptions | ExistingConnection,
  database: string,
): PoolOptions {
  if (typeof input === 'string') return { ...parseConnectionUrl(input), database }
  const unwrapped = unwrap(input)
  if (unwrapped.kind === 'options') return { ...unwrapped.options, database }
  if (unwrapped.kind === 'connection') {
    return { ...addressOf(unwrapped.connection.config), database }
  }
  const { connectionConfig = {}, connectionLimit } = optionsOf(unwrapped.pool)
  const limit = connectionLimit === undefined ? {} : { connectionLimit }
  return { ...addressOf(connectionConfig), ...limit, database }
}

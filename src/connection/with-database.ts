import type { Pool, PoolOptions } from 'mysql2'
import type { ConnectionInput } from './connection-source.js'
import { parseConnectionUrl } from './connection-url.js'

/** What of an existing pool says where and as whom it connects. */
const ADDRESS = [
  'host',
  'port',
  'socketPath',
  'user',
  'password',
  'ssl',
  'stream',
  'connectTimeout',
] as const

/** The options of a new pool to the same server as the same user, with another current database. */
export function withDatabase(input: ConnectionInput, database: string): PoolOptions {
  if (typeof input === 'string') return { ...parseConnectionUrl(input), database }
  if (!('getConnection' in input)) return { ...input, database }
  const pool = 'pool' in input ? (input.pool as unknown as Pool) : input
  const { connectionConfig, connectionLimit } = (pool as unknown as PoolWithConfig).config
  const address = ADDRESS.filter((name) => connectionConfig[name] !== undefined).map(
    (name) => [name, connectionConfig[name]] as const,
  )
  return { ...Object.fromEntries(address), connectionLimit, database }
}

/** What mysql2 keeps of the options that a pool was made with. */
interface PoolWithConfig {
  readonly config: {
    readonly connectionLimit: number
    readonly connectionConfig: PoolOptions
  }
}

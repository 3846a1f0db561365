import type { PoolOptions } from 'mysql2'
import type { ConnectionInput } from '../pool/connection-source.js'
import { parseConnectionUrl } from '../connection-url.js'
import { unwrapExisting } from './wrap-existing.js'

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
  const existing = unwrapExisting(input)
  if (existing === undefined) return { ...(input as PoolOptions), database }
  if (existing.kind === 'connection') {
    return { ...addressOf(existing.connection.config), database }
  }
  const { connectionConfig, connectionLimit } = (existing.pool as unknown as PoolWithConfig).config
  return { ...addressOf(connectionConfig), connectionLimit, database }
}

function addressOf(config: PoolOptions): PoolOptions {
  const address = ADDRESS.filter((name) => config[name] !== undefined).map(
    (name) => [name, config[name]] as const,
  )
  return Object.fromEntries(address)
}

/** What mysql2 keeps of the options that a pool was made with. */
interface PoolWithConfig {
  readonly config: {
    readonly connectionLimit: number
    readonly connectionConfig: PoolOptions
  }
}

import type { ConnectionOptions } from 'mysql2'

/** Options of a connection that say where and as whom it connects. */
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

/** Where and as whom a connection connects; mysql2 is not given options that are undefined. */
export function addressOf(config: ConnectionOptions): ConnectionOptions {
  const address = ADDRESS.filter((name) => config[name] !== undefined).map(
    (name) => [name, config[name]] as const,
  )
  return Object.fromEntries(address)
}

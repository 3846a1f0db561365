/** Work on a server whose errors name the server, and where its URL came from. */
import { ConfigurationError, messageOf } from '../errors.js'
import type { Denied } from './explain-database-error.js'
import type { ReadOptions } from './read-schema.js'

/** What a URL says of the server. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database?: string
}

type Runtime = typeof import('kysely-matrixone/metadata')

/** Reads a URL; an error says where it came from. */
export function parseUrl(runtime: Runtime, url: string, origin: string): Address {
  try {
    const { host, port, user, database } = runtime.parseConnectionUrl(url)
    return { host, port, user, ...(database && { database }) }
  } catch (error) {
    throw new ConfigurationError(`${messageOf(error)}\nThe URL came from ${origin}.`, {
      cause: error,
    })
  }
}

/** Where the URL of the options came from, for messages. */
export function originOf({ urlOrigin = 'the option url' }: Pick<ReadOptions, 'urlOrigin'>): string {
  return urlOrigin
}

/**
 * Does the work and explains its error.
 *
 * @param denied what a role may lack for it; reading the catalog when undefined
 */
export async function explaining<Result>(
  options: Pick<ReadOptions, 'url' | 'urlOrigin' | 'at'>,
  database: string | undefined,
  work: () => Promise<Result>,
  denied?: Denied,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const [runtime, { explainDatabaseError }] = await Promise.all([
      import('kysely-matrixone/metadata'),
      import('./explain-database-error.js'),
    ])
    const { url, at } = options
    const origin = originOf(options)
    throw explainDatabaseError(runtime, error, {
      ...parseUrl(runtime, url, origin),
      database: database ?? '',
      origin,
      ...(at !== undefined && 'snapshot' in at && at),
      ...(denied && { denied }),
    })
  }
}

/** Work on a server whose errors name the server, and where its URL came from. */
import { ConfigurationError, messageOf } from '../errors.js'
import type { Denied, RuntimeErrors } from './explain-database-error.js'

/** A server by its URL. */
export interface Asked {
  readonly url: string
  /** Where the URL came from, for messages; `the option url` when absent. */
  readonly urlOrigin?: string
  /** A snapshot or instant of the past. */
  readonly at?: { readonly snapshot: string } | { readonly timestamp: Date }
}

/** A server, and the user and database to begin with. */
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
export function originOf({ urlOrigin = 'the option url' }: Pick<Asked, 'urlOrigin'>): string {
  return urlOrigin
}

/**
 * Does the work and explains its error.
 *
 * @param load the module whose errors the work throws: in the bundle, the one for metadata has classes of its own
 * @param denied what a role may lack for it; reading the catalog when undefined
 */
export async function explaining<Result>(
  options: Asked,
  database: string | undefined,
  work: () => Promise<Result>,
  load: () => Promise<RuntimeErrors>,
  denied?: Denied,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const [runtime, metadata, { explainDatabaseError }] = await Promise.all([
      load(),
      import('kysely-matrixone/metadata'),
      import('./explain-database-error.js'),
    ])
    const { url, at } = options
    const origin = originOf(options)
    throw explainDatabaseError(runtime, error, {
      ...parseUrl(metadata, url, origin),
      database: database ?? '',
      origin,
      ...(at !== undefined && 'snapshot' in at && at),
      ...(denied && { denied }),
    })
  }
}

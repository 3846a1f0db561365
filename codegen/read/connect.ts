/** Clients of the runtime for commands that do more than read the catalog. */
import type { MatrixOne, MatrixOneConfig } from 'kysely-matrixone'
import type { RuntimeErrors } from './explain-database-error.js'
import type { ReadOptions } from './read-schema.js'

/** Makes a client that is connected to this database, whatever the URL names; to none when it is undefined. */
export async function connect<DB>(
  { url, tls }: Pick<ReadOptions, 'url' | 'tls'>,
  database: string | undefined,
  config: Omit<MatrixOneConfig, 'connection'>,
): Promise<MatrixOne<DB>> {
  const [{ MatrixOne: Database }, { parseConnectionUrl }] = await Promise.all([
    import('kysely-matrixone'),
    import('kysely-matrixone/metadata'),
  ])
  const { database: _own, ...address } = parseConnectionUrl(url)
  return new Database<DB>({
    ...config,
    connection: {
      ...address,
      ...(tls && { ssl: tls }),
      ...(database !== undefined && { database }),
      connectionLimit: 2,
    },
  })
}

/** The classes of the errors of such a client. */
export function loadClientErrors(): Promise<RuntimeErrors> {
  return import('kysely-matrixone')
}

/** The database that a URL names. */
export async function databaseOfUrl(url: string): Promise<string | undefined> {
  const { parseConnectionUrl } = await import('kysely-matrixone/metadata')
  return parseConnectionUrl(url).database
}

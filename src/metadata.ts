/**
 * The metadata of a database without kysely: a tool that only reads the catalog (mo-codegen) would
 * spend longer on loading kysely's 300 files than on reading 500 tables.
 */
import { type ConnectionInput, openConnectionSource } from './connection/pool/connection-source.js'
import { PhysicalConnection, type WireOptions } from './connection/mysql2/physical-connection.js'
import { hasRows } from './connection/mysql2/reply.js'
import type { SqlExecutor } from './managers/statement/execute.js'
import type { DatabaseMetadata, ReadMetadataOptions } from './managers/metadata/metadata-types.js'
import { defaultColumnTypes } from './types/column-type-options.js'

export { parseConnectionUrl } from './connection/connection-url.js'
export * from './errors.js'
export type * from './managers/metadata/metadata-types.js'
export type * from './schema/schema-model.js'

/**
 * Opens one connection, reads each asked-for database as `db.metadata.read` does, and closes it.
 *
 * @throws {ConnectionError} when the server cannot be reached, or gives another user's session
 * @throws {UnknownObjectError} when a database does not exist
 * @throws {UntrustedMetadataError} when the server's answers contradict each other
 *
 * @example
 * const [shop] = await readMetadata('mysql://root:111@127.0.0.1:6001/shop', [{}])
 */
export async function readMetadata(
  input: ConnectionInput,
  readings: readonly ReadMetadataOptions[],
): Promise<readonly DatabaseMetadata[]> {
  const source = await openConnectionSource(input)
  // Loaded while the server greets and looks at the password.
  const [connection, { readDatabaseMetadata }, { checkSession }] = await Promise.all([
    connect(source),
    import('./managers/metadata/read-database.js'),
    import('./connection/setup/session-identity.js'),
  ])
  try {
    // Another user's session may see fewer tables, which would read as drift.
    await checkSession(connection)
    const executor = makeExecutor(connection)
    const read: DatabaseMetadata[] = []
    for (const options of readings) read.push(await readDatabaseMetadata(executor, options))
    return read
  } finally {
    connection.destroy()
    source.end()
  }
}

/** Ids are only compared, so each stays the text that it comes as. */
const wire: WireOptions = {
  types: { ...defaultColumnTypes, bigint: 'string' },
  timeZone: '+00:00',
}

type Source = Awaited<ReturnType<typeof openConnectionSource>>

function connect(source: Source): Promise<PhysicalConnection> {
  return new Promise((resolve, reject) => {
    source.connect((error, raw) => {
      if (error !== null) return reject(error)
      resolve(new PhysicalConnection(raw, wire))
    })
  })
}

/** About as many rows of `mo_columns` as arrive together. */
const visitedAtOnce = 100

/** The catalog statements have no parameters, so nothing is ever interpolated. */
function makeExecutor(connection: PhysicalConnection): SqlExecutor {
  const executor: SqlExecutor = {
    isTransaction: false,
    withoutPlugins: () => executor,
    connection: () => ({ execute: (callback) => callback(executor) }),
    transaction: () => {
      throw new TypeError('Reading metadata needs no transaction.')
    },
    // Decoding while the server still writes keeps both busy, and no row longer than needed.
    visitRows: async <R>(sql: string, visit: (row: R) => void) => {
      const stream = connection.stream(sql, Number.POSITIVE_INFINITY)
      for (;;) {
        const rows = await stream.next(visitedAtOnce)
        for (const row of rows) visit(row as R)
        if (rows.length < visitedAtOnce) return
      }
    },
    executeQuery: async <R>({ sql }: { readonly sql: string }) => {
      const [reply] = await connection.query(sql)
      return { rows: (reply !== undefined && hasRows(reply) ? reply : []) as R[] }
    },
  }
  return executor
}

/** Connections for reading the catalog without a pool and without kysely. */
import type { PoolConnection } from 'mysql2'
import {
  type ConnectionInput,
  openConnectionSource,
} from '../../connection/pool/connection-source.js'
import type {
  PhysicalConnection,
  WireOptions,
} from '../../connection/mysql2/physical-connection.js'
import { hasRows } from '../../connection/mysql2/reply.js'
import { type ResultField, statementOptionsOf } from '../../sql/statement-options.js'
import { defaultColumnTypes } from '../../types/column-type-options.js'
import { ServerError } from '../../errors.js'
import type { SqlExecutor } from '../statement/execute.js'

/** Ids are only compared, so each stays the text that it comes as. */
const wire: WireOptions = {
  types: { ...defaultColumnTypes, bigint: 'string' },
  timeZone: '+00:00',
}

/** About as many rows of `mo_columns` as arrive together. */
const visitedAtOnce = 100

type Source = Awaited<ReturnType<typeof openConnectionSource>>
type ExecutedQuery = Parameters<SqlExecutor['executeQuery']>[0]

/**
 * Opens one connection, and as many more as statements are run side by side. Another user's session
 * may see fewer tables, which would read as drift, so each is asked whose it is.
 */
export class CatalogConnections implements SqlExecutor {
  readonly isTransaction = false
  readonly #source: Source
  readonly #open: PhysicalConnection[] = []
  readonly #free: PhysicalConnection[] = []

  private constructor(source: Source) {
    this.#source = source
  }

  /** @throws {ConnectionError} when the server cannot be reached, or gives another user's session */
  static async open(input: ConnectionInput): Promise<CatalogConnections> {
    const connections = new CatalogConnections(await openConnectionSource(input))
    try {
      connections.#free.push(await connections.#connect())
      return connections
    } catch (error) {
      connections.close()
      throw error
    }
  }

  close(): void {
    for (const connection of this.#open) connection.destroy()
    this.#source.end()
  }

  withoutPlugins(): this {
    return this
  }

  connection(): ReturnType<SqlExecutor['connection']> {
    return { execute: (callback) => callback(this) }
  }

  transaction(): never {
    throw new TypeError('Reading metadata needs no transaction.')
  }

  /** The catalog statements have no parameters, so nothing is ever interpolated. */
  async executeQuery<R>(query: ExecutedQuery): Promise<{ rows: R[] }> {
    const { onField } = statementOptionsOf(query)
    const [reply] = await this.#lend((connection) =>
      connection.query(query.sql, undefined, undefined, onField),
    )
    return { rows: (reply !== undefined && hasRows(reply) ? reply : []) as R[] }
  }

  /** The server runs what stands before a statement that it refuses (4.2.0). */
  async describeResults(selects: readonly string[]): Promise<readonly (readonly ResultField[])[]> {
    const results: ResultField[][] = []
    const onField = (field: ResultField, result: number): void => {
      ;(results[result] ??= []).push(field)
    }
    try {
      await this.#lend((one) => one.query(selects.join(';\n'), undefined, undefined, onField))
      return results
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      // The last one may have failed after its columns had come.
      return results.slice(0, -1)
    }
  }

  /** Decoding while the server still writes keeps both busy, and no row longer than needed. */
  async visitRows<R>(sql: string, visit: (row: R) => void): Promise<void> {
    await this.#lend(async (connection) => {
      const stream = connection.stream(sql, Number.POSITIVE_INFINITY)
      for (;;) {
        const rows = await stream.next(visitedAtOnce)
        for (const row of rows) visit(row as R)
        if (rows.length < visitedAtOnce) return
      }
    })
  }

  async #lend<T>(use: (connection: PhysicalConnection) => Promise<T>): Promise<T> {
    const connection = this.#free.pop() ?? (await this.#connectMore())
    try {
      return await use(connection)
    } finally {
      this.#free.push(connection)
    }
  }

  /** Where no further connection is to be had, statements wait for each other on the first one. */
  async #connectMore(): Promise<PhysicalConnection> {
    const [first] = this.#open
    return this.#connect().catch((error: unknown) => {
      if (first === undefined) throw error
      return first
    })
  }

  async #connect(): Promise<PhysicalConnection> {
    const [raw, physical, { checkSession }] = await Promise.all([
      new Promise<PoolConnection>((resolve, reject) => {
        this.#source.connect((error, raw) => {
          if (error === null) resolve(raw)
          else reject(error)
        })
      }),
      // Loaded while the server greets and looks at the password.
      import('../../connection/mysql2/physical-connection.js'),
      import('../../connection/setup/session-identity.js'),
    ])
    const connection = new physical.PhysicalConnection(raw, wire)
    this.#open.push(connection)
    await checkSession(connection)
    return connection
  }
}

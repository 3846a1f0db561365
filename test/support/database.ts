import type { PoolOptions } from 'mysql2'
import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise'
import { MatrixOne, type MatrixOneConfig } from 'kysely-matrixone'
import type { Address } from './address.js'
import type { TestServer } from './server.js'

/** Options of a client; `connection` adds to the address of the server or database. */
export type ClientConfig = Omit<MatrixOneConfig, 'connection'> & {
  readonly connection?: PoolOptions
}

/** A server, or a database on it, that clients connect to. */
export interface ClientTarget<DB> {
  readonly options: Address & { readonly database?: string }
  readonly db?: MatrixOne<DB>
}

/** The database of one test file. */
export interface TestDatabase<DB> extends ClientTarget<DB> {
  /** Connected to the database. */
  readonly db: MatrixOne<DB>
  /** mysql2 alone, connected to no database: for set-up, and for showing what the server does. */
  readonly raw: Connection
}

/**
 * Makes an empty database, for `beforeAll`. When the tests are done it is dropped, and both
 * connections are closed.
 */
export async function openDatabase<DB>(
  server: TestServer,
  database: string,
  config: ClientConfig = {},
): Promise<TestDatabase<DB>> {
  const raw = await openRaw(server)
  await raw.query(`drop database if exists \`${database}\``)
  await raw.query(`create database \`${database}\``)
  const options = { ...server.options, database }
  const db = openClient<DB>({ options }, config)
  server.beforeClose(async () => {
    await db.destroy()
    await raw.query(`drop database if exists \`${database}\``)
  })
  return { db, raw, options }
}

/** A client, which its caller closes. */
export function openClient<DB = Record<string, never>>(
  { options }: ClientTarget<DB>,
  { connection, ...config }: ClientConfig = {},
): MatrixOne<DB> {
  return new MatrixOne<DB>({ ...config, connection: { ...options, ...connection } })
}

/** Runs a callback with a client of two connections, and closes the client. */
export async function withClient<T, DB = Record<string, never>>(
  target: ClientTarget<DB>,
  config: ClientConfig,
  use: (db: MatrixOne<DB>) => Promise<T>,
): Promise<T> {
  const connection = { connectionLimit: 2, ...config.connection }
  const db = openClient<DB>(target, { ...config, connection })
  try {
    return await use(db)
  } finally {
    await db.destroy()
  }
}

/** A mysql2 connection without our dialect, closed when the tests are done. */
export async function openRaw(
  server: TestServer,
  options: ConnectionOptions = {},
): Promise<Connection> {
  const raw = await createConnection({ ...server.options, ...options })
  // MatrixOne ignores COM_QUIT, so end() would wait.
  server.beforeClose(() => raw.destroy())
  return raw
}

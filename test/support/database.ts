import { sql } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'
import type { TestServer } from './server.js'

/** A database of one test file, made anew. */
export interface TestDatabase<DB> {
  /** Connected to no database. */
  readonly admin: MatrixOne<Record<string, never>>
  readonly db: MatrixOne<DB>
  /** Drops the database and closes both. */
  readonly close: () => Promise<void>
}

/** Makes an empty database of that name; for `beforeAll`, with `close` in `afterAll`. */
export async function openDatabase<DB>(
  server: TestServer,
  database: string,
): Promise<TestDatabase<DB>> {
  const admin = new MatrixOne<Record<string, never>>({ connection: server.options })
  await sql`drop database if exists ${sql.id(database)}`.execute(admin)
  await sql`create database ${sql.id(database)}`.execute(admin)
  const db = new MatrixOne<DB>({ connection: { ...server.options, database } })
  return {
    admin,
    db,
    close: async () => {
      await db.destroy()
      await sql`drop database if exists ${sql.id(database)}`.execute(admin)
      await admin.destroy()
    },
  }
}

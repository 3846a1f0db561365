import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { MatrixOne } from 'kysely-matrixone'

/** The demo's database, created at its start and dropped at its end. */
export const DEMO_DATABASE = 'kmo_demo'

/** Creates the demo's database with its rows and indexes. */
export async function createDemoDatabase(
  serverUrl: string,
  schemaFile: URL,
  database = DEMO_DATABASE,
): Promise<string> {
  await onServer(serverUrl, async (db) => {
    await sql`drop database if exists ${sql.id(database)}`.execute(db)
    await sql`create database ${sql.id(database)}`.execute(db)
  })
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  const statements = (await readFile(schemaFile, 'utf8')).split(/;\n/)
  await onServer(url.href, async (db) => {
    for (const statement of statements) {
      if (statement.trim() !== '') await sql.raw(statement).execute(db)
    }
  })
  return url.href
}

/** Drops the demo's database. */
export async function dropDemoDatabase(serverUrl: string, database = DEMO_DATABASE): Promise<void> {
  await onServer(serverUrl, async (db) => {
    await sql`drop database if exists ${sql.id(database)}`.execute(db)
  })
}

/** Runs one statement on the demo's database over a connection of its own. */
export async function runStatement(url: string, statement: string): Promise<void> {
  await onServer(url, async (db) => {
    await sql.raw(statement).execute(db)
  })
}

async function onServer(
  url: string,
  work: (db: MatrixOne<Record<string, never>>) => Promise<void>,
): Promise<void> {
  const db = new MatrixOne<Record<string, never>>({ connection: url })
  try {
    await work(db)
  } finally {
    await db.destroy()
  }
}

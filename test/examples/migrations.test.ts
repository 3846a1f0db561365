import { spawn } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeFiles } from '../consumers/packages.js'
import { openDatabase, type TestDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

/** kysely notes when a migration ran. */
const normalize = (sql: string): string => sql.replaceAll(/'\d{4}-\d\d-\d\dT[\d:.]+Z'/g, "'<now>'")

const server = useServer(import.meta.url, { normalize })
const DATABASE = 'kmo_example_migrations'
const BUILT = fileURLToPath(new URL('../../examples/dist/examples/migrations/', import.meta.url))

let database: TestDatabase<Record<string, never>>
/** Within the repository, so that the packages are found. */
let folder: string

beforeAll(async () => {
  database = await openDatabase(server, DATABASE)
  folder = await mkdtemp(join(BUILT, 'run-'))
  writeFiles(folder, { 'migrations/.keep': '' })
  await copyFile(
    join(BUILT, 'migrations/001-documents.js'),
    join(folder, 'migrations/001-documents.js'),
  )
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs the program of docs/migrations.md in the folder with the migrations. */
function migrate(): Promise<{ readonly code: number | null; readonly output: string }> {
  const { host, port, user, password } = server.options
  const url = `mysql://${user}:${password}@${host}:${port}/${DATABASE}`
  const child = spawn(process.execPath, [join(BUILT, 'migrate.js')], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })))
}

const tableNames = async (): Promise<readonly string[]> => {
  const tables = await database.db.metadata.tables()
  return tables.map(({ name }) => name).toSorted()
}

describe('the program of docs/migrations.md', () => {
  it('migrates once, and ends by itself', async () => {
    expect(await migrate()).toEqual({ code: 0, output: 'Success 001-documents\n' })
    expect(await migrate()).toEqual({ code: 0, output: '' })
    expect(await tableNames()).toEqual(['documents', 'kysely_migration', 'kysely_migration_lock'])
  })

  it('leaves nothing of a migration that fails half-way, its tables included', async () => {
    writeFiles(folder, {
      'migrations/002-broken.js': `export async function up(db) {
        await db.schema.createTable('half').addColumn('id', 'integer').execute()
        throw new Error('half-way')
      }\n`,
    })
    const { code, output } = await migrate()
    expect(code).not.toBe(0)
    expect(output).toContain('Error 002-broken')
    expect(output).toContain('half-way')
    expect(await tableNames()).toEqual(['documents', 'kysely_migration', 'kysely_migration_lock'])
  })
})

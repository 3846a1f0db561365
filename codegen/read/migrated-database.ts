/**
 * A database that is made for one check: the migrations of a project run on it, it is read, and it is
 * dropped, also when a migration fails or the process is interrupted.
 */
import { randomBytes } from 'node:crypto'
import type { MatrixOne } from 'kysely-matrixone'
import type { MigrationResultSet, Migrator } from 'kysely/migration'
import type { SslOptions } from 'mysql2'
import { ConfigurationError, messageOf } from '../errors.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { undoWhenInterrupted } from '../workspace/interruption.js'
import { connect, loadClientErrors } from './connect.js'
import { explaining } from './explaining.js'
import { loadMigrations } from './load-migrations.js'
import { OtherDatabases } from './other-databases.js'
import { catchStrayErrors } from './stray-errors.js'

/** Where and from what the database is made. */
export interface MigrationRun {
  readonly url: string
  /** Where the URL came from, for messages. */
  readonly urlOrigin?: string
  readonly tls?: SslOptions
  readonly folder: ProjectFile
  /** The database to clone, which has some of the migrations; an empty database when absent. */
  readonly cloneOf?: string
}

type Client = MatrixOne<Record<string, never>>

/**
 * Runs a callback with the name of the migrated database.
 *
 * @throws {ConfigurationError} when a migration cannot be loaded or fails
 */
export async function withMigratedDatabase<T>(
  run: MigrationRun,
  use: (database: string) => Promise<T>,
): Promise<T> {
  const migrations = await loadMigrations(run.folder)
  const name = `mo_codegen_check_${randomBytes(6).toString('hex')}`
  const server: Client = await connect(run, undefined, config)
  let isMade = false
  let migrated: Client | undefined
  const others = new OtherDatabases()
  const dropAll = async (): Promise<void> => {
    await migrated?.destroy()
    try {
      await dropDatabase(server, name)
      for (const other of await others.made(server)) await dropDatabase(server, other)
    } catch (error) {
      // A role that may not make one may not drop one either, which would only hide the first error.
      if (isMade) throw error
    } finally {
      await server.destroy()
    }
  }
  let dropped: Promise<void> | undefined
  // Once: an interruption ends the migrations, and so comes here twice.
  const drop = (): Promise<void> => (dropped ??= dropAll())
  const forget = undoWhenInterrupted(drop)
  const stray = catchStrayErrors((error) =>
    failureOf(`A migration of ${run.folder.shown} failed in what it does not await`, error),
  )
  try {
    await explaining(
      run,
      run.cloneOf,
      () => createDatabase(server, name, run.cloneOf),
      loadClientErrors,
      denied,
    )
    isMade = true
    await others.begin(server)
    const db: Client = await connect(run, name, { ...config, log: (event) => others.see(event) })
    migrated = db
    const work = migrate(db, run.folder, migrations).then(() => use(name))
    return await Promise.race([work, stray.first])
  } finally {
    forget()
    await drop()
    stray.release()
  }
}

const denied = {
  what: 'create a temporary database',
  grants: ['CREATE DATABASE', 'DROP DATABASE'].map(
    (right) => `GRANT ${right} ON ACCOUNT * TO <role>;`,
  ),
}

/** A migration may create an index of any kind. */
const config = { hooks: ['enable_all'] } as const

async function createDatabase(
  server: Client,
  name: string,
  cloneOf: string | undefined,
): Promise<void> {
  if (cloneOf === undefined) {
    const { sql } = await import('kysely')
    await sql`create database ${sql.id(name)}`.execute(server)
    return
  }
  // Not a branch: 4.2.0 refuses ALTER in a transaction on a branch and on its origin, and kysely's
  // Migrator runs in one.
  await server.clone.createDatabase(name, { from: cloneOf })
}

async function dropDatabase(server: Client, name: string): Promise<void> {
  const { sql } = await import('kysely')
  await sql`drop database if exists ${sql.id(name)}`.execute(server)
}

async function migrate(
  db: Client,
  folder: ProjectFile,
  migrations: Awaited<ReturnType<typeof loadMigrations>>,
): Promise<void> {
  const Runner = await loadMigrator()
  const migrator = new Runner({ db, provider: { getMigrations: async () => migrations } })
  const allowExit = refuseExit()
  const { error, results = [] }: MigrationResultSet = await migrator
    .migrateToLatest()
    .finally(allowExit)
  if (error === undefined) return
  const failed = results.find(({ status }) => status === 'Error')
  const which = failed === undefined ? '' : ` ${failed.migrationName}`
  throw failureOf(`The migration${which} of ${folder.shown} failed`, error)
}

function failureOf(what: string, cause: unknown): ConfigurationError {
  return new ConfigurationError(
    `${what}: ${messageOf(cause)}\nNothing was compared, and the temporary database is dropped.`,
    { cause },
  )
}

/** A migration that ends the process would leave the database behind, and the exit code of "no drift". */
function refuseExit(): () => void {
  const own = Object.getOwnPropertyDescriptor(process, 'exit')
  process.exit = () => {
    throw new Error('it called process.exit()')
  }
  return () => void (own && Object.defineProperty(process, 'exit', own))
}

/** kysely 0.28 has it in its main entry, which 0.29 only keeps as a type that explains the move. */
async function loadMigrator(): Promise<typeof Migrator> {
  try {
    return (await import('kysely/migration')).Migrator
  } catch {
    const kysely: object = await import('kysely')
    return (kysely as { readonly Migrator: typeof Migrator }).Migrator
  }
}

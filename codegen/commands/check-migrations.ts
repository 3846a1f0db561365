/** `mo-codegen check --migrations <folder>`: the schema that a project's migrations make, in a temporary database. */
import { mentionEnvFile } from '../config/env-file.js'
import type { Settings } from '../config/settings.js'
import { ConfigurationError } from '../errors.js'
import type { Output } from '../workspace/output.js'
import type { ProjectFile } from '../workspace/project-file.js'
import type { TargetReport } from './join-reports.js'

/**
 * Checks the schema that the migrations make instead of the database's own.
 *
 * @throws {ConfigurationError} when there is no server, or no database to clone, or a migration fails
 */
export async function checkMigrations(
  settings: Settings,
  folder: ProjectFile,
  checkOne: (settings: Settings) => Promise<TargetReport>,
  output: Output,
): Promise<TargetReport> {
  const { source, from, offline, onClone, cwd, sharing } = settings
  if (offline || from !== undefined) {
    throw new ConfigurationError(
      '--migrations needs a server to run them on, and --offline and --from connect to none.\nLeave one of them out.',
    )
  }
  const { url } = source
  if (url === undefined) {
    throw new ConfigurationError(
      `--migrations needs a server to run them on.\nSet DATABASE_URL or give --url mysql://user:password@host:6001.${mentionEnvFile(cwd)}`,
    )
  }
  const [{ withMigratedDatabase }, { databaseOfUrl }] = await Promise.all([
    import('../read/migrated-database.js'),
    import('../read/connect.js'),
  ])
  const cloneOf = onClone ? databaseOf(settings, await databaseOfUrl(url.value)) : undefined
  const run = {
    url: url.value,
    urlOrigin: url.origin,
    ...(source.tls && { tls: source.tls }),
    folder,
    ...(cloneOf !== undefined && { cloneOf }),
  }
  const migrating = withMigratedDatabase(run, async (database) => {
    output.debug(`ran the migrations of ${folder.shown} on ${database}`)
    const migrated = {
      ...source,
      databases: [database],
      at: undefined,
    }
    const { report, compared } = await checkOne({
      ...settings,
      source: migrated,
      // The databases of other targets need not be on this server.
      ...(sharing && { sharing: { ...sharing, others: 'unread' } }),
    })
    const base = cloneOf === undefined ? 'an empty database' : `a clone of ${cloneOf}`
    // Its own command would read the database that is not migrated yet.
    const name = `the migrations of ${folder.shown} on ${base}`
    const actual = [{ name, isFile: false }]
    return { report: { ...report, actual, fix: null }, compared }
  })
  return output.during(`Running the migrations of ${folder.shown}`, migrating)
}

/** The one database of the settings, or the URL's. */
function databaseOf({ source }: Settings, ofUrl: string | undefined): string {
  const [database = ofUrl, ...more] = source.databases
  if (database !== undefined && more.length === 0) return database
  throw new ConfigurationError(
    '--on-clone clones one database.\nName it in the URL (mysql://host:6001/shop) or with --database.',
  )
}

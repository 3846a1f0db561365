/** The migrations of a folder, TypeScript included, which kysely's own provider cannot import on Node 20. */
import { readdirSync } from 'node:fs'
import { extname, join, parse } from 'node:path'
import type { Migration } from 'kysely/migration'
import { ConfigurationError } from '../errors.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { importModule } from './import-module.js'

const extensions = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'])

/**
 * Loads them under their names without the extension, as kysely's FileMigrationProvider does.
 *
 * @throws {ConfigurationError} when the folder has none, or a file cannot be loaded
 */
export async function loadMigrations(
  folder: ProjectFile,
): Promise<Readonly<Record<string, Migration>>> {
  const found: Record<string, Migration> = {}
  // Of a file and what was compiled from it beside it, one: kysely takes the last, too.
  const files = new Map(migrationFiles(folder).map((file) => [parse(file).name, file]))
  for (const [name, file] of files) {
    const migration = await importMigration(join(folder.path, file), `${folder.shown}/${file}`)
    if (migration !== undefined) found[name] = migration
  }
  if (Object.keys(found).length > 0) return found
  throw new ConfigurationError(
    `${folder.shown} has no migrations.\n--migrations names the folder of kysely's migrations, each a file that exports up().`,
  )
}

function migrationFiles({ path, shown }: ProjectFile): readonly string[] {
  try {
    return readdirSync(path)
      .filter((name) => extensions.has(extname(name)) && !/\.d\.[cm]?ts$/.test(name))
      .toSorted()
  } catch (error) {
    throw new ConfigurationError(
      `The folder ${shown} cannot be read.\nIt was named by --migrations.`,
      { cause: error },
    )
  }
}

async function importMigration(path: string, shown: string): Promise<Migration | undefined> {
  try {
    const module = await importModule(path)
    const { default: value } = module as { readonly default?: unknown }
    return [module, value].find(isMigration)
  } catch (error) {
    const { describeLoadError } = await import('../config/describe-load-error.js')
    throw new ConfigurationError(await describeLoadError(error, { path, shown }), { cause: error })
  }
}

function isMigration(value: unknown): value is Migration {
  return (
    typeof value === 'object' && value !== null && 'up' in value && typeof value.up === 'function'
  )
}

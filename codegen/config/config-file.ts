import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigurationError } from '../errors.js'
import { importModule } from '../read/import-module.js'
import { withoutMark } from '../workspace/files.js'
import { projectFile, type ProjectFile } from '../workspace/project-file.js'
import type { CodegenConfig } from './config.js'

/** In order of precedence within a folder. */
const fileNames = ['ts', 'mts', 'js', 'mjs', 'json'].map((type) => `mo-codegen.config.${type}`)

/** A configuration and the file that it came from. */
export interface LoadedConfig {
  readonly file: ProjectFile
  readonly config: CodegenConfig
}

/** Looks for a configuration file in a folder and then in each folder above. */
export function findConfigFile(folder: string): string | undefined {
  for (const name of fileNames) {
    const path = join(folder, name)
    if (isFile(path)) return path
  }
  const above = dirname(folder)
  return above === folder ? undefined : findConfigFile(above)
}

/**
 * Loads the given configuration file, or the nearest one above `cwd`; undefined when there is none.
 *
 * @throws {ConfigurationError} when the file is missing, cannot be loaded, or has unknown options
 */
export async function loadConfig(
  cwd: string,
  given: string | undefined,
): Promise<LoadedConfig | undefined> {
  const path = given ?? findConfigFile(cwd)
  if (path === undefined) return undefined
  const file = projectFile(cwd, path)
  if (!isFile(file.path)) {
    throw new ConfigurationError(
      `There is no configuration file ${file.shown}.\nIt was named by --config-file.`,
    )
  }
  const { checkConfig } = await import('./check-config.js')
  return { file, config: checkConfig(await importConfig(file), file.shown) }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

async function importConfig(file: ProjectFile): Promise<unknown> {
  const { path } = file
  try {
    if (path.endsWith('.json'))
      return JSON.parse(withoutMark(readFileSync(path, 'utf8'))) as unknown
    // TypeScript costs 130 ms, which a .js or .json file does not pay.
    return chosenExport(await importModule(path))
  } catch (error) {
    const { describeLoadError } = await import('./describe-load-error.js')
    throw new ConfigurationError(await describeLoadError(error, file), { cause: error })
  }
}

function chosenExport(module: unknown): unknown {
  const { default: value, config } = module as { default?: unknown; config?: unknown }
  return value ?? config
}

/**
 * Flags, environment and configuration file → what a command works with. A flag wins over the
 * environment, the environment over the file, the file over the defaults.
 */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import {
  resolveEmitOptions,
  type EmitOptions,
  type ResolvedEmitOptions,
} from '../emit/typescript/emit-options.js'
import { ConfigurationError } from '../errors.js'
import type { TablePatterns } from '../read/table-patterns.js'
import type { CodegenConfig } from './config.js'
import { loadConfig } from './config-file.js'
import type { LogLevel } from './log-level.js'
import { projectFile, type ProjectFile } from '../workspace/project-file.js'

/** What the command line can say for every command; absent is not said. */
export interface Flags {
  readonly url?: string
  readonly database?: readonly string[]
  readonly outFile?: string
  readonly snapshotFile?: string | false
  /** False for `--no-schema-value`. */
  readonly schemaValue?: boolean
  readonly includePattern?: readonly string[]
  readonly excludePattern?: readonly string[]
  readonly configFile?: string
  readonly envFile?: string
  readonly logLevel?: LogLevel
}

/** Where a command runs. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Record<string, string | undefined>
}

/** A connection URL and, for messages, where it was found. */
export interface UrlSetting {
  readonly value: string
  readonly origin: string
}

/** Everything decided. */
export interface Settings {
  readonly cwd: string
  readonly url: UrlSetting | undefined
  /** Empty: the URL's database. */
  readonly databases: readonly string[]
  /** The generated file. */
  readonly outFile: ProjectFile
  /** Null for none. */
  readonly snapshotFile: ProjectFile | null
  readonly patterns: TablePatterns
  readonly emit: ResolvedEmitOptions
  readonly logLevel: LogLevel
}

/**
 * Resolves what to do from flags, environment and configuration file.
 *
 * @throws {ConfigurationError} when a file is missing or an option cannot be right
 */
export async function resolveSettings(flags: Flags, around: Surroundings): Promise<Settings> {
  const { cwd, env } = around
  if (flags.envFile !== undefined) loadEnvFile(resolve(cwd, flags.envFile), env)
  const loaded = await loadConfig(cwd, flags.configFile)
  const config: CodegenConfig = loaded?.config ?? {}
  const base = loaded === undefined ? cwd : dirname(loaded.path)
  const outFile =
    flags.outFile === undefined
      ? projectFile(cwd, config.outFile ?? 'generated/db.ts', base)
      : projectFile(cwd, flags.outFile)
  return {
    cwd,
    url: findUrl(flags, env, config, loaded?.path),
    databases: flags.database ?? config.databases ?? [],
    outFile,
    snapshotFile: findSnapshotFile(flags, cwd, config, base, outFile),
    patterns: {
      include: flags.includePattern ?? config.include ?? [],
      exclude: flags.excludePattern ?? config.exclude ?? [],
    },
    emit: resolveEmitOptions({ ...emitOptionsOf(flags, config), outFile: outFile.path }),
    logLevel: flags.logLevel ?? config.logLevel ?? 'info',
  }
}

function emitOptionsOf(flags: Flags, config: CodegenConfig): EmitOptions {
  const { types, columnTypes, interfaceNames, float32ForVecf64, schemaValue } = config
  return {
    ...(types && { types }),
    ...(columnTypes && { columnTypes }),
    ...(interfaceNames && { interfaceNames }),
    ...(float32ForVecf64 && { float32ForVecf64 }),
    // commander says true where the flag is absent.
    schemaValue: flags.schemaValue !== false && schemaValue !== false,
  }
}

function findUrl(
  flags: Flags,
  env: Surroundings['env'],
  config: CodegenConfig,
  configPath: string | undefined,
): UrlSetting | undefined {
  const written =
    flags.url === undefined
      ? env['DATABASE_URL']
        ? { value: env['DATABASE_URL'], origin: 'DATABASE_URL' }
        : config.url === undefined
          ? undefined
          : { value: config.url, origin: configPath ?? 'the configuration' }
      : { value: flags.url, origin: '--url' }
  // kysely-codegen's way to name a variable: --url 'env(OTHER_URL)'.
  const variable = /^env\((\w+)\)$/.exec(written?.value ?? '')?.[1]
  if (written === undefined || variable === undefined) return written
  const value = env[variable]
  if (!value) {
    throw new ConfigurationError(
      `The environment variable ${variable} is not set.\nIt was named by ${written.origin}.`,
    )
  }
  return { value, origin: variable }
}

function findSnapshotFile(
  flags: Flags,
  cwd: string,
  config: CodegenConfig,
  base: string,
  outFile: ProjectFile,
): ProjectFile | null {
  if (flags.snapshotFile === false) return null
  if (flags.snapshotFile !== undefined) return projectFile(cwd, flags.snapshotFile)
  if (config.snapshotFile === false) return null
  if (config.snapshotFile !== undefined) return projectFile(cwd, config.snapshotFile, base)
  return projectFile(cwd, `${outFile.path.replace(/(\.d)?\.[cm]?ts$/, '')}.schema.json`)
}

/** As `process.loadEnvFile`: a variable that is already set stays. */
function loadEnvFile(path: string, env: Surroundings['env']): void {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigurationError(`The file ${path} cannot be read.\nIt was named by --env-file.`, {
      cause: error,
    })
  }
  for (const [name, value] of Object.entries(parseEnv(text))) env[name] ??= value
}

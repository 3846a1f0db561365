/** Resolves flags, environment and configuration file to the settings of a command. */
import type { SslOptions } from 'mysql2'
import { resolveEmitOptions, type ResolvedEmitOptions } from '../emit/typescript/emit-options.js'
import type { TablePatterns } from '../read/table-patterns.js'
import { parseReporter, type ReporterName, type ReporterText } from '../report/report.js'
import { projectFile, type ProjectFile } from '../workspace/project-file.js'
import type { Surroundings } from '../workspace/streams.js'
import { findAddress, type UrlSetting } from './address.js'
import { type Choose, decide, makeChoose } from './choices.js'
import type { IgnoreRule } from './config.js'
import { loadConfig } from './config-file.js'
import { loadEnvFile } from './env-file.js'
import type { Flags } from './flags.js'
import { type Locate, makeLocate } from './locate.js'
import type { LogLevel } from './log-level.js'
import type { CommandOptions, OptionKey, OptionValue } from './options.js'

/** A report that is wanted. */
export interface ReportTarget {
  readonly name: ReporterName
  /** Undefined for stdout. */
  readonly file: ProjectFile | undefined
}

/** All options, resolved once. */
export interface Settings extends Omit<
  CommandOptions,
  'from' | 'impact' | 'configFile' | 'envFile'
> {
  readonly cwd: string
  readonly url: UrlSetting | undefined
  readonly tls: SslOptions | undefined
  /** Empty: the URL's database. */
  readonly databases: readonly string[]
  /** The snapshot file that takes the place of the database. */
  readonly from: ProjectFile | undefined
  /** The tsconfig.json of the program that differences may break. */
  readonly impact: ProjectFile | undefined
  /** The generated file. */
  readonly outFile: ProjectFile
  /** Null for none. */
  readonly snapshotFile: ProjectFile | null
  /** The folder of the documentation. */
  readonly docsDir: ProjectFile
  readonly patterns: TablePatterns
  /** Includes kysely's own tables. */
  readonly migrationTables: boolean
  readonly emit: ResolvedEmitOptions
  readonly reporters: readonly ReportTarget[]
  readonly ignore: readonly IgnoreRule[]
  readonly logLevel: LogLevel
  /** The flags as they were given, for the commands that messages suggest. */
  readonly flags: Flags
}

/**
 * Resolves the settings of a command.
 *
 * @throws {ConfigurationError} when a file is missing or an option cannot be right
 */
export async function resolveSettings(flags: Flags, around: Surroundings): Promise<Settings> {
  const { cwd, env } = around
  const { configFile: givenConfig, envFile, from, impact, ...said } = flags
  if (envFile !== undefined) loadEnvFile(projectFile(cwd, envFile), env)
  const { config = {}, file: configFile } = (await loadConfig(cwd, givenConfig)) ?? {}
  const choose = makeChoose({ flags, env, config, configShown: configFile?.shown ?? '' })
  const locate = makeLocate(cwd, configFile)
  const outFileChoice = decide(choose, 'outFile')
  const outFile = locate(outFileChoice.value, outFileChoice.from)
  const docsDir = decide(choose, 'docsDir')
  return {
    ...said,
    ...findAddress(choose, locate, around),
    cwd,
    databases: decide(choose, 'databases').value,
    from: from === undefined ? undefined : projectFile(cwd, from),
    impact: impact === undefined ? undefined : projectFile(cwd, impact),
    outFile,
    snapshotFile: findSnapshotFile(choose, locate, outFile),
    docsDir: locate(docsDir.value, docsDir.from),
    patterns: {
      include: decide(choose, 'include').value,
      exclude: decide(choose, 'exclude').value,
    },
    migrationTables: decide(choose, 'migrationTables').value,
    emit: resolveEmit(choose, outFile),
    reporters: findReporters(choose, locate),
    ignore: decide(choose, 'ignore').value,
    logLevel: decide(choose, 'logLevel').value,
    flags,
  }
}

function findSnapshotFile(
  choose: Choose,
  locate: Locate,
  outFile: ProjectFile,
): ProjectFile | null {
  const choice = choose('snapshotFile')
  if (choice?.value === false) return null
  if (choice !== undefined) return locate(choice.value, choice.from)
  return locate(`${outFile.path.replace(/(\.d)?\.[cm]?ts$/i, '')}.schema.json`, 'default')
}

function findReporters(choose: Choose, locate: Locate): readonly ReportTarget[] {
  const { value, from } = decide(choose, 'reporter')
  const given: readonly ReporterText[] = typeof value === 'string' ? [value] : value
  return given.flatMap((text) => {
    const choice = parseReporter(text)
    if (choice === undefined) return []
    const { name, file } = choice
    return [{ name, file: file === undefined ? undefined : locate(file, from) }]
  })
}

function resolveEmit(choose: Choose, outFile: ProjectFile): ResolvedEmitOptions {
  return resolveEmitOptions({
    ...optional(choose, 'types'),
    ...optional(choose, 'columnTypes'),
    ...optional(choose, 'interfaceNames'),
    ...optional(choose, 'overrides'),
    ...optional(choose, 'nonNull'),
    commentTypes: decide(choose, 'commentTypes').value,
    camelCase: decide(choose, 'camelCase').value,
    singularize: decide(choose, 'singularize').value,
    rowTypes: decide(choose, 'rowTypes').value,
    runtimeEnums: decide(choose, 'runtimeEnums').value,
    schemaValue: decide(choose, 'schemaValue').value,
    float32ForVecf64: decide(choose, 'float32ForVecf64').value,
    outFile: outFile.path,
  })
}

/** The member of an option that was given. */
function optional<Key extends OptionKey>(
  choose: Choose,
  key: Key,
): { readonly [Name in Key]?: OptionValue<Key> } {
  const choice = choose(key)
  return choice === undefined
    ? {}
    : ({ [key]: choice.value } as { [Name in Key]: OptionValue<Key> })
}

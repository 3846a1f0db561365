/** Resolves flags, environment and configuration file to the settings of one target. */
import { join } from 'node:path'
import type { SslOptions } from 'mysql2'
import { resolveEmitOptions, type ResolvedEmitOptions } from '../emit/typescript/emit-options.js'
import type { TablePatterns } from '../read/table-patterns.js'
import { printable } from '../report/printable.js'
import type { FormatterName } from '../workspace/formatter-name.js'
import { projectFile, type ProjectFile } from '../workspace/project-file.js'
import type { Surroundings } from '../workspace/streams.js'
import { findAddress, type UrlSetting } from './address.js'
import { type Choose, decide, makeChoose } from './choices.js'
import type { CodegenConfig, IgnoreRule, NamedTarget } from './config.js'
import { loadConfig } from './config-file.js'
import { loadEnvFile } from './env-file.js'
import { findTsconfig } from './find-tsconfig.js'
import type { Flags } from './flags.js'
import { type Locate, makeLocate } from './locate.js'
import type { LogLevel } from './log-level.js'
import type { NormalizeOption } from './normalization-names.js'
import type { CommandOptions, OptionKey, OptionValue } from './option-row.js'
import { findReporters, type ReportTarget } from './reporters.js'

/** The database that a schema is read from; targets that read the same one share the object. */
export interface SourceSettings {
  readonly url: UrlSetting | undefined
  readonly tls: SslOptions | undefined
  /** Empty: the URL's database. */
  readonly databases: readonly string[]
  /** The snapshot of MatrixOne to read from. */
  readonly at: string | undefined
}

/** The options beside `targets` that name tables, and the targets that may have these. */
export interface Sharing {
  readonly options: readonly OptionKey[]
  /** The targets that read another database; `unread` where some of them were not chosen. */
  readonly others: readonly Settings[] | 'unread'
}

/** The measurements of `doctor`, and what makes it fail. */
export interface QualitySettings {
  /** The file with the searches. */
  readonly search: ProjectFile | undefined
  readonly minNdcg: number | undefined
  readonly minRecall: number | undefined
  /** The numbers of an earlier run. */
  readonly baseline: ProjectFile | undefined
  readonly json: ProjectFile | undefined
  /** The folder of the charts. */
  readonly charts: ProjectFile | undefined
}

/** All options of a target, resolved once. */
export interface Settings extends Omit<
  CommandOptions,
  | 'target'
  | 'from'
  | 'impact'
  | 'migrations'
  | 'configFile'
  | 'envFile'
  | 'yes'
  | 'search'
  | 'minNdcg'
  | 'minRecall'
  | 'baseline'
  | 'json'
  | 'charts'
> {
  readonly cwd: string
  /** Undefined for a configuration without targets. */
  readonly target: string | undefined
  readonly source: SourceSettings
  /** Absent where no other target reads another database. */
  readonly sharing?: Sharing
  /** The snapshot file that takes the place of the database. */
  readonly from: ProjectFile | undefined
  /** The tsconfig.json of the program that differences may break. */
  readonly impact: ProjectFile | undefined
  /** The folder of the migrations to run on a temporary database. */
  readonly migrations: ProjectFile | undefined
  /** The options of `doctor`. */
  readonly quality: QualitySettings
  /** The generated file. */
  readonly outFile: ProjectFile
  /** Null for none. */
  readonly snapshotFile: ProjectFile | null
  /** The folder of the documentation. */
  readonly docsDir: ProjectFile
  readonly patterns: TablePatterns
  /** Includes kysely's own tables. */
  readonly migrationTables: boolean
  /** The formatter that written files go through. */
  readonly format: boolean | FormatterName
  readonly emit: ResolvedEmitOptions
  readonly reporters: readonly ReportTarget[]
  /** Differences between versions of the server that are left out. */
  readonly normalize: NormalizeOption
  readonly ignore: readonly IgnoreRule[]
  /** Whether targets that were not chosen share these rules: one that ignores nothing may be theirs. */
  readonly sharesIgnores?: boolean
  readonly logLevel: LogLevel
  /** The flags as they were given, for the commands that messages suggest. */
  readonly flags: Flags
}

/** The configuration file; empty where there is none. */
export interface Configuration {
  readonly config: CodegenConfig
  readonly file: ProjectFile | undefined
  /** Names the file in messages; empty where there is none. */
  readonly shown: string
}

/** Loads the environment file and the configuration file of a command line. */
export async function loadConfiguration(
  { configFile, envFile }: Flags,
  { cwd, env }: Surroundings,
): Promise<Configuration> {
  if (envFile !== undefined) loadEnvFile(projectFile(cwd, envFile), env)
  const { config = {}, file } = (await loadConfig(cwd, configFile)) ?? {}
  return { config, file, shown: file?.shown ?? '' }
}

/**
 * Resolves the settings of a target, or of a file without targets.
 *
 * @throws {ConfigurationError} when an option cannot be right
 */
export function resolveWith(
  { config, file: configFile, shown }: Configuration,
  flags: Flags,
  around: Surroundings,
  target?: NamedTarget,
): Settings {
  const { cwd } = around
  const {
    configFile: _config,
    envFile: _env,
    target: _names,
    from: _from,
    impact,
    migrations,
    search,
    minNdcg: _minNdcg,
    minRecall: _minRecall,
    baseline,
    json,
    charts,
    ...said
  } = flags
  const inProject = (path: string | undefined): ProjectFile | undefined =>
    path === undefined ? undefined : projectFile(cwd, path)
  const choose = makeChoose({
    flags,
    env: environmentFor(target, around),
    ...(target && {
      target: {
        config: optionsOf(target),
        shown: `target ${printable(target.name)} of ${shown}`,
      },
    }),
    config,
    configShown: shown,
  })
  const locate = makeLocate(cwd, configFile)
  const outFileChoice = decide(choose, 'outFile')
  const outFile = locate(outFileChoice.value, outFileChoice.from)
  const snapshotFile = findSnapshotFile(choose, locate, outFile)
  const docsDir = decide(choose, 'docsDir')
  return {
    ...said,
    cwd,
    target: target?.name,
    source: {
      ...findAddress(choose, locate, around),
      databases: decide(choose, 'databases').value,
      at: choose('at')?.value,
    },
    from: inProject(choose('from')?.value),
    impact: impact === undefined ? undefined : findTsconfig(cwd, impact),
    migrations: inProject(migrations),
    quality: {
      search: inProject(search),
      minNdcg: numberOf(choose('minNdcg')),
      minRecall: numberOf(choose('minRecall')),
      baseline: inProject(baseline),
      json: inProject(json),
      charts: inProject(charts),
    },
    outFile,
    snapshotFile,
    docsDir: locate(join(docsDir.value, folderOf(target)), docsDir.from),
    patterns: {
      include: decide(choose, 'include').value,
      exclude: decide(choose, 'exclude').value,
    },
    migrationTables: decide(choose, 'migrationTables').value,
    format: decide(choose, 'format').value,
    emit: resolveEmit(choose, outFile),
    reporters: findReporters(choose, locate, [outFile, snapshotFile]),
    normalize: decide(choose, 'normalize').value,
    ignore: decide(choose, 'ignore').value,
    logLevel: decide(choose, 'logLevel').value,
    flags,
  }
}

function numberOf(choice: { readonly value: string } | undefined): number | undefined {
  return choice === undefined ? undefined : Number(choice.value)
}

/** The options of a target with those of its source, under the keys of a whole file. */
function optionsOf({ name: _name, source, ...own }: NamedTarget): CodegenConfig {
  return { ...source, ...own }
}

/** Each target is documented in a folder of its own: its own `docsDir`, or one below that of the whole file. */
function folderOf(target: NamedTarget | undefined): string {
  return target === undefined || target.docsDir !== undefined ? '' : target.name
}

/** DATABASE_URL is the database of the whole file: a target that names its own keeps that. */
function environmentFor(target: NamedTarget | undefined, { env }: Surroundings) {
  return target?.source?.url === undefined ? env : { ...env, DATABASE_URL: undefined }
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

function resolveEmit(choose: Choose, outFile: ProjectFile): ResolvedEmitOptions {
  return resolveEmitOptions({
    ...optional(choose, 'types'),
    ...optional(choose, 'columnTypes'),
    ...optional(choose, 'interfaceNames'),
    ...optional(choose, 'overrides'),
    ...optional(choose, 'nonNull'),
    ...optional(choose, 'slices'),
    ...optional(choose, 'name'),
    layout: decide(choose, 'layout').value,
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

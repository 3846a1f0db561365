/**
 * mo-codegen as a library. Importing it is cheap: kysely, mysql2 and ts-morph are loaded when
 * `readSchema` or `emitTypes` is first called.
 */
import type { SchemaModel } from 'kysely-matrixone/schema'
import type { CommandLineStreams } from './workspace/streams.js'
import type { EmitOptions, EmittedFile } from './emit/typescript/emit-options.js'
import type { ExitCode } from './errors.js'
import type { ReadOptions, SchemaReading } from './read/read-schema.js'

export {
  type CodegenConfig,
  defineConfig,
  type IgnoreRule,
  type NamedTarget,
  type Source,
  type Target,
} from './config/config.js'
export { defineDoctor, type DoctorFile } from './config/doctor-file.js'
export type { LogLevel } from './config/log-level.js'
export type { NameFunction, NameKind } from './emit/typescript/chosen-names.js'
export type {
  ColumnOverride,
  EmitOptions,
  EmittedFile,
  Layout,
} from './emit/typescript/emit-options.js'
export { type EmittedHeader, headerOf, isUnedited, isUpToDate } from './emit/typescript/header.js'
export {
  CodegenError,
  ConfigurationError,
  type ExitCode,
  UnreachableDatabaseError,
  UntrustedDatabaseError,
} from './errors.js'
export type {
  DriftReport,
  FileLocation,
  ReportedFinding,
  Reporter,
  ReporterName,
  ReporterOptions,
} from './report/report.js'
export { makeReporter } from './report/reporters.js'
export type { ReadOptions, SchemaReading } from './read/read-schema.js'
export type { TablePatterns } from './read/table-patterns.js'
export type { CommandLineStreams } from './workspace/streams.js'

export {
  compareModels,
  type Finding,
  hashModel,
  parseSnapshot,
  type RuleId,
  schemaFormatVersion,
  SchemaSnapshotError,
  serializeSnapshot,
  type Severity,
  toSchemaModel,
} from 'kysely-matrixone/schema'
export type * from 'kysely-matrixone/schema'

/**
 * Reads the tables of one or several databases as a schema model.
 *
 * @throws {ConfigurationError} when the URL cannot be read or names no database
 * @throws {UnreachableDatabaseError} when the server cannot be reached, refuses the login, or lacks the database
 * @throws {UntrustedDatabaseError} when the answer contradicts itself or the role may not read it
 *
 * @example
 * const { model } = await readSchema({ url: process.env.DATABASE_URL!, exclude: ['tmp_*'] })
 */
export async function readSchema(options: ReadOptions): Promise<SchemaReading> {
  const { readSchema: read } = await import('./read/read-schema.js')
  return read(options)
}

/**
 * Writes a schema model as TypeScript.
 *
 * @example
 * const [file] = await emitTypes(model, { types: { bigint: 'bigint' } })
 */
export async function emitTypes(
  model: SchemaModel,
  options: EmitOptions = {},
): Promise<readonly EmittedFile[]> {
  const { emitTypes: emit } = await import('./emit/typescript/emit-types.js')
  return emit(model, options)
}

/**
 * Runs a command line of `mo-codegen` and returns its exit code; never throws and never ends the process.
 *
 * @example
 * const code = await run(['check', '--offline'], { ...process, cwd: process.cwd() })
 */
export async function run(argv: readonly string[], streams: CommandLineStreams): Promise<ExitCode> {
  const { run: runCommandLine } = await import('./cli.js')
  return runCommandLine(argv, streams)
}

import type { EmitOptions } from '../emit/typescript/emit-options.js'
import { ConfigurationError } from '../errors.js'
import { findClosest } from './closest.js'
import { isLogLevel, logLevels, type LogLevel } from './log-level.js'

/** What `mo-codegen.config.ts` exports by default. Paths are relative to that file. */
export interface CodegenConfig extends Omit<EmitOptions, 'outFile'> {
  /** `mysql://user:password@host:6001/database`; better left to the environment variable `DATABASE_URL`. */
  readonly url?: string
  /** The databases to read; the URL's database when absent. Several are keyed `database.table` in the types. */
  readonly databases?: readonly string[]
  /** Where the types go; `generated/db.ts` when absent. */
  readonly outFile?: string
  /** Where the schema snapshot goes; beside `outFile` (`db.schema.json`) when absent, nowhere when `false`. */
  readonly snapshotFile?: string | false
  /** Globs of the tables to take; all when absent. */
  readonly include?: readonly string[]
  /** Globs of the tables to leave out. */
  readonly exclude?: readonly string[]
  readonly logLevel?: LogLevel
}

/**
 * Gives a configuration file its types.
 *
 * @example
 * // mo-codegen.config.ts
 * export default defineConfig({ outFile: 'src/db.ts', exclude: ['tmp_*'], types: { bigint: 'bigint' } })
 */
export function defineConfig(config: CodegenConfig): CodegenConfig {
  return config
}

type Check = (value: unknown) => string | undefined

const text: Check = (value) =>
  typeof value === 'string' && value !== '' ? undefined : 'a text that is not empty'
const texts: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? undefined
    : 'a list of texts'
const choice =
  (...allowed: readonly string[]): Check =>
  (value) =>
    allowed.includes(value as string) ? undefined : `one of ${allowed.join(', ')}`

const columnTypeChoices: { readonly [Key in keyof NonNullable<EmitOptions['types']>]-?: Check } = {
  bigint: choice('number', 'bigint', 'string'),
  decimal: choice('string', 'number'),
  date: choice('string', 'Date'),
  datetime: choice('Date', 'string'),
  vector: choice('number[]', 'Float32Array', 'Float64Array'),
  json: choice('parsed', 'string'),
}

const checks: { readonly [Key in keyof CodegenConfig]-?: Check } = {
  url: text,
  databases: texts,
  outFile: text,
  snapshotFile: (value) =>
    value === false || text(value) === undefined ? undefined : 'a path, or false for none',
  include: texts,
  exclude: texts,
  logLevel: (value) => (isLogLevel(value) ? undefined : `one of ${logLevels.join(', ')}`),
  types: isObject,
  interfaceNames: (value) =>
    isObject(value) ?? texts(Object.values(value as Readonly<Record<string, unknown>>)),
  float32ForVecf64: choice('refuse', 'allow'),
  columnTypes: isObject,
  schemaValue: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
}

/**
 * Checks what a configuration file exports.
 *
 * @throws {ConfigurationError} naming the file, the option and what it should be
 */
export function validateConfig(value: unknown, path: string): CodegenConfig {
  if (isObject(value) !== undefined) {
    throw new ConfigurationError(
      `${path} does not export a configuration.\nWrite: export default defineConfig({ … })`,
    )
  }
  const config = value as Readonly<Record<string, unknown>>
  checkMembers(config, checks, '', path)
  checkMembers((config['types'] ?? {}) as object, columnTypeChoices, 'types.', path)
  return config
}

function checkMembers(
  value: object,
  members: Readonly<Record<string, Check>>,
  prefix: string,
  path: string,
): void {
  for (const [key, member] of Object.entries(value)) {
    if (!Object.hasOwn(members, key)) {
      const meant = findClosest(key, Object.keys(members))
      throw new ConfigurationError(
        `${path} has the unknown option ${prefix}${key}.\n${
          meant === undefined
            ? `The options are ${Object.keys(members).join(', ')}.`
            : `Did you mean ${prefix}${meant}?`
        }`,
      )
    }
    const wanted = member === undefined ? undefined : members[key]?.(member)
    if (wanted !== undefined) {
      throw new ConfigurationError(`${path}: the option ${prefix}${key} should be ${wanted}.`)
    }
  }
}

function isObject(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? undefined
    : 'an object'
}

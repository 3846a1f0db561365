import type { EmitOptions, OrUndefined } from '../emit/typescript/emit-options.js'
import type { ReporterText } from '../report/report.js'
import type { FormatterName } from '../workspace/formatter-name.js'
import type { LogLevel } from './log-level.js'
import type { NormalizeOption } from './normalization-names.js'

/** A difference that `check` leaves out. */
export interface IgnoreRule {
  /** `column-added`, or a glob such as `*-comment-changed`; every rule when absent. */
  readonly rule?: string | undefined
  /** `[database.]table`, with the column or index behind it, or a glob of that; everything when absent. */
  readonly name?: string | undefined
  /** Why it is left out. */
  readonly reason: string
  /** The last day of the rule, `YYYY-MM-DD`. */
  readonly expires?: string | undefined
}

/** The database that a schema is read from. */
export interface Source {
  /** `mysql://user:password@host:6001/database`; better left to the environment variable `DATABASE_URL`, or named as `env(OTHER_URL)`. */
  readonly url?: string | undefined
  /** The databases to read; the URL's database when absent. Several are keyed `database.table` in the types. */
  readonly databases?: readonly string[] | undefined
  /** The snapshot of MatrixOne to read from; the present when absent. */
  readonly at?: string | undefined
  /** How the connection is encrypted; `verify-identity` when `sslCa` is given, `disabled` otherwise. */
  readonly sslMode?: SslMode | undefined
  /** PEM file of the certificate authority that signed the server's certificate. */
  readonly sslCa?: string | undefined
  /** PEM file of a client certificate. */
  readonly sslCert?: string | undefined
  /** PEM file of the client certificate's private key. */
  readonly sslKey?: string | undefined
}

/** The files that are written from a schema, and how. */
export interface Target extends OrUndefined<Omit<EmitOptions, 'outFile' | 'leftOut'>> {
  /** The generated file; `generated/db.ts` when absent. */
  readonly outFile?: string | undefined
  /** The schema snapshot; beside `outFile` (`db.schema.json`) when absent, none when `false`. */
  readonly snapshotFile?: string | false | undefined
  /** The folder that `mo-codegen docs` writes to; `schema-docs` when absent. */
  readonly docsDir?: string | undefined
  /** Globs of the tables to take; all when absent. */
  readonly include?: readonly string[] | undefined
  /** Globs of the tables to leave out. */
  readonly exclude?: readonly string[] | undefined
  /** Takes `kysely_migration` and `kysely_migration_lock` too, which are left out otherwise. */
  readonly migrationTables?: boolean | undefined
  /** The formatter that written files go through, or true for the one that is configured; false when absent. */
  readonly format?: boolean | FormatterName | undefined
  /** Leaves out differences that come from the version of a server; an object switches single ones off. True when absent. */
  readonly normalize?: NormalizeOption | undefined
  /** Differences that `check` and `diff` leave out. */
  readonly ignore?: readonly IgnoreRule[] | undefined
}

/**
 * One of several targets. An option that it does not have is the one of the whole file; the function `name`
 * is that of the whole file always.
 */
export interface NamedTarget extends Omit<Target, 'name'> {
  /** The name that `--target` and reports give it. */
  readonly name: string
  /** The database of this target, where it is not that of the whole file. */
  readonly source?: Source | undefined
}

/** The default export of `mo-codegen.config.ts`. Paths are relative to that file. */
export interface CodegenConfig extends Source, Target {
  /** Several targets, all written and checked unless `--target` chooses; the options beside them hold for each. */
  readonly targets?: readonly NamedTarget[] | undefined
  /** Format of the report of `check`, several in a list, each with `=file` where it goes to one; `text` when absent. */
  readonly reporter?: ReporterText | readonly ReporterText[] | undefined
  readonly logLevel?: LogLevel | undefined
}

/**
 * The modes of MySQL's own clients: no TLS, TLS with any certificate, with one that the authority
 * has signed, and with one that also names the host.
 */
export const sslModes = ['disabled', 'required', 'verify-ca', 'verify-identity'] as const

/** One of `sslModes`. */
export type SslMode = (typeof sslModes)[number]

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

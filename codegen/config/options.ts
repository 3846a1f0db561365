/**
 * Every option of mo-codegen, once: its flag, environment variable, help, check and default. The
 * command line, the check of configuration files, the settings and the table in docs/codegen.md
 * are made from these rows. (Over 300 lines, because the table is one thing.)
 */
import * as v from 'valibot'
import { reporterNames } from '../report/report.js'
import { type CodegenConfig, sslModes } from './config.js'
import { logLevels } from './log-level.js'
import {
  camelCaseOptions,
  columnReads,
  columnTypes,
  ignoreRule,
  onOff,
  oneOf,
  override,
  reporter,
  text,
  texts,
  withoutUndefined,
} from './option-checks.js'

/** The commands, the default one first. */
export const commandNames = ['generate', 'check', 'snapshot', 'diff', 'docs'] as const

/** One of `commandNames`. */
export type CommandName = (typeof commandNames)[number]

/** Options of one command line, which no configuration file can have. */
export interface CommandOptions {
  readonly from?: string
  readonly at?: string
  readonly print?: boolean
  readonly verify?: boolean
  readonly offline?: boolean
  readonly only?: 'snapshot' | 'types'
  readonly failOn?: 'breaking' | 'any'
  readonly impact?: string
  readonly strictIgnores?: boolean
  readonly allowEmpty?: boolean
  readonly force?: boolean
  readonly configFile?: string
  readonly envFile?: string
}

/** All options under their keys. */
export interface Options extends CodegenConfig, CommandOptions {}

/** The key of an option: its name in a configuration file. */
export type OptionKey = keyof Options

/** One option. */
export interface OptionRow<Value = unknown> {
  /** As `--help` shows it; absent for options of the configuration file only. */
  readonly flag?: string
  /** The flag that switches it off, and its help. */
  readonly offFlag?: string
  readonly offHelp?: string
  /** The environment variable that stands in for an absent flag. */
  readonly variable?: string
  /** Whether a configuration file may have it. */
  readonly inFile: boolean
  readonly commands: readonly CommandName[]
  readonly help: string
  /** The value when the option is not given. */
  readonly default?: Value
  /** The default in words, where the value alone is not clear. */
  readonly defaultText?: string
  /** Whether the flag can be given several times. */
  readonly repeatable?: true
  /** The check of a value; its message completes "must be …". */
  readonly check: v.GenericSchema<unknown, Value>
}

const all = commandNames
const ofFiles = ['generate', 'check', 'snapshot'] as const
const ofOneSource = ['generate', 'check', 'snapshot', 'docs'] as const
const compared = ['check', 'diff'] as const
const written = ['generate', 'snapshot'] as const
const overwriting = ['generate', 'snapshot', 'docs'] as const
const database = { commands: all, inFile: true } as const
const file = { commands: all, inFile: true } as const

/** The value of an option that is given. */
export type OptionValue<Key extends OptionKey> = Required<Options>[Key]

/** The rows, in the order of `--help`. */
export const options: {
  readonly [Key in keyof Required<Options>]: OptionRow<OptionValue<Key>>
} = {
  url: {
    ...database,
    commands: ofOneSource,
    flag: '--url <url>',
    variable: 'DATABASE_URL',
    help: 'mysql://user:password@host:6001/database',
    check: text,
  },
  databases: {
    ...database,
    flag: '--database <name>',
    help: 'a database to read; can be repeated, and the types are then keyed database.table',
    default: [],
    defaultText: "the URL's",
    check: texts,
    repeatable: true,
  },
  sslMode: {
    ...database,
    flag: '--ssl-mode <mode>',
    help: 'how the connection is encrypted',
    defaultText: 'disabled; verify-identity with --ssl-ca',
    check: oneOf(sslModes),
  },
  sslCa: {
    ...database,
    flag: '--ssl-ca <file>',
    help: "PEM file of the authority that signed the server's certificate",
    check: text,
  },
  sslCert: {
    ...database,
    flag: '--ssl-cert <file>',
    help: 'PEM file of a client certificate',
    check: text,
  },
  sslKey: {
    ...database,
    flag: '--ssl-key <file>',
    help: "PEM file of the client certificate's key",
    check: text,
  },
  from: {
    commands: ['generate', 'check', 'docs'],
    inFile: false,
    flag: '--from <file>',
    help: 'read the schema from a snapshot file instead of a database',
    check: text,
  },
  offline: {
    commands: ['check', 'docs'],
    inFile: false,
    flag: '--offline',
    help: 'take the snapshot file for the database, and connect to none',
    check: onOff,
  },
  at: {
    commands: ofOneSource,
    inFile: false,
    flag: '--at <snapshot>',
    help: "read the database as it was at one of MatrixOne's snapshots",
    check: text,
  },
  outFile: {
    ...file,
    commands: ofOneSource,
    flag: '--out-file <file>',
    help: 'the generated file',
    default: 'generated/db.ts',
    check: v.pipe(
      text,
      v.regex(/\.[cm]?ts$/i, 'a TypeScript file (.ts, .mts, .cts); --snapshot-file is the JSON'),
    ),
  },
  snapshotFile: {
    ...file,
    commands: ofOneSource,
    flag: '--snapshot-file <file>',
    offFlag: '--no-snapshot-file',
    offHelp: 'keep no snapshot file',
    help: 'the schema snapshot, JSON',
    defaultText: 'beside the generated file',
    check: v.union([text, v.literal(false)], 'a path, or false for none'),
  },
  docsDir: {
    ...file,
    commands: ['docs'],
    flag: '--out-dir <folder>',
    help: 'the folder of the documentation',
    default: 'schema-docs',
    check: text,
  },
  include: {
    ...file,
    flag: '--include-pattern <glob>',
    help: 'tables to take; can be repeated',
    default: [],
    defaultText: 'all',
    check: texts,
    repeatable: true,
  },
  exclude: {
    ...file,
    flag: '--exclude-pattern <glob>',
    help: 'tables to leave out; can be repeated',
    default: [],
    defaultText: 'none',
    check: texts,
    repeatable: true,
  },
  migrationTables: {
    ...file,
    flag: '--migration-tables',
    help: 'take kysely_migration and kysely_migration_lock too',
    default: false,
    check: onOff,
  },
  types: {
    ...file,
    help: 'what columns read as, the same object as in new MatrixOne({ types })',
    check: v.pipe(
      v.strictObject(columnTypes, 'an object'),
      v.transform((types) => withoutUndefined(types)),
    ),
  },
  columnTypes: {
    ...file,
    help: "what single columns read as, { 'orders.id': 'bigint' }",
    check: v.record(v.string(), oneOf(columnReads), 'an object of reads by table.column'),
  },
  overrides: {
    ...file,
    help: "TypeScript types by [database.]table.column or a glob of it, { 'posts.meta': { type: 'Meta', import: './meta.js' } }",
    check: v.record(v.string(), override, 'an object of types by table.column'),
  },
  commentTypes: {
    ...file,
    commands: ofFiles,
    help: 'take @type {Meta} in the comment of a column for its type',
    default: false,
    check: onOff,
  },
  nonNull: {
    ...file,
    commands: ofFiles,
    help: "columns of views that are never null, by view.column or a glob of it, ['totals.*']",
    check: texts,
  },
  camelCase: {
    ...file,
    commands: ofFiles,
    flag: '--camel-case',
    help: "names as kysely's CamelCasePlugin gives them; an object in the file holds its options",
    default: false,
    check: v.union([onOff, camelCaseOptions], 'true, false or options of CamelCasePlugin'),
  },
  singularize: {
    ...file,
    commands: ofFiles,
    flag: '--singularize',
    help: 'interfaces in the singular: articles → Article',
    default: false,
    check: onOff,
  },
  rowTypes: {
    ...file,
    commands: ofFiles,
    flag: '--row-types',
    help: 'write Article, NewArticle and ArticleUpdate for the rows of each table',
    default: false,
    check: onOff,
  },
  runtimeEnums: {
    ...file,
    commands: ofFiles,
    flag: '--runtime-enums',
    help: 'enum columns as TypeScript enums instead of unions',
    default: false,
    check: onOff,
  },
  schemaValue: {
    ...file,
    commands: ofFiles,
    flag: '--schema-value',
    offFlag: '--no-schema-value',
    help: 'write the constant schema beside the types (the default)',
    offHelp: 'types only: for CommonJS under verbatimModuleSyntax',
    default: true,
    check: onOff,
  },
  interfaceNames: {
    ...file,
    commands: ofFiles,
    help: "interface names by table, { 'a-b': 'Ab' }",
    check: v.record(v.string(), text, 'an object of names'),
  },
  float32ForVecf64: {
    ...file,
    commands: ofFiles,
    help: "'allow' lets types.vector be 'Float32Array' for vecf64 columns",
    default: 'refuse',
    check: oneOf(['refuse', 'allow']),
  },
  allowEmpty: {
    commands: all,
    inFile: false,
    flag: '--allow-empty',
    help: 'accept a schema without tables',
    check: onOff,
  },
  print: {
    commands: written,
    inFile: false,
    flag: '--print',
    help: 'write to stdout and to no file',
    check: onOff,
  },
  force: {
    commands: overwriting,
    inFile: false,
    flag: '--force',
    help: 'overwrite files that mo-codegen did not write',
    check: onOff,
  },
  verify: {
    commands: ['generate'],
    inFile: false,
    flag: '--verify',
    help: 'the same as mo-codegen check',
    check: onOff,
  },
  only: {
    commands: ['check'],
    inFile: false,
    flag: '--only <file>',
    help: 'compare with one file only',
    check: oneOf(['snapshot', 'types']),
  },
  failOn: {
    commands: compared,
    inFile: false,
    flag: '--fail-on <severity>',
    help: 'lowest severity that fails the check',
    default: 'any',
    check: oneOf(['breaking', 'any']),
  },
  reporter: {
    commands: ['generate', 'check', 'diff'],
    inFile: true,
    flag: '--reporter <name[=file]>',
    help: `format of the report of a check: ${reporterNames.join(', ')}; can be repeated`,
    default: ['text'],
    defaultText: 'text',
    check: v.union([reporter, v.array(reporter)], reporter.message as string),
    repeatable: true,
  },
  ignore: {
    commands: ['check'],
    inFile: true,
    help: "differences to leave out, [{ rule: 'index-*', name: 'logs', reason: 'made by hand' }]",
    default: [],
    check: v.array(ignoreRule, 'a list of rules with a reason'),
  },
  strictIgnores: {
    commands: ['check'],
    inFile: false,
    flag: '--strict-ignores',
    help: 'fail when an ignore rule has expired or ignores nothing',
    check: onOff,
  },
  impact: {
    commands: ['check'],
    inFile: false,
    flag: '--impact <tsconfig>',
    help: 'list what the differences break in the program of a tsconfig.json',
    check: text,
  },
  configFile: {
    commands: all,
    inFile: false,
    flag: '--config-file <file>',
    help: 'the configuration file',
    defaultText: 'mo-codegen.config.{ts,mts,js,mjs,json}, searched upward',
    check: text,
  },
  envFile: {
    commands: all,
    inFile: false,
    flag: '--env-file <file>',
    help: 'load environment variables from a file',
    check: text,
  },
  logLevel: {
    ...file,
    flag: '--log-level <level>',
    help: 'how much to write to stderr',
    default: 'info',
    check: oneOf(logLevels),
  },
}

/** The rows with their keys, in order. */
export const optionRows: readonly (readonly [OptionKey, OptionRow])[] = Object.entries(
  options,
) as readonly (readonly [OptionKey, OptionRow])[]

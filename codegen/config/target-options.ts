/** The options about the files that are written from a schema. */
import * as v from 'valibot'
import { layouts } from '../emit/typescript/emit-options.js'
import { formatterNames } from '../workspace/formatter-name.js'
import type { Target } from './config.js'
import {
  camelCaseOptions,
  columnReads,
  columnTypes,
  ignoreRule,
  nameFunction,
  normalize,
  onOff,
  oneOf,
  override,
  slices,
  text,
  texts,
  withoutUndefined,
} from './option-checks.js'
import { ofFiles, ofOneSource, ofSchemas, type OptionRows } from './option-row.js'

const file = { commands: ofSchemas, inFile: true, part: 'target' } as const

const snapshotPath = 'the path of a JSON file, or false for none; --out-file is the TypeScript file'

/** The options about the files that are written from a schema. */
export const targetOptions: OptionRows<keyof Target> = {
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
    check: v.union(
      [v.pipe(text, v.regex(/^(?!.*\.[cm]?[jt]s$)/i, snapshotPath)), v.literal(false)],
      snapshotPath,
    ),
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
  name: {
    ...file,
    commands: ofFiles,
    help: "a function that names interfaces, types of rows and enums, (kind, raw) => kind === 'interface' && raw === 'people' ? 'Person' : undefined",
    check: nameFunction,
  },
  layout: {
    ...file,
    commands: ofFiles,
    flag: '--layout <layout>',
    help: 'one file, or one per table with the generated file as their index',
    default: 'one-file',
    check: oneOf(layouts),
  },
  slices: {
    ...file,
    commands: ofFiles,
    help: "parts of the schema with a DB of their own, { search: ['articles', 'authors'] } → SearchDB",
    check: slices,
  },
  format: {
    ...file,
    commands: ofFiles,
    help: 'the formatter that written files go through: true for the one that is configured, or its name',
    default: false,
    check: v.union(
      [onOff, oneOf(formatterNames)],
      `true, false or one of ${formatterNames.join(', ')}`,
    ),
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
  normalize: {
    ...file,
    commands: ['check', 'diff'],
    flag: '--normalize',
    offFlag: '--no-normalize',
    offHelp: 'report what differs between versions of the server too',
    help: "leave out what differs between versions of the server alone (the default); an object switches single ones off, { 'index-prefix-lengths': false }",
    default: true,
    check: normalize,
  },
  ignore: {
    ...file,
    commands: ['check', 'diff'],
    help: "differences to leave out, [{ rule: 'index-*', name: 'logs', reason: 'made by hand' }]",
    default: [],
    check: v.array(ignoreRule, 'a list of rules with a reason'),
  },
}

/** The options of one run, and of a configuration as a whole. */
import * as v from 'valibot'
import { reporterNames } from '../report/report.js'
import type { Source, Target } from './config.js'
import { logLevels } from './log-level.js'
import { namedTargets, onOff, share, oneOf, reporter, text, texts } from './option-checks.js'
import { commandNames, ofSchemas, type OptionKey, type OptionRows } from './option-row.js'

const compared = ['check', 'diff'] as const
const written = ['generate', 'snapshot'] as const
const overwriting = ['generate', 'snapshot', 'docs'] as const

/** The options of one run, and of a configuration as a whole. */
export const runOptions: OptionRows<Exclude<OptionKey, keyof Source | keyof Target>> = {
  target: {
    commands: ofSchemas,
    inFile: false,
    flag: '--target <name>',
    help: 'one of the targets of the configuration file; can be repeated',
    defaultText: 'all of them',
    check: texts,
    repeatable: true,
  },
  targets: {
    commands: ofSchemas,
    inFile: true,
    help: "several targets, [{ name: 'app', outFile: 'app/db.ts', include: ['app_*'] }]",
    check: namedTargets,
  },
  from: {
    commands: ['generate', 'check', 'docs'],
    inFile: false,
    flag: '--from <file>',
    help: 'read the schema from a snapshot file instead of a database',
    check: v.pipe(
      text,
      v.regex(/^(?!\w+:\/\/)/, 'the path of a snapshot file; a database is named by --url'),
    ),
  },
  offline: {
    commands: ['check', 'docs'],
    inFile: false,
    flag: '--offline',
    help: 'take the snapshot file for the database, and connect to none',
    check: onOff,
  },
  allowEmpty: {
    commands: ofSchemas,
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
  watch: {
    commands: ['generate'],
    inFile: false,
    flag: '--watch',
    help: 'generate again whenever a table or view of the database changes, until Ctrl-C',
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
    examples: reporterNames,
    defaultText: 'text',
    check: v.union([reporter, v.array(reporter)], reporter.message as string),
    repeatable: true,
  },
  strictIgnores: {
    commands: ['check'],
    inFile: false,
    flag: '--strict-ignores',
    help: 'fail when an ignore rule has expired or ignores nothing',
    check: onOff,
  },
  selfTest: {
    commands: ['check'],
    inFile: false,
    flag: '--self-test',
    help: 'change a sample schema once per rule, and prove that the rule finds it; reads no database',
    check: onOff,
  },
  migrations: {
    commands: ['check'],
    inFile: false,
    flag: '--migrations <folder>',
    help: "run kysely's migrations on a temporary database, and check the schema that they make",
    check: text,
  },
  onClone: {
    commands: ['check'],
    inFile: false,
    flag: '--on-clone',
    help: 'run them on a clone of the database instead of an empty one',
    check: onOff,
  },
  impact: {
    commands: ['check'],
    inFile: false,
    flag: '--impact <tsconfig>',
    help: 'list what the differences break in the program of a tsconfig.json',
    check: text,
  },
  search: {
    commands: ['doctor'],
    inFile: false,
    flag: '--search <file>',
    help: 'a file with searches and judged queries, to measure how good they are',
    check: text,
  },
  minNdcg: {
    commands: ['doctor'],
    inFile: false,
    flag: '--min-ndcg <number>',
    help: 'fail when the best search has a lower nDCG, from 0 to 1',
    check: share,
  },
  minRecall: {
    commands: ['doctor'],
    inFile: false,
    flag: '--min-recall <number>',
    help: 'fail when the recall at the first of the probe limits is lower, from 0 to 1',
    check: share,
  },
  baseline: {
    commands: ['doctor'],
    inFile: false,
    flag: '--baseline <file>',
    help: 'an earlier --json file; fail when a search became worse, and not by chance',
    check: text,
  },
  json: {
    commands: ['doctor'],
    inFile: false,
    flag: '--json <file>',
    help: 'write all numbers to a file as JSON',
    check: text,
  },
  charts: {
    commands: ['doctor'],
    inFile: false,
    flag: '--charts <folder>',
    help: 'draw recall against latency, and nDCG, as SVG',
    check: text,
  },
  configFile: {
    commands: ofSchemas,
    inFile: false,
    flag: '--config-file <file>',
    help: 'the configuration file',
    defaultText: 'mo-codegen.config.{ts,mts,js,mjs,json}, searched upward',
    check: text,
  },
  envFile: {
    commands: ofSchemas,
    inFile: false,
    flag: '--env-file <file>',
    help: 'load environment variables from a file',
    check: text,
  },
  yes: {
    commands: ['init'],
    inFile: false,
    flag: '--yes',
    help: 'for scripts that expect it: nothing is asked with or without it',
    check: onOff,
  },
  logLevel: {
    commands: commandNames,
    inFile: true,
    flag: '--log-level <level>',
    help: 'how much to write to stderr',
    default: 'info',
    check: oneOf(logLevels),
  },
}

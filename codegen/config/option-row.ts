/** The shape of an option, and the commands that take options. */
import type * as v from 'valibot'
import type { CodegenConfig } from './config.js'

/** The commands, the default one first. */
export const commandNames = [
  'generate',
  'check',
  'snapshot',
  'diff',
  'docs',
  'doctor',
  'init',
] as const

/** One of `commandNames`. */
export type CommandName = (typeof commandNames)[number]

/** Options of one command line, which no configuration file can have. */
export interface CommandOptions {
  readonly target?: readonly string[]
  readonly from?: string
  readonly print?: boolean
  readonly verify?: boolean
  readonly watch?: boolean
  readonly offline?: boolean
  readonly only?: 'snapshot' | 'types'
  readonly failOn?: 'breaking' | 'any'
  readonly impact?: string
  readonly migrations?: string
  readonly onClone?: boolean
  readonly strictIgnores?: boolean
  readonly selfTest?: boolean
  readonly search?: string
  readonly minNdcg?: string
  readonly minRecall?: string
  readonly baseline?: string
  readonly json?: string
  readonly charts?: string
  readonly allowEmpty?: boolean
  readonly force?: boolean
  readonly configFile?: string
  readonly envFile?: string
  readonly yes?: boolean
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
  /** The part of a configuration file that it belongs to, where each target can have one of its own. */
  readonly part?: 'source' | 'target'
  readonly commands: readonly CommandName[]
  readonly help: string
  /** The value when the option is not given. */
  readonly default?: Value
  /** The default in words, where the value alone is not clear. */
  readonly defaultText?: string
  /** Whether the flag can be given several times. */
  readonly repeatable?: true
  /** Values that a shell offers, where the check allows more. */
  readonly examples?: readonly string[]
  /** The check of a value; its message completes "must be …". */
  readonly check: v.GenericSchema<unknown, Value>
}

/** The value of an option that is given. */
export type OptionValue<Key extends OptionKey> = Exclude<Options[Key], undefined>

/** The rows of some options. */
export type OptionRows<Key extends OptionKey> = {
  readonly [Name in Key]: OptionRow<OptionValue<Name>>
}

/** The commands that write or compare the generated file. */
export const ofFiles = ['generate', 'check', 'snapshot'] as const satisfies readonly CommandName[]

/** The commands that read one schema. */
export const ofOneSource = [...ofFiles, 'docs'] as const satisfies readonly CommandName[]

/** The commands that read schemas. */
export const ofSchemas = [
  ...ofOneSource,
  'diff',
  'doctor',
] as const satisfies readonly CommandName[]

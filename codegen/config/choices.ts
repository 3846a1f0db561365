import * as v from 'valibot'
import { ConfigurationError } from '../errors.js'
import type { CodegenConfig } from './config.js'
import type { Flags } from './flags.js'
import type { OptionKey, OptionRow, Options, OptionValue } from './option-row.js'
import { options } from './options.js'

/** The value of an option, and its origin. */
export interface Choice<Value> {
  readonly value: Value
  readonly from: 'flag' | 'variable' | 'file' | 'default'
  /** For messages: `--url`, `DATABASE_URL`, `mo-codegen.config.ts`. */
  readonly origin: string
}

/** Finds the choice of an option; undefined when it was not given and has no default. */
export type Choose = <Key extends OptionKey>(key: Key) => Choice<OptionValue<Key>> | undefined

/** The places where options are given, from the strongest to the weakest. */
export interface OptionSources {
  readonly flags: Flags
  readonly env: Readonly<Record<string, string | undefined>>
  /** A target's own options, and how messages name it. */
  readonly target?: { readonly config: CodegenConfig; readonly shown: string }
  readonly config: CodegenConfig
  /** Names the configuration file in messages. */
  readonly configShown: string
}

/**
 * Makes the function that finds the choices: a flag wins over the environment, the environment
 * over the configuration file (a target in it over the rest of it), the file over the default.
 */
export function makeChoose(sources: OptionSources): Choose {
  return <Key extends OptionKey>(key: Key) => {
    const row: OptionRow<OptionValue<Key>> = options[key]
    const said = findSaid(key, row, sources)
    return said && check(row, said)
  }
}

/** The choice of an option that has a default. */
export function decide<Key extends OptionKey>(choose: Choose, key: Key): Choice<OptionValue<Key>> {
  const choice = choose(key)
  if (choice === undefined) throw new TypeError(`The option ${key} has no default.`)
  return choice
}

function findSaid(
  key: OptionKey,
  { flag, variable, default: fallback }: OptionRow,
  { flags, env, target, config, configShown }: OptionSources,
): Choice<unknown> | undefined {
  const inTarget: Options = target?.config ?? {}
  const inFile: Options = config
  if (flags[key] !== undefined) {
    return { value: flags[key], from: 'flag', origin: flag?.replace(/ .*/, '') ?? key }
  }
  // CI systems often pass an unset variable as an empty one.
  if (variable !== undefined && env[variable]) {
    return { value: env[variable], from: 'variable', origin: variable }
  }
  if (target !== undefined && inTarget[key] !== undefined) {
    return { value: inTarget[key], from: 'file', origin: target.shown }
  }
  if (inFile[key] !== undefined) return { value: inFile[key], from: 'file', origin: configShown }
  return fallback === undefined ? undefined : { value: fallback, from: 'default', origin: key }
}

function check<Value>(
  row: OptionRow<Value>,
  { value, from, origin }: Choice<unknown>,
): Choice<Value> {
  const { success, output, issues } = v.safeParse(row.check, value)
  if (success) return { value: output, from, origin }
  throw new ConfigurationError(`${origin} must be ${issues[0].message}.`)
}

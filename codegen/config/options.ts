/**
 * Every option of mo-codegen, once: its flag, environment variable, help, check and default. The
 * command line, the check of configuration files, the settings and the table in docs/codegen.md
 * are made from these rows.
 */
import type { OptionKey, OptionRow, OptionRows } from './option-row.js'
import { runOptions } from './run-options.js'
import { sourceOptions } from './source-options.js'
import { targetOptions } from './target-options.js'

const { target, targets, from, offline, ...more } = runOptions

/** The rows, in the order of `--help`. */
export const options: OptionRows<OptionKey> = {
  target,
  targets,
  ...sourceOptions,
  from,
  offline,
  ...targetOptions,
  ...more,
}

/** The rows with their keys, in order. */
export const optionRows: readonly (readonly [OptionKey, OptionRow])[] = Object.entries(
  options,
) as readonly (readonly [OptionKey, OptionRow])[]

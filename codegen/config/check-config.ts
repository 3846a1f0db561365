/** The check of a configuration file's content against the table of options. */
import * as v from 'valibot'
import { ConfigurationError } from '../errors.js'
import { printable } from '../report/printable.js'
import { findClosest } from './closest.js'
import type { CodegenConfig } from './config.js'
import { optionRows } from './options.js'

const entries = Object.fromEntries(
  optionRows.filter(([, { inFile }]) => inFile).map(([key, { check }]) => [key, v.optional(check)]),
)
const schema = v.strictObject(entries)

/**
 * Checks what a configuration file exports.
 *
 * @param shown names the file in errors
 * @throws {ConfigurationError} naming the file, each wrong option and what it must be
 */
export function checkConfig(value: unknown, shown: string): CodegenConfig {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigurationError(
      `${shown} does not export a configuration.\nWrite: export default defineConfig({ … })`,
    )
  }
  const { success, output, issues } = v.safeParse(schema, value)
  if (!success) throw new ConfigurationError(issues.map((at) => explain(at, shown)).join('\n'))
  return Object.fromEntries(Object.entries(output).filter(([, option]) => option !== undefined))
}

function explain(issue: v.BaseIssue<unknown>, shown: string): string {
  const path = (issue.path ?? []).map(({ key }) => String(key))
  const option = printable(path.join('.'))
  if (issue.type !== 'strict_object' || issue.expected !== 'never') {
    return `${shown}: the option ${option} must be ${issue.message}.`
  }
  const parents = path.slice(0, -1)
  const known = knownKeys(parents)
  const meant = findClosest(path.at(-1) ?? '', known)
  const hint =
    meant === undefined
      ? `The options are ${known.join(', ')}.`
      : `Did you mean ${[...parents, meant].join('.')}?`
  return `${shown} has the unknown option ${option}.\n${hint}`
}

/** The keys of the object at a path; those of the whole file for an empty one. */
function knownKeys(path: readonly string[]): readonly string[] {
  const [key] = path
  const inside = key === undefined ? schema : entries[key]?.wrapped
  return inside !== undefined && 'entries' in inside ? Object.keys(inside.entries as object) : []
}

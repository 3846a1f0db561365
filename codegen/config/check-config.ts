/** The check of a configuration file's content against the table of options. */
import * as v from 'valibot'
import { ConfigurationError } from '../errors.js'
import { printable } from '../report/printable.js'
import { findClosest } from './closest.js'
import type { CodegenConfig } from './config.js'
import { text } from './option-checks.js'
import type { OptionRow } from './option-row.js'
import { optionRows } from './options.js'

function entriesOf(isPart: (row: OptionRow) => boolean) {
  return Object.fromEntries(
    optionRows
      .filter(([, row]) => row.inFile && isPart(row))
      .map(([key, { check }]) => [key, v.optional(check)]),
  )
}

const target = v.strictObject({
  ...entriesOf(({ part }) => part === 'target'),
  // It is typed in a shell, and is a folder of `docs`.
  name: v.pipe(text, v.regex(/^\w[\w.-]*$/, 'a name of letters, digits, _, - and .')),
  source: v.optional(v.strictObject(entriesOf(({ part }) => part === 'source'))),
})
const schema = v.strictObject({
  ...entriesOf(() => true),
  targets: v.optional(
    v.pipe(
      v.array(target, 'a list of targets'),
      v.minLength(1, 'a list of at least one target'),
      v.check(
        (targets) => new Set(targets.map(({ name }) => name)).size === targets.length,
        'a list of targets with names that differ',
      ),
    ),
  ),
})

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
  if (issue.type === 'strict_object' && issue.received === 'undefined') {
    return `${shown}: the option ${option} is missing.`
  }
  if (issue.type !== 'strict_object' || issue.expected !== 'never') {
    return `${shown}: the option ${option} must be ${issue.message}.`
  }
  const parents = path.slice(0, -1)
  const known = knownKeys(parents)
  // The library names the first of an object only.
  const unknown = Object.keys(issue.path?.at(-1)?.input as object).filter(
    (key) => !known.includes(key),
  )
  return unknown.map((key) => explainUnknown(key, parents, known, shown)).join('\n')
}

function explainUnknown(
  key: string,
  parents: readonly string[],
  known: readonly string[],
  shown: string,
): string {
  const meant = findClosest(key, known)
  const hint =
    meant === undefined
      ? `The options are ${known.join(', ')}.`
      : `Did you mean ${[...parents, meant].join('.')}?`
  return `${shown} has the unknown option ${printable([...parents, key].join('.'))}.\n${hint}`
}

/** The keys of the object at a path; those of the whole file for an empty one. */
function knownKeys(path: readonly string[]): readonly string[] {
  let at: object | undefined = schema
  for (const key of path) at = member(at, key)
  return Object.keys(part(at, 'entries') ?? {})
}

/** The schema of a member of an object or list. */
function member(of: object | undefined, key: string): object | undefined {
  const found = part(of, 'item') ?? part(part(of, 'entries'), key)
  return part(found, 'wrapped') ?? found
}

function part(of: object | undefined, key: string): object | undefined {
  const found: unknown = of && Object.getOwnPropertyDescriptor(of, key)?.value
  return typeof found === 'object' && found !== null ? found : undefined
}

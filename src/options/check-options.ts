/**
 * Checks the options of a call before anything is sent. TypeScript checks them too, but not in a
 * JavaScript program, not for values from JSON and not behind `any`; and an option that is ignored or
 * pasted into SQL does harm.
 */
import { ValueError } from '../errors.js'
import { closestName } from './closest-name.js'
import { isObject, object, type OptionRule } from './option-rules.js'

/**
 * Refuses options that are unknown, missing or not what they must be. An option of the value
 * `undefined` counts as absent.
 *
 * @param call the method, for messages: `branch.merge`
 * @throws {ValueError} naming the call and the option, and the closest known one
 *
 * @example
 * checkOptions('pitr.alter', { range: required(integer(1, 100)), unit: required(oneOf('h', 'd')) }, options)
 */
export function checkOptions(
  call: string,
  rules: Readonly<Record<string, OptionRule>>,
  options: unknown,
): void {
  checkInside(call, rules, options === undefined ? {} : options, '')
}

/**
 * Refuses an argument that is not what it must be.
 *
 * @throws {ValueError} naming the call, the argument and the value
 *
 * @example
 * checkArgument('textSearch', 'The columns', listOf(text), columns)
 */
export function checkArgument(call: string, name: string, rule: OptionRule, value: unknown): void {
  if (rule.accepts(value)) return
  throw new ValueError(`${name} of ${call} must be ${rule.expected}, got ${show(value)}.`)
}

/** Checks options that a call cannot do without; see `checkOptions`. */
export function checkGivenOptions(
  call: string,
  rules: Readonly<Record<string, OptionRule>>,
  options: unknown,
): void {
  checkArgument(call, 'The options', object, options)
  checkOptions(call, rules, options)
}

function checkInside(
  call: string,
  rules: Readonly<Record<string, OptionRule>>,
  options: unknown,
  path: string,
): void {
  if (!isObject(options)) {
    throw new ValueError(`The options of ${call} must be an object, got ${show(options)}.`)
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(rules, name)) throw unknownOption(call, path, name, Object.keys(rules))
  }
  for (const [name, rule] of Object.entries(rules)) {
    checkOption(call, `${path}${name}`, rule, options[name])
  }
}

function checkOption(call: string, name: string, rule: OptionRule, value: unknown): void {
  if (value === undefined) {
    if (rule.isRequired !== true) return
    throw new ValueError(`${call} needs the option ${name}. It must be ${rule.expected}.`)
  }
  if (!rule.accepts(value)) {
    const got = rule.isSecret === true ? '' : `, got ${show(value)}`
    // A call may be named as the beginning of a sentence: `The option connection`.
    const place = call.replace(/^The /, 'the ')
    throw new ValueError(`The option ${name} of ${place} must be ${rule.expected}${got}.`)
  }
  const { inside } = rule
  if (inside === undefined) return
  if (isObject(value)) checkInside(call, inside, value, `${name}.`)
  if (Array.isArray(value))
    value.forEach((each, index) => checkInside(call, inside, each, `${name}[${index}].`))
}

function unknownOption(
  call: string,
  path: string,
  name: string,
  known: readonly string[],
): ValueError {
  const closest = closestName(name, known)
  const advice =
    closest !== undefined
      ? `Did you mean ${path}${closest}?`
      : known.length === 0
        ? 'It takes none.'
        : `Its options are ${known.map((each) => path + each).join(', ')}.`
  return new ValueError(`${call} has no option ${path}${name}. ${advice}`)
}

/** Shows a value shortly; of an object only its kind, for it may hold a secret. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60))
  if (typeof value === 'bigint') return `${value}n`
  if (value === null || typeof value !== 'object') return String(value)
  if (value instanceof Date) return 'an invalid Date'
  return Array.isArray(value) ? 'an array' : 'an object'
}

/**
 * Rules for single options: what a value must be, in words for the error, and a test. A rule for each
 * option of a method makes the declaration that `checkOptions` works with.
 */

/** The rule for one option. */
export interface OptionRule {
  /** Completes `must be`: `a whole number from 1 to 100`. */
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
  readonly isRequired?: true
  /** Whether the value stays out of errors. */
  readonly isSecret?: true
  /** The rules for the keys of an options object inside, or of each object of an array. */
  readonly inside?: Readonly<Record<string, OptionRule>>
}

/** A rule for each key of an options type; a key without a rule does not compile. */
export type OptionRules<T> = { readonly [Name in KeysOf<T>]: OptionRule }

/** The keys of every member of a union. */
type KeysOf<T> = T extends unknown ? keyof T & string : never

/** Any value; its own code checks it. */
export const anything: OptionRule = { expected: 'given', accepts: () => true }

export const flag: OptionRule = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
}

export const text: OptionRule = {
  expected: 'a string',
  accepts: (value) => typeof value === 'string',
}

/** A string that never shows up in an error. */
export const secret: OptionRule = {
  expected: 'a string',
  accepts: (value) => typeof value === 'string',
  isSecret: true,
}

/** A string of at least one character. */
export const filledText: OptionRule = {
  expected: 'a string that is not empty',
  accepts: (value) => typeof value === 'string' && value !== '',
}

export const instant: OptionRule = {
  expected: 'a valid Date',
  accepts: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
}

export const bigInteger: OptionRule = {
  expected: 'a bigint',
  accepts: (value) => typeof value === 'bigint',
}

/** An object with keys of any name, which its own code checks. */
export const object: OptionRule = { expected: 'an object', accepts: isObject }

/** A query of kysely, or a text. */
export const queryOrText: OptionRule = {
  expected: 'a query with compile(), or a text',
  accepts: (value) =>
    typeof value === 'string' || (isObject(value) && typeof value['compile'] === 'function'),
}

export const callable: OptionRule = {
  expected: 'a function',
  accepts: (value) => typeof value === 'function',
}

/** Of whatever realm or library: what it can do counts. */
export const abortSignal: OptionRule = {
  expected: 'an AbortSignal',
  accepts: (value) =>
    isObject(value) &&
    typeof value['aborted'] === 'boolean' &&
    typeof value['throwIfAborted'] === 'function',
}

/** An array of anything. */
export const list: OptionRule = { expected: 'an array', accepts: Array.isArray }

/** A whole number within bounds. */
export function integer(from: number, to = Infinity): OptionRule {
  return {
    expected: `a whole number ${to === Infinity ? `of at least ${from}` : `from ${from} to ${to}`}`,
    accepts: (value) => Number.isSafeInteger(value) && from <= Number(value) && Number(value) <= to,
  }
}

/** A number of at least `from`, Infinity included: milliseconds, for example. */
export function numberFrom(from: number): OptionRule {
  return {
    expected: `a number of at least ${from}`,
    accepts: (value) => typeof value === 'number' && value >= from,
  }
}

/** One of some strings; every member of the option's type must be named. */
export function oneOf<const Value extends string>(...values: readonly Value[]): OptionRule {
  const names = values.map((value) => `'${value}'`)
  const last = names.pop() ?? ''
  return {
    expected: names.length === 0 ? last : `${names.join(', ')} or ${last}`,
    accepts: (value) => (values as readonly unknown[]).includes(value),
  }
}

/** A string of a given form. */
export function textLike(pattern: RegExp, expected: string): OptionRule {
  return { expected, accepts: (value) => typeof value === 'string' && pattern.test(value) }
}

/** An array of values that fit one rule. */
export function listOf({ expected, accepts }: OptionRule): OptionRule {
  return {
    expected: `an array, each item ${expected}`,
    accepts: (value) => Array.isArray(value) && value.every(accepts),
  }
}

/** A value that fits one of several rules. */
export function either(...rules: readonly OptionRule[]): OptionRule {
  return {
    expected: rules.map(({ expected }) => expected).join(', or '),
    accepts: (value) => rules.some(({ accepts }) => accepts(value)),
  }
}

/** An object with options of its own. */
export function objectOf<T>(inside: OptionRules<T>): OptionRule {
  const names = Object.keys(inside)
  return { expected: `an object with ${names.join(', ')}`, accepts: isObject, inside }
}

/** An array of objects with options of their own. */
export function objectsOf<T>(inside: OptionRules<T>): OptionRule {
  return {
    expected: `an array of objects with ${Object.keys(inside).join(', ')}`,
    accepts: (value) => Array.isArray(value) && value.every(isObject),
    inside,
  }
}

/** The rule for an option that must be given. */
export function required(rule: OptionRule): OptionRule {
  return { ...rule, isRequired: true }
}

/** Tells whether a value can hold options. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

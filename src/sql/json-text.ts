/**
 * Writes a JavaScript value as JSON text like `JSON.stringify`, but refuses what that changes silently:
 * NaN and the infinities, lone surrogates, `Map`, `Set`, typed arrays, functions. A `bigint` is
 * written with all its digits where the server keeps them (−2^63 … 2^64−1 on 4.2.0).
 */
import { ValueError } from '../errors.js'
import { isWellFormed } from './characters.js'

/** JSON text that is sent as it is; see `jsonText`. */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** For logs. */
  toJSON(): string {
    return this.text
  }
}

/**
 * JSON text for a `json` or `array(…)` column, sent as it is: where the text is at hand, or has numbers
 * that JavaScript would round. Without it a string is a JSON string.
 *
 * @throws {ValueError} for anything but a string
 *
 * @example
 * await db.insertInto('events').values({ payload: jsonText('{"id": 12345678901234567890}') }).execute()
 */
export function jsonText(text: string): JsonText {
  if (typeof text === 'string') return new JsonText(text)
  throw new ValueError('jsonText takes JSON text. Pass any other value to the column as it is.')
}

const MIN_EXACT = -(2n ** 63n)
const MAX_EXACT = 2n ** 64n - 1n

/**
 * Writes `value` as JSON text.
 *
 * @throws {ValueError} naming the place of a value that JSON cannot hold
 */
export function writeJson(value: unknown): string {
  const text = write(value, '', '$', [])
  if (text === undefined) throw refuse('$', 'nothing that JSON can hold', 'Pass null instead.')
  return text
}

function write(
  original: unknown,
  key: string,
  path: string,
  parents: object[],
): string | undefined {
  const value = resolveToJson(original, key, path)
  switch (typeof value) {
    case 'string':
      if (!isWellFormed(value)) {
        throw refuse(path, 'a lone surrogate', 'UTF-8 cannot hold it; use text.toWellFormed().')
      }
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw refuse(path, `${value}`, 'JSON has no such number.')
      return `${value}`
    case 'boolean':
      return value ? 'true' : 'false'
    case 'bigint':
      if (value < MIN_EXACT || value > MAX_EXACT) {
        throw refuse(
          path,
          `the bigint ${value}`,
          'Beyond 64 bits the server rounds; pass a string.',
        )
      }
      return `${value}`
    case 'undefined':
      return undefined
    case 'object':
      return value === null ? 'null' : writeObject(value, path, parents)
    case 'function':
    case 'symbol':
      throw refuse(path, `a ${typeof value}`, 'Leave it out or pass a value.')
  }
}

function resolveToJson(value: unknown, key: string, path: string): unknown {
  if (value === null || typeof value !== 'object' || !('toJSON' in value)) return value
  if (value instanceof Date && Number.isNaN(value.getTime())) {
    throw refuse(path, 'an invalid Date', 'Pass a valid Date or null.')
  }
  return typeof value.toJSON === 'function' ? (value.toJSON(key) as unknown) : value
}

function writeObject(value: object, path: string, parents: object[]): string {
  if (parents.includes(value)) {
    throw refuse(path, 'a reference to one of its own parents', 'JSON cannot hold a cycle.')
  }
  parents.push(value)
  const text = Array.isArray(value)
    ? writeArray(value, path, parents)
    : writeMembers(value, path, parents)
  parents.pop()
  return text
}

function writeArray(items: readonly unknown[], path: string, parents: object[]): string {
  // Not map(): it skips the holes of a sparse array.
  const texts: string[] = []
  for (let index = 0; index < items.length; index++) {
    texts.push(write(items[index], `${index}`, `${path}[${index}]`, parents) ?? 'null')
  }
  return `[${texts.join(',')}]`
}

function writeMembers(value: object, path: string, parents: object[]): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    const isForeignPlain =
      Object.prototype.toString.call(value) === '[object Object]' &&
      typeof prototype === 'object' &&
      Object.getPrototypeOf(prototype) === null
    if (!isForeignPlain) {
      const name = value.constructor?.name || 'object without a known class'
      throw refuse(path, `a ${name}`, 'Pass a plain object or array, or give it a toJSON method.')
    }
  }
  const members: string[] = []
  for (const [key, member] of Object.entries(value)) {
    if (!isWellFormed(key)) throw refuse(path, 'a key with a lone surrogate', 'Use other keys.')
    const text = write(member, key, `${path}.${key}`, parents)
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`)
  }
  return `{${members.join(',')}}`
}

function refuse(path: string, what: string, advice: string): ValueError {
  return new ValueError(`it holds ${what} at ${path}, which cannot be written as JSON. ${advice}`)
}

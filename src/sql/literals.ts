/**
 * Turns JavaScript values into SQL literals by their JavaScript type, never by where they stand, and
 * never into a list: a value reads back as it was written, or it is refused. Quotes are doubled rather
 * than escaped, so that a session with `NO_BACKSLASH_ESCAPES` cannot turn a value into SQL.
 */
import { MatrixOneError, ValueError } from '../errors.js'
import { timeZoneOffsetMinutes } from './time-zone.js'
import { ColumnVector, writeColumnVector } from './column-vector.js'
import { JsonText, writeJson } from './json-text.js'
import { writeFloat32Vector, writeFloat64Vector } from './vector-text.js'
import { isWellFormed } from './characters.js'

/** Options for writing values. */
export interface LiteralOptions {
  /** The zone of `DATETIME` and `TIMESTAMP` text: an offset such as `+00:00`, `Z` or `UTC`. */
  readonly timeZone: string
  /** Whether the server has `vecf32_from_base64` and its like: 4.1 and later. */
  readonly decodesVectors?: boolean
}

const utc: LiteralOptions = Object.freeze({ timeZone: '+00:00' })

/**
 * Writes one value as a SQL literal; `Date` values in UTC unless told otherwise.
 *
 * | value | literal |
 * |---|---|
 * | `null` | `null` |
 * | boolean, number, bigint | as is |
 * | string | `'…'` |
 * | `Date` | `'2024-05-06 07:08:09.123'` in the declared zone |
 * | `Buffer`, `Uint8Array`, `ArrayBuffer`, `DataView` | `x'…'` |
 * | `Float32Array`, `Float64Array`, `Int8Array`, `number[]` | `'[1,2.5]'` |
 * | other arrays, plain objects, objects with `toJSON` | JSON text |
 *
 * @param position the 1-based number of the parameter, for the error message
 * @throws {ValueError} for a value that cannot be written without being changed
 */
export function toLiteral(
  value: unknown,
  options: LiteralOptions = utc,
  position?: number,
): string {
  switch (typeof value) {
    case 'string':
      return quoteString(value, position)
    case 'number':
      if (!Number.isFinite(value)) {
        throw refuse(position, `${value} is not a number in SQL. Pass null or a finite number.`)
      }
      return `${value}`
    case 'boolean':
      return value ? 'true' : 'false'
    case 'bigint':
      return `${value}`
    case 'object':
      return value === null ? 'null' : objectLiteral(value, options, position)
    case 'undefined':
      throw refuse(position, 'undefined has no meaning in SQL. Pass null, or leave the column out.')
    case 'function':
    case 'symbol':
      throw refuse(position, `a ${typeof value} cannot be sent. Pass a value.`)
  }
}

const needsEscape = /['\\\0]/
const escapable = /['\\\0]/g
const escapes: Readonly<Record<string, string>> = { "'": "''", '\\': '\\\\', '\0': '\\0' }

function quoteString(text: string, position?: number): string {
  if (!isWellFormed(text)) {
    throw refuse(
      position,
      'the string holds a lone surrogate, which UTF-8 cannot carry. Use text.toWellFormed(), or send bytes.',
    )
  }
  if (!needsEscape.test(text)) return `'${text}'`
  return `'${text.replace(escapable, (character) => escapes[character] as string)}'`
}

function objectLiteral(value: object, options: LiteralOptions, position?: number): string {
  if (value instanceof Date) return dateLiteral(value, options, position)
  if (value instanceof JsonText) return quoteString(value.text, position)
  if (ArrayBuffer.isView(value)) return viewLiteral(value, position)
  if (value instanceof ArrayBuffer) return bytesLiteral(new Uint8Array(value))
  try {
    if (value instanceof ColumnVector) {
      return writeColumnVector(value, options.decodesVectors === true)
    }
    if (Array.isArray(value) && isNumeric(value)) return `'${writeFloat64Vector(value)}'`
    return quoteString(writeJson(value), position)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw refuse(position, error.message)
  }
}

function isNumeric(values: readonly unknown[]): values is readonly number[] {
  for (let index = 0; index < values.length; index++) {
    if (typeof values[index] !== 'number') return false
  }
  return true
}

function dateLiteral(date: Date, options: LiteralOptions, position?: number): string {
  const shifted = new Date(date.getTime() + timeZoneOffsetMinutes(options.timeZone) * 60_000)
  const year = shifted.getUTCFullYear()
  if (Number.isNaN(year)) throw refuse(position, 'the Date is invalid. Pass a valid Date or null.')
  if (year < 1 || year > 9999) {
    throw refuse(
      position,
      `the year ${year} is outside 0001 to 9999, which is all that the server holds.`,
    )
  }
  const iso = shifted.toISOString()
  return `'${iso.slice(0, 10)} ${iso.slice(11, 23)}'`
}

function viewLiteral(view: ArrayBufferView, position?: number): string {
  if (view instanceof Uint8Array) return bytesLiteral(view)
  try {
    if (view instanceof Float32Array) return `'${writeFloat32Vector(view)}'`
    if (view instanceof Float64Array || view instanceof Int8Array) {
      return `'${writeFloat64Vector(view)}'`
    }
  } catch (error) {
    throw error instanceof MatrixOneError ? refuse(position, error.message) : error
  }
  if (view instanceof DataView) {
    return bytesLiteral(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
  }
  throw refuse(
    position,
    `a ${view.constructor.name} is neither bytes nor a vector type. Pass Array.from(it) for a vector, a Buffer for bytes.`,
  )
}

/** `x'…'` is the only form that round-trips in binary, blob, text and bit columns and in WHERE (4.2.0). */
function bytesLiteral(bytes: Uint8Array): string {
  return `x'${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}'`
}

function refuse(position: number | undefined, reason: string): ValueError {
  return new ValueError(
    position === undefined
      ? `The value cannot be sent: ${reason}`
      : `Parameter ${position} cannot be sent: ${reason}`,
  )
}

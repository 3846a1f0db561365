/**
 * Turns the values of mysql2's row parser into the declared ones. Each reader is called for non-null
 * values only and gets the column's name for its error message.
 */
import { ValueError } from '../errors.js'

/** Converts one value of one column. */
export type ValueReader = (value: unknown, column: string) => unknown

/** A `bool`: mysql2 gives 1 or 0. */
export const readBoolean: ValueReader = (value) => value !== 0

/** A `tinyint` as a boolean, when it is 0 or 1. */
export const readTinyBoolean: ValueReader = (value, column) => {
  if (value === 1 || value === 0) return value === 1
  throw new ValueError(
    `Column ${JSON.stringify(column)} holds the tinyint ${String(value)}, which is not a boolean. ` +
      "Read it as a number: tinyint: 'number' in types, or for this column in columnTypes of mo-codegen.config.",
  )
}

/** A `bigint` as a number; mysql2 gives a rounded number, or a string under its option `supportBigNumbers`. */
export const readCheckedInteger: ValueReader = (value, column) => {
  const number = typeof value === 'number' ? value : Number(value)
  if (Number.isSafeInteger(number)) return number
  throw new ValueError(
    `Column ${JSON.stringify(column)} holds an integer beyond 2^53, which a number cannot hold exactly. ` +
      "Declare types: { bigint: 'bigint' } or { bigint: 'string' }.",
  )
}

/** A `bigint` as a bigint, from text. */
export const readBigInt: ValueReader = (text) => BigInt(text as string)

/** A `decimal` as a number, from text, when the number means the same decimal. */
export const readExactDecimal: ValueReader = (text, column) => {
  const number = Number(text)
  if (isExact(text as string, number)) return number
  throw new ValueError(
    `Column ${JSON.stringify(column)} holds a decimal with more digits than a number keeps. ` +
      "Declare types: { decimal: 'string' }, or select cast(… as double) where rounding is meant.",
  )
}

function isExact(text: string, number: number): boolean {
  // Any decimal of 15 digits survives the conversion to float64 and back.
  if (text.length <= 15) return true
  return digitsOf(text) === digitsOf(number.toFixed(Math.min(scaleOf(text), 100)))
}

function scaleOf(text: string): number {
  const dot = text.indexOf('.')
  return dot < 0 ? 0 : text.replace(/0+$/, '').length - dot - 1
}

function digitsOf(text: string): string {
  const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return plain === '-0' ? '0' : plain
}

/** A `float` or `double`, from text: mysql2's own parser reads `NaN` as 3520 and `+Inf` as 318038453. */
export const readFloat: ValueReader = (text) => {
  const number = Number(text)
  if (!Number.isNaN(number)) return number
  if (text === '+Inf' || text === 'Inf') return Infinity
  if (text === '-Inf') return -Infinity
  return NaN
}

/** A `bit(n)` of at most 53 bits, from its bytes. */
export const readShortBits: ValueReader = (bytes) => {
  let number = 0
  for (const byte of bytes as Uint8Array) number = number * 256 + byte
  return number
}

/** A `bit(n)` of more than 53 bits, from its bytes. */
export const readLongBits: ValueReader = (bytes) => {
  let bits = 0n
  for (const byte of bytes as Uint8Array) bits = (bits << 8n) | BigInt(byte)
  return bits
}

/**
 * A `json` value, from text, unless an integer in it would be rounded. A few SHOW statements label other
 * text as JSON (SHOW RECOVERY_WINDOW, 4.2.0): it is returned unchanged.
 */
export const readJson: ValueReader = (text, column) => {
  let value: unknown
  try {
    value = JSON.parse(text as string)
  } catch {
    return text
  }
  if (!holdsRoundedInteger(text as string)) return value
  throw new ValueError(
    `Column ${JSON.stringify(column)} holds JSON with an integer beyond 2^53, which a number cannot hold ` +
      "exactly. Declare types: { json: 'string' }, or store such numbers as JSON strings.",
  )
}

/** Strings are passed over, and numbers with a fraction or an exponent are not integers. */
const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

function holdsRoundedInteger(text: string): boolean {
  // Fewer digits are exact, and hardly any text has more.
  if (!/\d{16}/.test(text)) return false
  const tokens = text.match(JSON_TOKEN) ?? []
  return tokens.some((token) => /^-?\d+$/.test(token) && isRounded(token, Number(token)))
}

/** A number that prints as the same digits was a number before; beyond 64 bits the server keeps one, too. */
function isRounded(token: string, number: number): boolean {
  return !Number.isSafeInteger(number) && `${number}` !== token && Math.abs(number) < 2 ** 64
}

/**
 * A geometry: MatrixOne sends it as text such as `POINT(1 2)`, which mysql2 takes for WKB and reads
 * as null (4.1.4, 4.2.0; 3.0.14 cannot store one). Bytes of any other server are refused, because
 * the column is declared to be text.
 */
export const readGeometry: ValueReader = (bytes, column) => {
  const buffer = bytes as Buffer
  const first = buffer[0] ?? 0
  if (first >= 0x41 && first <= 0x7a) return buffer.toString('utf8')
  throw new ValueError(
    `Column ${JSON.stringify(column)} holds a geometry that the server did not send as text. ` +
      'Select st_astext(…) of it.',
  )
}

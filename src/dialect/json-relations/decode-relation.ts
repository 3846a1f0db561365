/**
 * Turns the JSON text of a relation into rows with the types of their columns. Numbers keep the text
 * that the server wrote, with all digits of decimals and bigints.
 */
import { ValueError } from '../../errors.js'
import type { ResultField } from '../../sql/statement-options.js'
import { shortestFloat32 } from '../../sql/vector-text.js'
import { timeZoneOffsetMinutes } from '../../sql/time-zone.js'
import type { Capabilities } from '../../server/capabilities.js'
import type { ResolvedColumnTypes } from '../../types/column-type-options.js'
import { dateReader } from '../../wire/date-readers.js'
import { vectorReaders } from '../../wire/vector-readers.js'
import {
  readCheckedInteger,
  readExactDecimal,
  readLongBits,
  readShortBits,
  readTinyBoolean,
} from '../../wire/wire-readers.js'

/** Converts a value of a relation, as `parseKeepingNumbers` gives it. */
export type MemberReader = (value: unknown, column: string) => unknown

/** The text of a number, as the server wrote it. */
class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Begins the stand-in for a number, and a string that begins with it already. */
const MARK = '\u0001'
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g

/** Parses JSON text, numbers as their text. */
export function parseKeepingNumbers(json: string): unknown {
  const marked = json.replace(stringOrNumber, (token) =>
    token.startsWith('"') ? token.replace(/^"\\u0001/, '"\\u0001s') : `"\\u0001n${token}"`,
  )
  return JSON.parse(marked, (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(MARK)) return value
    return value[1] === 'n' ? new NumberText(value.slice(2)) : MARK + value.slice(2)
  })
}

/** MySQL's type codes, as in `wire/wire.ts`. */
const YEAR = 0x0d

/**
 * The reader for the members of a column.
 *
 * @param isFloat32 whether it is known to hold vectors of float32
 * @param bits how the server writes a BIT
 *
 * @throws {ValueError} for a type that MatrixOne does not put into JSON
 */
export function memberReader(
  field: ResultField,
  types: ResolvedColumnTypes,
  timeZone: string,
  isFloat32: boolean,
  bits: Capabilities['bitsInJson'],
): MemberReader {
  const { columnType, columnLength, characterSet, decimals } = field
  switch (columnType) {
    case 0x01:
      if (columnLength === 1) return asBoolean
      return types.tinyint === 'boolean'
        ? (value, column) => readTinyBoolean(Number(textOf(value)), column)
        : asNumber
    case 0x08:
      if (types.bigint === 'number')
        return (value, column) => readCheckedInteger(textOf(value), column)
      return types.bigint === 'bigint' ? (value) => BigInt(textOf(value)) : textOf
    case 0x00:
    case 0xf6:
      return types.decimal === 'number'
        ? (value, column) => readExactDecimal(textOf(value), column)
        : textOf
    case 0x04:
      return (value) => Number(asFloat32(value))
    case YEAR:
      return asNumber
    case 0x0a:
      return types.date === 'Date' ? dateReader(timeZoneOffsetMinutes(timeZone)) : textOf
    case 0x07:
    case 0x0c: {
      if (types.datetime === 'Date') return dateReader(timeZoneOffsetMinutes(timeZone))
      return (value) => cutFraction(textOf(value), decimals)
    }
    case 0x10: {
      const isShort = columnLength <= 53
      if (bits === 'digits') {
        return isShort ? (value) => Number(textOf(value)) : (value) => BigInt(textOf(value))
      }
      const read = isShort ? readShortBits : readLongBits
      return (value, column) => read(Buffer.from(textOf(value), 'base64'), column)
    }
    case 0xf5:
      return types.json === 'parsed' ? plain : (value) => JSON.stringify(plain(value))
    case 0xff:
      throw new ValueError(
        'A geometry does not go into JSON on MatrixOne (4.2.0): the whole relation would be empty text. ' +
          'Select st_astext(…) of it.',
      )
    default:
      if (
        characterSet === 63 &&
        columnType !== 0x03 &&
        columnType !== 0x02 &&
        columnType !== 0x09
      ) {
        return isBytes(columnType)
          ? (value) => Buffer.from(textOf(value), 'base64')
          : asNumberOrText
      }
      if (columnType === 0x0f) return vectorReader(types, isFloat32 ? asFloat32 : textOf)
      return asNumberOrText
  }
}

/** varchar, blobs, varString and string of the binary charset. */
function isBytes(columnType: number): boolean {
  return columnType === 0x0f || (columnType >= 0xf9 && columnType <= 0xfe)
}

/** JSON has all digits of the float64 that a float32 becomes there. */
function asFloat32(value: unknown): string {
  return shortestFloat32(Math.fround(Number(textOf(value))))
}

function vectorReader(
  types: ResolvedColumnTypes,
  write: (element: unknown) => string,
): MemberReader {
  const read = vectorReaders[types.vector]
  return (value, column) =>
    Array.isArray(value) ? read(`[${value.map(write).join(',')}]`, column) : value
}

const asBoolean: MemberReader = (value) =>
  value instanceof NumberText ? value.text !== '0' : value === true

const asNumber: MemberReader = (value) => Number(textOf(value))

const asNumberOrText: MemberReader = (value) =>
  value instanceof NumberText ? Number(value.text) : plain(value)

function textOf(value: unknown): string {
  return value instanceof NumberText ? value.text : String(value)
}

/** A value without type: numbers as JSON.parse reads them. */
export function plain(value: unknown): unknown {
  if (value instanceof NumberText) return Number(value.text)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
}

/** JSON has six digits of a second, whatever the column has. */
function cutFraction(text: string, decimals: number): string {
  const dot = text.indexOf('.')
  if (dot < 0) return text
  return decimals === 0 ? text.slice(0, dot) : text.slice(0, dot + 1 + decimals)
}

/** The text of a number for sorting by it. */
export function orderOf(value: unknown): number {
  return Number(textOf(value))
}

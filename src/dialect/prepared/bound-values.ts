/**
 * Values of prepared statements. The server casts each one to the type of its column; for what is let through
 * here that gives the rows that the text gives (4.2.0, each type of column with each kind of value). All else is
 * sent as text: a number out of its column's range is an error (1690) instead of no row, a fraction that is
 * compared with an integer another (20203), and a decimal that is compared with a string is rounded first.
 */
import type { FieldPacket } from 'mysql2'
import { type LiteralOptions, toLiteral } from '../../sql/literals.js'
import type { WireColumn } from '../../wire/wire.js'
import { TEXT_CHARSET, UNSIGNED_FLAG, wireType } from '../../wire/wire-types.js'
import type { ComparedColumn } from './prepared-plan.js'

/** Longer strings are sent as text: their time on the wire counts, not the parser's. */
const MAX_LENGTH = 1024

/** The form in which mysql2 binds a value; undefined when it has to be text. */
export function bindValue(value: unknown, literals: LiteralOptions): unknown {
  switch (typeof value) {
    case 'number':
      // As digits: mysql2 binds every number as a DOUBLE, and its integers are exact to 2^53 only.
      return Number.isSafeInteger(value) ? `${value}` : Number.isFinite(value) ? value : undefined
    case 'bigint':
      return `${value}`
    case 'string':
      return value.length <= MAX_LENGTH ? value : undefined
    case 'boolean':
      return value
    case 'object':
      return value === null ? undefined : bindObject(value, literals)
    case 'undefined':
    case 'function':
    case 'symbol':
      return undefined
  }
}

function bindObject(value: object, literals: LiteralOptions): unknown {
  if (value instanceof Date) return toLiteral(value, literals).slice(1, -1)
  if (!(value instanceof Uint8Array) || value.length > MAX_LENGTH) return undefined
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

/** The column of a result that a value is compared with; undefined when that is not certain. */
export function findColumn(
  fields: readonly FieldPacket[],
  { table, name }: ComparedColumn,
): WireColumn | undefined {
  const columns = (fields as unknown as readonly WireColumn[]).filter((each) => each.name === name)
  const [column] = columns
  // Columns of views have no table: they may be expressions.
  return columns.length === 1 && column?.table === table ? column : undefined
}

const INTEGER_BITS: Readonly<Record<number, bigint>> = {
  [wireType.tiny]: 8n,
  [wireType.small]: 16n,
  [wireType.long]: 32n,
  [wireType.longlong]: 64n,
}

/** Properties of a column that decide how it is compared. */
export type ColumnKind = Pick<
  WireColumn,
  'columnType' | 'columnLength' | 'characterSet' | 'decimals' | 'flags'
>

/** Whether a comparison with this column has the same result for a bound value and in text. */
export function isComparable(
  { columnType, columnLength, characterSet, decimals, flags }: ColumnKind,
  value: unknown,
): boolean {
  const bits = INTEGER_BITS[columnType]
  if (bits !== undefined) {
    // Only bool has length 1.
    if (columnType === wireType.tiny && columnLength === 1) return typeof value === 'boolean'
    return isIntegerWithin(value, bits, (flags & UNSIGNED_FLAG) !== 0)
  }
  switch (columnType) {
    case wireType.double:
      return decimals === 0 && typeof value === 'number'
    case wireType.date:
    case wireType.datetime:
    case wireType.timestamp:
      return typeof value === 'string' || value instanceof Date
    case wireType.string:
    case wireType.varString:
    case wireType.blob:
      if (characterSet === TEXT_CHARSET) return typeof value === 'string'
      return value instanceof Uint8Array
    case wireType.varchar:
      // With charset 33 it is a vector.
      return characterSet !== TEXT_CHARSET && value instanceof Uint8Array
    default:
      return false
  }
}

function isIntegerWithin(value: unknown, bits: bigint, isUnsigned: boolean): boolean {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return false
  const integer = BigInt(value as bigint | number)
  return isUnsigned
    ? integer >= 0n && integer < 1n << bits
    : integer >= -(1n << (bits - 1n)) && integer < 1n << (bits - 1n)
}

/**
 * Column types as the wire names them. It says less than the catalog: all text is one type, `binary` and
 * `varbinary` are one, and a vector's element is unknown.
 */
import type { ResultField } from '../sql/statement-options.js'
import type { VectorElement } from '../types/column-types.js'
import { BINARY_CHARSET, UNSIGNED_FLAG, wireType } from './wire-types.js'

/** The type of a column of a result, in the words of a `ColumnTypeModel`. */
export interface ResultType {
  readonly name: string
  readonly unsigned?: true
  readonly length?: number
  readonly precision?: number
  readonly scale?: number
  readonly vector?: { readonly element: VectorElement; readonly dimension: number }
}

/** Type codes whose columns have nothing but a name, and perhaps a sign. */
const plainTypes: ReadonlyMap<number, string> = new Map([
  [wireType.small, 'smallint'],
  [wireType.long, 'int'],
  [wireType.float, 'float'],
  [wireType.double, 'double'],
  [wireType.longlong, 'bigint'],
  [wireType.int24, 'int'],
  [wireType.date, 'date'],
  [wireType.year, 'year'],
  [wireType.json, 'json'],
  [wireType.geometry, 'geometry'],
])

const timeTypes: ReadonlyMap<number, string> = new Map([
  [wireType.timestamp, 'timestamp'],
  [wireType.time, 'time'],
  [wireType.datetime, 'datetime'],
])

/** The type that a column definition names; null for a definition that was never seen. */
export function typeOfResult(field: ResultField): ResultType | null {
  const { columnType, characterSet, columnLength, decimals, flags } = field
  const isUnsigned = (flags & UNSIGNED_FLAG) !== 0
  const plain = plainTypes.get(columnType)
  if (plain !== undefined) return { name: plain, ...(isUnsigned && { unsigned: true }) }
  const time = timeTypes.get(columnType)
  if (time !== undefined) return { name: time, scale: decimals }
  switch (columnType) {
    case wireType.tiny:
      // Only bool has the length 1 (tinyint(1) has 8).
      if (columnLength === 1) return { name: 'bool' }
      return { name: 'tinyint', ...(isUnsigned && { unsigned: true }) }
    case wireType.decimal:
    case wireType.newDecimal:
      // The length counts the sign, and the point where there is one.
      return {
        name: 'decimal',
        precision: columnLength - (decimals > 0 ? 2 : 1),
        scale: decimals,
      }
    case wireType.bit:
      return { name: 'bit', length: columnLength }
    case wireType.varchar:
      // Lengths are in bytes of three-byte characters.
      return characterSet === BINARY_CHARSET
        ? { name: 'varbinary', length: columnLength / 3 }
        : { name: 'vecf32', vector: { element: 'f32', dimension: columnLength / 3 } }
    case wireType.blob:
      return { name: characterSet === BINARY_CHARSET ? 'blob' : 'text' }
    case wireType.varString:
    case wireType.string:
      return characterSet === BINARY_CHARSET ? null : { name: 'text' }
    default:
      return null
  }
}

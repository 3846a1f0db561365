/**
 * Reads a result of the binary protocol into the same values as one of the text protocol. The server
 * describes both by the same columns (4.2.0), and most values are the same text in both; here are the
 * others. `float(8, 2)` and `double(10, 3)` have no reader: text has their digits rounded by the server.
 */
import type { FieldPacket } from 'mysql2'
import type { ResolvedColumnTypes } from '../types/column-type-options.js'
import type { FieldReads } from './field-reads.js'
import { toDecimals } from './float32-decimals.js'
import { readCheckedInteger, type ValueReader } from './wire-readers.js'
import { dateReader } from './date-readers.js'
import { timeZoneOffsetMinutes } from '../sql/time-zone.js'
import { prepareColumn, prepareFields, type RowDecoder, type WireColumn } from './wire.js'
import { wireType } from './wire-types.js'

/** Types that arrive as in the text protocol, or are read here: all that a server was seen to send. */
const READABLE: ReadonlySet<number> = new Set(
  Object.values(wireType).filter((code) => code !== wireType.int24),
)

/** Whether each column of a result can be read into the values of the text protocol. */
export function isBinaryReadable(fields: readonly FieldPacket[]): boolean {
  return fields.every((field) => {
    const { columnType, decimals } = field as unknown as WireColumn
    const isFloat = columnType === wireType.float || columnType === wireType.double
    return READABLE.has(columnType) && (!isFloat || decimals === 0)
  })
}

/** Relabels the columns of a result for mysql2's parser of binary rows; see `prepareFields`. */
export function prepareBinaryFields(
  fields: readonly FieldPacket[],
  types: ResolvedColumnTypes,
  timeZone: string,
  reads?: FieldReads,
): RowDecoder | null {
  return prepareFields(fields, types, timeZone, reads, undefined, prepareBinaryColumn)
}

function prepareBinaryColumn(
  column: WireColumn,
  types: ResolvedColumnTypes,
  timeZone: string,
): ValueReader | null {
  switch (column.columnType) {
    case wireType.longlong:
      return LONGLONG[types.bigint]
    case wireType.float:
      return readFloat32
    case wireType.double:
      return null
    case wireType.date:
      return types.date === 'Date' ? dateReader(timeZoneOffsetMinutes(timeZone)) : null
    case wireType.datetime:
      return types.datetime === 'Date' ? dateReader(timeZoneOffsetMinutes(timeZone)) : null
    case wireType.timestamp:
      return types.datetime === 'Date'
        ? dateReader(timeZoneOffsetMinutes(timeZone))
        : fractionReader(column)
    case wireType.time:
      return fractionReader(column)
    default:
      return prepareColumn(column, types, timeZone)
  }
}

const LONGLONG: Readonly<Record<ResolvedColumnTypes['bigint'], ValueReader>> = {
  number: readCheckedInteger,
  bigint: (value) => BigInt(value as number | string),
  string: String,
}

const single = new Float32Array(1)

/** Text has the shortest decimals of a float: 0.1, not 0.10000000149011612. */
const readFloat32: ValueReader = (value) => {
  single[0] = value as number
  return toDecimals(single, [])[0]
}

/**
 * Text has every digit of a `time(3)` or `timestamp(3)`, where mysql2 leaves a fraction of 0 out; that of
 * `datetime(3)` leaves it out, too (4.2.0).
 */
function fractionReader({ decimals }: WireColumn): ValueReader | null {
  if (decimals === 0) return null
  return (value) => {
    const [whole = '', fraction = ''] = (value as string).split('.')
    return `${whole}.${fraction.padEnd(decimals, '0')}`
  }
}

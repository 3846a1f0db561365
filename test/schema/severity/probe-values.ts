/** Values that a column holds exactly, for programs that compare what two schemas make of them. */
import type { ColumnModel, ColumnTypeModel } from '../../../src/schema/schema-model.js'
import { isGeometry } from '../../../src/schema/column-shape.js'
import type { ResolvedColumnTypes } from '../../../src/types/column-type-options.js'

const integerBits: Readonly<Record<string, number>> = {
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  bigint: 64,
}

/** The least and the greatest integer of a type. */
function boundsOf({ name, unsigned }: ColumnTypeModel): readonly [bigint, bigint] {
  const bits = BigInt(integerBits[name] ?? 32)
  return unsigned ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
}

const isSafe = (value: bigint): boolean => value <= 2n ** 53n - 1n && value >= 1n - 2n ** 53n

/** The ends of what the type holds, and what it holds that is special; all of its insert type. */
export function extremesOf(type: ColumnTypeModel, types: ResolvedColumnTypes): readonly unknown[] {
  if (type.vector !== undefined) return vectorsOf(type.vector)
  const { name, length = 1, scale = 0 } = type
  const integers = boundsOf(type)
  switch (name) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
      return integers.map(Number)
    case 'bigint':
      // Read as a number, a larger one is an error.
      return types.bigint === 'number'
        ? integers.map((end) =>
            Number(isSafe(end) ? end : end < 0n ? 1n - 2n ** 53n : 2n ** 53n - 1n),
          )
        : integers
    case 'bool':
      return [true, false]
    case 'year':
      return [24, 1901, 2155]
    case 'bit':
      return length > 53 ? [0n, 2n ** BigInt(length) - 1n] : [0, 2 ** length - 1]
    case 'decimal':
      return decimalsOf(type)
    case 'float':
    case 'double':
      return floatsOf(type)
    case 'char':
    case 'varchar':
      return ['', 'x'.repeat(length), '😀'.repeat(length), 'A '.slice(0, length)]
    case 'text':
      return ['', 'x'.repeat(300)]
    case 'binary':
    case 'varbinary':
      return [Buffer.alloc(length, 255), Buffer.from([0])]
    case 'blob':
      return [Buffer.alloc(300, 255), Buffer.alloc(0)]
    case 'date':
      return ['1000-01-01', '9999-12-31']
    case 'time':
      return ['-30:01:02', `838:59:58${fraction(scale)}`]
    case 'datetime':
      return ['1000-01-01 00:00:00', `9999-12-31 23:59:58${fraction(scale)}`]
    case 'timestamp':
      return ['1970-01-02 00:00:00', `2037-12-31 23:59:58${fraction(scale)}`]
    case 'json':
      return types.json === 'string' ? ['{"a": [1, null]}'] : [{ a: [1, null, '😀'] }, 'text']
    case 'array':
      return types.json === 'string' ? ['[1, 2]'] : [[1, 2]]
    case 'uuid':
      return ['01A1FDBF-79AF-79FE-8E24-5FE74B7B5BF1']
    case 'enum':
      return type.members ?? []
    case 'set':
      return setsOf(type.members ?? [])
    default:
      return isGeometry(type) ? [plainValue({ name: '', type }, 1)] : []
  }
}

/** Values that can be written and found, but not read as a number: the ends of bigint. */
export function unreadableOf(
  type: ColumnTypeModel,
  types: ResolvedColumnTypes,
): readonly unknown[] {
  if (type.name !== 'bigint' || types.bigint !== 'number') return []
  return boundsOf(type)
    .filter((end) => !isSafe(end))
    .map(String)
}

function decimalsOf({ precision = 38, scale = 0 }: ColumnTypeModel): readonly string[] {
  const whole = '9'.repeat(precision - scale) || '0'
  const largest = scale === 0 ? whole : `${whole}.${'9'.repeat(scale)}`
  return [largest, `-${largest}`]
}

function floatsOf({ name, precision, scale = 0 }: ColumnTypeModel): readonly number[] {
  if (precision !== undefined) return [10 ** (precision - scale) - 1, 0.5, -0.25]
  return name === 'float'
    ? [0.1, 3.4e38, -16777216]
    : [0.1, 1.7e308, 0.123456789012345, 2 ** 53 - 1]
}

function fraction(scale: number): string {
  return scale === 0 ? '' : `.${'123456'.slice(0, scale)}`
}

function setsOf(members: readonly string[]): readonly string[] {
  return ['', ...members, members.toReversed().join(',')]
}

function vectorsOf({
  element,
  dimension,
}: NonNullable<ColumnTypeModel['vector']>): readonly (readonly number[])[] {
  const sample: Readonly<Record<string, number>> = {
    f32: 0.1,
    f64: 0.123456789012345,
    f16: 0.5,
    bf16: 0.5,
  }
  return [Array.from({ length: dimension }, (_, at) => (at === 0 ? 120 : (sample[element] ?? 3)))]
}

/** An ordinary value, another for each row as far as there are some. */
export function plainValue(
  { name, type }: Pick<ColumnModel, 'name' | 'type'>,
  row: number,
): unknown {
  // Rows of a parent with the keys 1 and 2 are always there.
  if (name === 'pid') return 1 + (row % 2)
  if (type.vector !== undefined) return Array.from({ length: type.vector.dimension }, () => row % 9)
  const { length = 1, members } = type
  if (members !== undefined) return members[row % members.length]
  switch (type.name) {
    case 'bool':
      return row % 2 === 0
    case 'bit':
      return length > 53 ? BigInt(row) : row % 2 ** Math.min(length, 7)
    case 'year':
      return 2000 + row
    case 'decimal':
      return (type.precision ?? 38) - (type.scale ?? 0) > 1 ? String(row) : String(row % 10)
    case 'float':
    case 'double':
      return row
    case 'char':
    case 'varchar':
    case 'text':
      return `hello w${row}`.slice(0, type.length ?? 99)
    case 'binary':
    case 'varbinary':
    case 'blob':
      return Buffer.from([row])
    case 'date':
      return `2024-01-${String(1 + (row % 28)).padStart(2, '0')}`
    case 'time':
      return `10:11:${String(row % 60).padStart(2, '0')}`
    case 'datetime':
    case 'timestamp':
      return `2024-01-02 03:04:${String(row % 60).padStart(2, '0')}`
    case 'json':
      return `{"row": ${row}}`
    case 'array':
      return `[${row}]`
    case 'uuid':
      return `01a1fdbf-79af-79fe-8e24-5fe74b7b5${String(row).padStart(3, '0')}`
    case 'linestring':
      return `LINESTRING(0 0,1 ${row})`
    default:
      return isGeometry(type) ? `POINT(${row} 2)` : row
  }
}

/** A read value as text; equal values have equal texts. */
export function valueText(value: unknown, type: ColumnTypeModel): string {
  if (value === null || value === undefined) return String(value)
  if (value instanceof Date) return value.toISOString()
  if (Buffer.isBuffer(value)) return `0x${value.toString('hex')}`
  if (ArrayBuffer.isView(value)) return JSON.stringify([...(value as Float64Array)])
  if (typeof value === 'string' && digitsDoNotCount.has(type.name)) {
    return value.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
  }
  if (typeof value === 'string' || typeof value === 'bigint') return `${value}`
  return JSON.stringify(value)
}

/** '1.5' and '1.50' are one number, '10:11:12' and '10:11:12.000' one time. */
const digitsDoNotCount: ReadonlySet<string> = new Set(['decimal', 'time', 'datetime', 'timestamp'])

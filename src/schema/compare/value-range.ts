/**
 * The values that a column holds exactly, and whether another column holds them too: it refuses none,
 * cuts none, and gives back what was written.
 *
 * Digits after the point are only held against a column when it has fewer of them: '1.50' and '1.5000'
 * are one number, '10:11:12' and '10:11:12.000' one time.
 */
import { canonicalJson } from '../canonical-json.js'
import { isGeometry } from '../column-shape.js'
import type { ColumnTypeModel } from '../schema-model.js'
import type { VectorElement } from '../../types/vector-elements.js'

/** Whether a column of the first type holds every value of one of the second. */
export function holdsValuesOf(now: ColumnTypeModel, before: ColumnTypeModel): boolean {
  const [numbers, older] = [numberRange(now), numberRange(before)]
  if (numbers !== undefined && older !== undefined) return holdsNumbers(numbers, older)
  if (!isSameKind(now, before)) return false
  const [kind] = kindOf(before)
  switch (kind) {
    case 'text':
    case 'bytes':
      return (now.length ?? Infinity) >= (before.length ?? Infinity)
    case 'time':
    case 'datetime':
    case 'timestamp':
      return (now.scale ?? 0) >= (before.scale ?? 0)
    case 'enum':
    case 'set':
      return (before.members ?? []).every((member, at) => now.members?.[at] === member)
    case 'shape':
      return true
    case 'vector':
      return widerElements(before).includes(now.vector?.element ?? 'uint8')
    default:
      return canonicalJson(now) === canonicalJson(before)
  }
}

/**
 * Whether values of both types mean the same, whatever room they have: all that a column which is
 * only read needs beside its TypeScript type.
 */
export function isSameKind(now: ColumnTypeModel, before: ColumnTypeModel): boolean {
  return canonicalJson(kindOf(now)) === canonicalJson(kindOf(before))
}

/** The kind of value, and what makes values of one kind incomparable. */
function kindOf(
  type: ColumnTypeModel,
): readonly [kind: string, detail?: string | number | undefined] {
  if (type.vector) return ['vector', type.vector.dimension]
  if (numberRange(type) !== undefined) return ['number']
  switch (type.name) {
    case 'char':
    case 'varchar':
    case 'text':
      // MatrixOne keeps the trailing blanks of char too (4.2.0).
      return ['text']
    case 'varbinary':
    case 'blob':
      return ['bytes']
    case 'binary':
      // Shorter values are filled up with zero bytes.
      return ['binary', type.length]
    case 'array':
      return ['array', type.arrayOf]
    case 'set':
      return ['set', type.bitmask ? 'mask' : 'text']
    default:
      // A point column takes a LINESTRING too (4.2.0); geometry32 is stored in another way.
      return isGeometry(type) && !type.name.endsWith('32')
        ? ['shape', type.srid]
        : [type.name, type.srid]
  }
}

/** Numbers from `-max` (or `min`) to `max`, in steps of a digit after the point. */
interface NumberRange {
  readonly min: number
  readonly max: number
  /** Digits after the point. */
  readonly scale: number
  /** Significant decimal digits that always survive; whole numbers up to `whole` do too. */
  readonly digits: number
  readonly whole: number
}

/** `year` takes 24 for 2024, so it is not one of them. */
function numberRange(type: ColumnTypeModel): NumberRange | undefined {
  const { name, length = 1, precision = 38, scale = 0 } = type
  const bits = integerBits[name] ?? (name === 'bit' ? length : undefined)
  if (bits !== undefined) {
    const isUnsigned = type.unsigned === true || name === 'bit'
    const max = isUnsigned ? 2 ** bits : 2 ** (bits - 1)
    return exact(isUnsigned ? 0 : -max, max - 1, 0)
  }
  if (name === 'decimal')
    return exact(-(10 ** (precision - scale)), 10 ** (precision - scale), scale)
  const float = floats[name]
  if (float === undefined || type.precision === undefined) return float
  const max = 10 ** (precision - scale)
  return { ...float, min: -max, max, scale }
}

function exact(min: number, max: number, scale: number): NumberRange {
  return { min, max, scale, digits: Infinity, whole: Infinity }
}

const integerBits: Readonly<Record<string, number>> = {
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  bigint: 64,
}

const floats: Readonly<Record<string, NumberRange>> = {
  float: { min: -Infinity, max: Infinity, scale: Infinity, digits: 6, whole: 2 ** 24 },
  double: { min: -Infinity, max: Infinity, scale: Infinity, digits: 15, whole: 2 ** 53 },
}

function holdsNumbers(now: NumberRange, before: NumberRange): boolean {
  if (before.min < now.min || before.max > now.max || before.scale > now.scale) return false
  if (before.digits <= now.digits) return true
  const largest = Math.max(-before.min, before.max)
  if (before.scale === 0) return largest <= now.whole
  return largest * 10 ** before.scale <= 10 ** now.digits
}

/** The element types that hold every element of a column's vectors, its own among them. */
function widerElements({ vector }: ColumnTypeModel): readonly VectorElement[] {
  return wider[vector?.element ?? ''] ?? []
}

const wider: Readonly<Record<string, readonly VectorElement[]>> = {
  f64: ['f64'],
  f32: ['f32', 'f64'],
  bf16: ['bf16', 'f32', 'f64'],
  f16: ['f16', 'f32', 'f64'],
  int8: ['int8', 'bf16', 'f16', 'f32', 'f64'],
  uint8: ['uint8', 'bf16', 'f16', 'f32', 'f64'],
}

/**
 * A vector on its way into a column of which the schema value knows the type. Its bytes as base64 are a
 * third of its text, and neither side has to format or parse a number: an INSERT takes half the time.
 *
 * The server checks neither the length nor the elements of `vecf32_from_base64` (4.2.0: a vector of another
 * dimension is stored, and every distance over the table fails afterwards), so both are checked here, at the
 * last moment: a typed array may have changed since its query was compiled.
 */
import { ValueError } from '../errors.js'
import { writeFloat32Vector, writeFloat64Vector } from './vector-text.js'

/** Element types that MatrixOne gives and takes as base64. */
export type Base64Element = 'f32' | 'f64'

/** The vector columns whose bytes can travel as they are. */
export interface Base64Column {
  readonly element: Base64Element
  readonly dimension: number
}

/** The order of bytes in which the server keeps its vectors, and typed arrays where this machine does. */
export const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** A vector of a known column. */
export class ColumnVector {
  readonly column: Base64Column
  readonly values: ArrayLike<number>

  constructor(column: Base64Column, values: ArrayLike<number>) {
    this.column = column
    this.values = values
  }

  /** For logs. */
  toJSON(): readonly number[] {
    return Array.from(this.values)
  }
}

/**
 * Writes a vector as SQL.
 *
 * ```sql
 * vecf32_from_base64('AACAPwAAAEA=')
 * ```
 *
 * @param asBase64 whether the server has the function: 4.1 and later
 * @throws {ValueError} for a vector of another length, or with NaN or an infinity
 */
export function writeColumnVector({ column, values }: ColumnVector, asBase64: boolean): string {
  const { element, dimension } = column
  checkLength(values, dimension)
  const bytes = asBase64 && isLittleEndian ? toBytes(element, values) : undefined
  if (bytes !== undefined) return `vec${element}_from_base64('${bytes.toString('base64')}')`
  const text =
    values instanceof Float32Array ? writeFloat32Vector(values) : writeFloat64Vector(values)
  return `'${text}'`
}

/** @throws {ValueError} for a vector of another length than its column's */
export function checkLength({ length }: ArrayLike<number>, dimension: number): void {
  if (length === dimension) return
  throw new ValueError(`a vector of ${length} elements does not fit a column of ${dimension}.`)
}

/** The bytes as the server keeps them; undefined where they would not be those of the text. */
function toBytes(element: Base64Element, values: ArrayLike<number>): Buffer | undefined {
  const numbers = toElements(element, values)
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] as number
    // Only text has the words for it.
    if (!Number.isFinite(number)) return undefined
    if (number !== values[index] && isMidway(values[index] as number, number)) return undefined
  }
  return bytesOf(numbers)
}

/** The elements as a column keeps them; an array of its own type is not copied. */
export function toElements(
  element: Base64Element,
  values: ArrayLike<number>,
): Float32Array | Float64Array {
  if (element === 'f32') {
    return values instanceof Float32Array ? values : Float32Array.from(values)
  }
  return values instanceof Float64Array ? values : Float64Array.from(values)
}

/** The bytes of the elements, not copied. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/**
 * Whether a number is halfway between two float32: the server rounds its decimal text, which is a little
 * above or below, and the two could differ.
 */
function isMidway(number: number, rounded: number): boolean {
  const mirrored = 2 * number - rounded
  return Math.fround(mirrored) === mirrored
}

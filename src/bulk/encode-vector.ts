/**
 * Vectors as the base64 of their bytes: an eighth of the text's cost for this client, and less for the server,
 * which parses no number (4.2.0). It checks neither length nor elements of `vecf32_from_base64`: a vector of
 * another dimension is stored, and every distance over the table fails afterwards. So both are checked here.
 */
import { ValueError } from '../errors.js'
import { isLittleEndian } from '../sql/column-vector.js'

/** The column of a vector: `vecf32` or `vecf64`, and its dimension. */
interface VectorColumn {
  readonly type: string
  readonly size: number
}

/** Types that the server reads from base64. */
const FROM_BASE64: Readonly<Record<string, string>> = {
  vecf32: 'vecf32_from_base64',
  vecf64: 'vecf64_from_base64',
}

/** The function that reads a column's vectors from base64; undefined where there is none. */
export function fromBase64(type: string): string | undefined {
  return isLittleEndian && Object.hasOwn(FROM_BASE64, type) ? FROM_BASE64[type] : undefined
}

/**
 * Writes a vector as base64.
 *
 * @throws {ValueError} for a vector of another dimension, with NaN or an infinity, or that is not one
 */
export function encodeVector(value: unknown, { type, size }: VectorColumn): string {
  const given = typeof value === 'string' ? parseVector(value) : value
  if (!isNumbers(given)) throw new ValueError(`a ${nameOf(given)} is not a vector.`)
  if (given.length !== size) {
    throw new ValueError(`a vector of ${given.length} elements does not fit a column of ${size}.`)
  }
  const values = type === 'vecf32' ? toFloat32(given) : toFloat64(given)
  for (let index = 0; index < values.length; index++) {
    const element = values[index]
    if (Number.isFinite(element)) continue
    throw new ValueError(
      `a vector with ${given[index]} at position ${index} cannot be searched or indexed. Every element must be ` +
        'a finite number of its column.',
    )
  }
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}

function toFloat32(values: ArrayLike<number>): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values)
}

function toFloat64(values: ArrayLike<number>): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values)
}

/** The text of a vector is JSON. */
function parseVector(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  if (value instanceof Float32Array || value instanceof Float64Array) return true
  return Array.isArray(value) && value.every((each) => typeof each === 'number')
}

function nameOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value
}

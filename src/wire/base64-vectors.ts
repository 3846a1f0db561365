/**
 * Reads vectors from the base64 of their bytes, `to_base64(embedding)`: four times as fast as their text,
 * of which the server formats and the client parses every number. The values are those of the text.
 */
import { ValueError } from '../errors.js'
import type { Base64Column, Base64Element } from '../sql/column-vector.js'
import type { ResolvedColumnTypes } from '../types/column-type-options.js'
import { toDecimals } from './float32-decimals.js'
import type { ValueReader } from './wire-readers.js'

type Choice = ResolvedColumnTypes['vector']

/** The reader of a column for a choice of `types.vector`. */
export function base64Reader({ element, dimension }: Base64Column, choice: Choice): ValueReader {
  const finish = FINISH[element][choice]
  return (text, column) => finish(decode(text as string, element, dimension, column))
}

type Numbers = Float32Array | Float64Array

/**
 * Text has the shortest decimals of a float32, and a number or float64 read from it is that decimal: 0.1,
 * not 0.10000000149011612.
 */
const FINISH: Readonly<
  Record<Base64Element, Readonly<Record<Choice, (read: Numbers) => unknown>>>
> = {
  f32: {
    'number[]': (read) => toDecimals(read as Float32Array, []),
    Float32Array: (read) => read,
    Float64Array: (read) => toDecimals(read as Float32Array, new Float64Array(read.length)),
  },
  f64: {
    'number[]': (read) => Array.from(read),
    Float32Array: (read) => Float32Array.from(read),
    Float64Array: (read) => read,
  },
}

function decode(text: string, element: Base64Element, dimension: number, column: string): Numbers {
  const numbers = element === 'f32' ? new Float32Array(dimension) : new Float64Array(dimension)
  const bytes = Buffer.from(numbers.buffer)
  const isWhole = text.length === Math.ceil(bytes.length / 3) * 4
  if (isWhole && bytes.write(text, 'base64') === bytes.length && isPadded(text, bytes.length)) {
    return numbers
  }
  throw new ValueError(
    `Column ${JSON.stringify(column)} holds a vector of another type or length than vec${element}(${dimension}), ` +
      'which the schema value says. Generate the schema value again, or read vectors as text: ' +
      "new MatrixOne({ vectors: 'text' }).",
  )
}

/** Whether the padding at the end is that of so many bytes: one or two more would fit the same length. */
function isPadded(text: string, bytes: number): boolean {
  const padding = (3 - (bytes % 3)) % 3
  return text.endsWith('='.repeat(padding)) && text.charCodeAt(text.length - padding - 1) !== EQUALS
}

const EQUALS = 0x3d

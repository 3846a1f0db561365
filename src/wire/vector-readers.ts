/**
 * Reads vectors from their text `[1, 2.5, NaN]`, decoded as Latin-1 because that is the fastest.
 * `JSON.parse` is about as fast as a parser of our own would be (768 elements: 45 µs against 40), and
 * NaN and the infinities, which are rare and not JSON, are handled when it has failed.
 *
 * The hidden `__mo_rowid` carries the same wire type but is not a vector (4.2.0); its text is returned
 * unchanged.
 */
import type { ResolvedColumnTypes } from '../types/column-type-options.js'
import type { ValueReader } from './wire-readers.js'

const readNumbers = (value: unknown): unknown => {
  const text = value as string
  if (text.charCodeAt(0) !== 0x5b) return asUtf8(text)
  try {
    return JSON.parse(text) as number[]
  } catch {
    return readUnusualNumbers(text)
  }
}

function readUnusualNumbers(text: string): readonly number[] | string {
  if (!/^\[[\d., eE+\-NaInf]*\]$/.test(text)) return asUtf8(text)
  return text
    .slice(1, -1)
    .split(',')
    .map((element) => Number(element.replace('Inf', 'Infinity')))
}

function asUtf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8')
}

const readFloat32Array: ValueReader = (value) => {
  const numbers = readNumbers(value)
  return Array.isArray(numbers) ? Float32Array.from(numbers as number[]) : numbers
}

const readFloat64Array: ValueReader = (value) => {
  const numbers = readNumbers(value)
  return Array.isArray(numbers) ? Float64Array.from(numbers as number[]) : numbers
}

/** The reader for each choice of `types.vector`. */
export const vectorReaders: Readonly<Record<ResolvedColumnTypes['vector'], ValueReader>> = {
  'number[]': readNumbers,
  Float32Array: readFloat32Array,
  Float64Array: readFloat64Array,
}

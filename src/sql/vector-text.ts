/**
 * Writes vectors as the text that MatrixOne reads: `[1,2.5]`. NaN and the infinities are refused:
 * 4.2.0 stores them, and afterwards index builds fail with a server panic and mysql2 reads 3520.
 */
import { ValueError } from '../errors.js'

const powersOfTen = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

const SMALLEST_NORMAL = 2 ** -126

/** Writes numbers with all digits of their float64 values. */
export function writeFloat64Vector(values: ArrayLike<number>): string {
  let text = '['
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number
    if (!Number.isFinite(value)) throw notFinite(value, index)
    const digits = value === 0 && 1 / value < 0 ? '-0' : `${value}`
    text += index === 0 ? digits : `,${digits}`
  }
  return `${text}]`
}

/** Writes float32 values with the fewest digits that read back as the same float32. */
export function writeFloat32Vector(values: Float32Array): string {
  let text = '['
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number
    if (!Number.isFinite(value)) throw notFinite(value, index)
    text += index === 0 ? shortestFloat32(value) : `,${shortestFloat32(value)}`
  }
  return `${text}]`
}

/** The fewest digits that read back as the same float32. */
export function shortestFloat32(value: number): string {
  if (Number.isInteger(value) && value !== 0 && Math.abs(value) <= 0x1000000) return `${value}`
  if (value === 0) return 1 / value < 0 ? '-0' : '0'
  const exponent = Math.floor(Math.log10(Math.abs(value)))
  // Nine digits identify every float32, most need eight or nine; six hold for all but subnormal ones.
  const fewest = Math.abs(value) < SMALLEST_NORMAL ? 1 : 6
  for (let digits = fewest; digits <= 9; digits++) {
    const power = digits - 1 - exponent
    const candidate =
      power >= 0 && power <= 22
        ? Math.round(value * (powersOfTen[power] as number)) / (powersOfTen[power] as number)
        : Number(value.toPrecision(digits))
    // A hair's breadth beyond the candidate must round to the same float32 too: the server rounds the
    // decimal text itself, the check here rounds its float64, and on a midpoint the two could differ.
    if (Math.fround(value + (candidate - value) * 1.000001) === value) return `${candidate}`
  }
  return value.toPrecision(9)
}

function notFinite(value: number, index: number): ValueError {
  return new ValueError(
    `a vector with ${value} at position ${index} cannot be searched or indexed. Every element must be a finite number.`,
  )
}

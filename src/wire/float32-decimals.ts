/**
 * The shortest decimals of float32 values, as numbers: what `JSON.parse` makes of the text that the server
 * writes, without the text.
 */

const powersOfTen = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** Whole values are their own shortest decimals up to here, and from here on all values are whole. */
const WHOLE = 2 ** 24

/** From here on nine digits are scaled by a power of ten of at most 22, which is exact. */
const LEAST = 1e-13

const LOG10_2 = Math.log10(2)

/** By the exponent in the bits: the power of ten of the leading digit, for the least value with it. */
const decimalExponents = Int8Array.from({ length: 256 }, (_, biased) =>
  Math.floor((biased - 127) * LOG10_2),
)

/**
 * Fills an array with the shortest decimals of some float32 values.
 *
 * @example
 * toDecimals(Float32Array.of(0.1), [])  // [0.1]; the value itself is 0.10000000149011612
 */
export function toDecimals<Target extends number[] | Float64Array>(
  values: Float32Array,
  target: Target,
): Target {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number
    const size = value < 0 ? -value : value
    const pattern = bits[index] as number
    // Below a power of two its neighbour is nearer than above. NaN is not between the bounds either.
    if (size >= LEAST && size < WHOLE && (pattern & 0x7fffff) !== 0) {
      const decimal = toDecimal(size, decimalExponents[(pattern >>> 23) & 0xff] as number)
      target[index] = value < 0 ? -decimal : decimal
    } else target[index] = Number.isInteger(value) && size <= WHOLE ? value : toDecimalByText(value)
  }
  return target
}

/** @param exponent of the leading digit, or one less */
function toDecimal(size: number, exponent: number): number {
  // The places behind the point of eight digits.
  let places = 7 - exponent
  if (
    exponent < 0
      ? size * (powersOfTen[-exponent - 1] as number) >= 1
      : size >= (powersOfTen[exponent + 1] as number)
  )
    places -= 1
  let decimal = roundTo(size, places)
  if (Math.fround(decimal) !== size) return roundTo(size, places + 1)
  while (places > 0) {
    places -= 1
    const shorter = roundTo(size, places)
    if (Math.fround(shorter) !== size) break
    decimal = shorter
  }
  return decimal
}

/** Rounds to places behind the point, halfway to the even digit as the server does. */
function roundTo(size: number, places: number): number {
  const scale = powersOfTen[places] as number
  const scaled = size * scale
  let whole = (scaled + 0.5) | 0
  if (whole - scaled === 0.5 && (whole & 1) === 1) whole -= 1
  return whole / scale
}

/** The same for the rest: very large, very small and powers of two. */
function toDecimalByText(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value
  for (let digits = 1; digits < 9; digits++) {
    const [mantissa = '', exponent = '0'] = value.toExponential(digits - 1).split('e')
    const whole = Math.round(Number(mantissa) * (powersOfTen[digits - 1] as number))
    const last = Number(exponent) - digits + 1
    const near = Number(`${whole}e${last}`)
    if (Math.fround(near) === value) return near
    const other = Number(
      `${Math.abs(near) < Math.abs(value) === value > 0 ? whole + 1 : whole - 1}e${last}`,
    )
    if (Math.fround(other) === value) return other
  }
  return Number(value.toPrecision(9))
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toDecimals } from '../../src/wire/float32-decimals.js'

/** Every float32 that is a number, by its bits. */
const float32 = fc
  .integer({ min: 0, max: 2 ** 32 - 1 })
  .map((bits) => new Float32Array(Uint32Array.of(bits).buffer)[0] as number)
  .filter(Number.isFinite)

const decimalOf = (value: number): number => {
  const [decimal = NaN] = toDecimals(Float32Array.of(value), new Array<number>())
  return decimal
}

/** All decimals of so many digits beside a value. */
function beside(value: number, digits: number): readonly number[] {
  const [mantissa = '', exponent = '0'] = value.toExponential(digits - 1).split('e')
  const whole = Number(mantissa.replace('.', ''))
  const last = Number(exponent) - digits + 1
  return [whole - 1, whole, whole + 1].map((each) => Number(`${each}e${last}`))
}

const digitsOf = (decimal: number): number =>
  decimal.toExponential().split('e')[0]?.replace(/[-.]/g, '').length ?? 0

describe('the shortest decimal of a float32', () => {
  it.each([
    [Math.fround(0.1), 0.1],
    [-Math.fround(3.3), -3.3],
    [16_777_216, 16_777_216],
    [3.4028234663852886e38, 3.4028235e38],
    [1.401298464324817e-45, 1e-45],
    // Halfway between two decimals the server takes the even one.
    [2_666_320.25, 2_666_320.2],
    [-0, -0],
    [NaN, NaN],
    [Infinity, Infinity],
  ])('of %s is %s', (value, decimal) => {
    expect(decimalOf(value)).toBe(decimal)
  })

  it('is the same float32 again', () => {
    fc.assert(fc.property(float32, (value) => Object.is(Math.fround(decimalOf(value)), value)))
  })

  it('has no shorter one beside it', () => {
    fc.assert(
      fc.property(float32, (value) => {
        const digits = digitsOf(decimalOf(value))
        fc.pre(value !== 0 && digits > 1 && !Number.isInteger(value))
        return beside(value, digits - 1).every((other) => Math.fround(other) !== value)
      }),
    )
  })

  it('is written into a Float64Array as well', () => {
    expect(toDecimals(Float32Array.of(0.1, -2.5), new Float64Array(2))).toEqual(
      Float64Array.of(0.1, -2.5),
    )
  })
})

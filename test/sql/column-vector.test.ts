import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ValueError } from '../../src/errors.js'
import { type Base64Column, ColumnVector } from '../../src/sql/column-vector.js'
import { toLiteral } from '../../src/sql/literals.js'
import { showValue } from '../../src/sql/show-values.js'

const two: Base64Column = { element: 'f32', dimension: 2 }
const twoDoubles: Base64Column = { element: 'f64', dimension: 2 }

const write = (column: Base64Column, values: ArrayLike<number>, decodesVectors = true): string =>
  toLiteral(new ColumnVector(column, values), { timeZone: '+00:00', decodesVectors }, 3)

describe('a vector for a known column', () => {
  it('is written as the bytes of the elements of its column', () => {
    expect(write(two, [1, 2])).toBe("vecf32_from_base64('AACAPwAAAEA=')")
    expect(write(two, Float64Array.of(1, 2))).toBe("vecf32_from_base64('AACAPwAAAEA=')")
    expect(write(twoDoubles, Float32Array.of(1, 2))).toBe(
      "vecf64_from_base64('AAAAAAAA8D8AAAAAAAAAQA==')",
    )
    const part = new Float32Array([9, 1, 2]).subarray(1)
    expect(write(two, part)).toBe("vecf32_from_base64('AACAPwAAAEA=')")
  })

  it('is written as text for a server without the function', () => {
    expect(write(two, [0.1, 2], false)).toBe("'[0.1,2]'")
  })

  it('is written as text when an element is halfway between two float32', () => {
    const halfway = 1 + 2 ** -24
    expect(write(two, [halfway, 2])).toBe(`'[${halfway},2]'`)
    expect(write(two, [halfway * 2 ** -1, 2])).toBe(`'[${halfway / 2},2]'`)
    expect(write(two, [2 ** -150, 2])).toBe(`'[${2 ** -150},2]'`)
    expect(write(twoDoubles, [halfway, 2])).toMatch(/^vecf64_from_base64/)
  })

  it.each([
    [two, [1], 'a vector of 1 elements does not fit a column of 2.'],
    [two, [NaN, 1], 'a vector with NaN at position 0'],
    [twoDoubles, [1, -Infinity], 'a vector with -Infinity at position 1'],
  ] as const)(
    'is refused when it has changed since it was checked: %j %j',
    (column, values, why) => {
      expect(() => write(column, values)).toThrow(ValueError)
      expect(() => write(column, values)).toThrow(`Parameter 3 cannot be sent: ${why}`)
    },
  )

  it('holds the float32 that the text of its numbers holds', () => {
    const numbers = fc.array(fc.double({ min: -3e38, max: 3e38, noNaN: true }), {
      minLength: 2,
      maxLength: 2,
    })
    fc.assert(
      fc.property(numbers, (values) => {
        const [, base64] = /^vecf32_from_base64\('(.*)'\)$/.exec(write(two, values)) ?? []
        if (base64 === undefined) return
        const bytes = Buffer.from(base64, 'base64')
        expect([0, 4].map((at) => bytes.readFloatLE(at))).toEqual(values.map(Math.fround))
      }),
    )
  })

  it('is shown and logged as its numbers', () => {
    const vector = new ColumnVector(two, Float32Array.of(1, 2))
    expect(showValue(vector)).toBe('[1, 2]')
    expect(JSON.stringify(vector)).toBe('[1,2]')
  })
})

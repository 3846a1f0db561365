import { describe, expect, it } from 'vitest'
import {
  memberReader,
  parseKeepingNumbers,
} from '../../../src/dialect/json-relations/decode-relation.js'
import { defaultColumnTypes } from '../../../src/types/column-type-options.js'

const bit = (columnLength: number, how: 'digits' | 'base64') =>
  memberReader(
    { columnType: 0x10, columnLength, characterSet: 63, decimals: 0 } as Parameters<
      typeof memberReader
    >[0],
    defaultColumnTypes,
    '+00:00',
    false,
    how,
  )

describe('a BIT within JSON', () => {
  it.each([
    [1, '"1"', '"AQ=="', 1],
    [9, '"257"', '"AQE="', 257],
    [64, '"18446744073709551615"', '"//////////8="', 18446744073709551615n],
  ])('of %i bits is read as MatrixOne 4.1 and 4.2 write it', (length, digits, base64, value) => {
    expect(bit(length, 'digits')(parseKeepingNumbers(digits), 'flags')).toBe(value)
    expect(bit(length, 'base64')(parseKeepingNumbers(base64), 'flags')).toBe(value)
  })

  it('of 24 bits is the same text for two numbers, so the version has to decide', () => {
    expect(bit(24, 'digits')('1234', 'flags')).toBe(1234)
    expect(bit(24, 'base64')('1234', 'flags')).toBe(0xd76df8)
  })
})

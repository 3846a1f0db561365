import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { typeText } from '../../../src/schema/type-text.js'
import {
  decodeType,
  decodeTypeBytes,
  splitMembers,
} from '../../../src/managers/metadata/decode-type.js'

const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0')

const zigzag = (value: number): string => hex(((value << 1) ^ (value >> 31)) >>> 0, 8)

const encode = (oid: number, width: number, scale: number): string =>
  hex(oid, 4) + '0000'.repeat(3) + zigzag(0) + zigzag(width) + zigzag(scale)

describe('atttyp', () => {
  it('holds its numbers zigzag-encoded: read plainly, int would have 64 bits and scale 1 (the trap)', () => {
    const int = '0016000000000000000000080000004000000001'
    expect(Number.parseInt(int.slice(24, 32), 16)).toBe(64)
    expect(decodeTypeBytes(int)).toEqual({ oid: 22, width: 32, scale: -1 })
  })

  it('is read back as it was encoded', () => {
    const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    fc.assert(
      fc.property(fc.nat({ max: 0xffff }), int32, int32, (oid, width, scale) => {
        expect(decodeTypeBytes(encode(oid, width, scale))).toEqual({ oid, width, scale })
      }),
    )
  })

  it('that is not 40 hexadecimal digits is an unknown type, never a wrong one', () => {
    for (const text of ['', '0016', 'zz'.repeat(20), '00'.repeat(21)]) {
      expect(decodeType(text, '').name).toBe('unknown')
    }
    expect(decodeType(encode(999, 0, 0), '').name).toBe('unknown')
  })
})

describe('a type that shares its oid with another', () => {
  it('is a SET, not bigint unsigned, when it has members', () => {
    expect(typeText(decodeType(encode(28, 64, -1), ''))).toBe('bigint unsigned')
    expect(decodeType(encode(28, 0, 0), 'a,b')).toMatchObject({
      name: 'set',
      members: ['a', 'b'],
    })
  })

  it('is an ARRAY, not json, when it has an element type', () => {
    expect(typeText(decodeType(encode(62, 0, 0), ''))).toBe('json')
    expect(decodeType(encode(62, 0, 0), 'array(varchar(10))')).toMatchObject({
      name: 'array',
      arrayOf: 'varchar(10)',
    })
  })

  it('is a point by scale on 4.2 and by attr_enum on 3.0', () => {
    expect(typeText(decodeType(encode(67, 0, 1), ''))).toBe('point')
    expect(typeText(decodeType(encode(67, 4327, 1), ''))).toBe('point srid 4326')
    expect(typeText(decodeType(encode(67, 0, 0), 'POINT'))).toBe('point')
  })
})

describe('enum members', () => {
  it('are split at every comma, as the server itself does on 4.x', () => {
    expect(splitMembers('x,y,z,')).toEqual(['x', 'y', 'z', ''])
  })

  it('keep their commas in the JSON form of 3.0', () => {
    expect(splitMembers('\0enumjson:["x,y","z"]')).toEqual(['x,y', 'z'])
  })

  it('are what was declared, for any members without a comma', () => {
    const member = fc
      .string({ unit: 'grapheme' })
      .filter((text) => !text.includes(',') && !text.startsWith('\0'))
    fc.assert(
      fc.property(fc.array(member, { minLength: 1 }), (members) => {
        expect(splitMembers(members.join(','))).toEqual(members)
      }),
    )
  })
})

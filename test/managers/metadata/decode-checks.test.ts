import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeChecks } from '../../../src/managers/metadata/decode-checks.js'

/** `create table ck (a int primary key, b int check (b > 0), …, check (a < b))` on 4.2.0. */
const recorded =
  '0803508040588002' +
  '920188010A0A5F5F6D6F5F63686B5F3112710A02080A3A6B0A0920808080802042013E12150A0F0816202028FFFFFFFFFFFFFFFFFF01' +
  '2A02100112470A1108161001202028FFFFFFFFFFFFFFFFFF013A320A0D2080808080D002420463617374120A0A04081710011202280012' +
  '150A1108161001202028FFFFFFFFFFFFFFFFFF015A001A07606260203E2030'

function field(number: number, bytes: Uint8Array): number[] {
  return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes]
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
}

const hex = (bytes: readonly number[]): string => Buffer.from(bytes).toString('hex')

describe('the CHECK constraints in extra_info', () => {
  it('are read from bytes of a server, without an invented name', () => {
    expect(decodeChecks(recorded)).toEqual([{ expression: '`b` > 0' }])
    expect(decodeChecks('0803508040588002')).toEqual([])
    expect(decodeChecks('')).toEqual([])
  })

  it('are read with any name and text, sorted, whatever stands between them', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 20, maxLength: 400 })
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, text), { selector: ([key]) => key, minLength: 1 }),
        (checks) => {
          const utf8 = new TextEncoder()
          const message = checks.flatMap(([key, expression]) => [
            ...field(
              18,
              Uint8Array.from([
                ...field(1, utf8.encode(key)),
                ...field(2, Uint8Array.from([8, 1])),
                ...field(3, utf8.encode(expression)),
              ]),
            ),
            7 * 8,
            200,
            1,
          ])
          const read = decodeChecks(hex([...varint(8), 3, ...message]))
          expect(new Map(read.map((check) => [check.name, check.expression]))).toEqual(
            new Map(checks),
          )
        },
      ),
    )
  })

  it('are none in bytes that mean something else, without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Array.isArray(decodeChecks(hex([...bytes])))).toBe(true)
      }),
    )
  })
})

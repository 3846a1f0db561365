import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PayloadReader } from '../../../src/testing/wire/payload-reader.js'
import { PayloadWriter } from '../../../src/testing/wire/payload-writer.js'

describe('length-encoded values', () => {
  it('integers of every width come back, and NULL does', () => {
    fc.assert(
      fc.property(fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), (value) => {
        const reader = new PayloadReader(new PayloadWriter().lenencInteger(value).build())
        expect(reader.lenencInteger()).toBe(value)
        expect(reader.ended).toBe(true)
      }),
    )
  })

  it.each([
    [250n, 1],
    [251n, 3],
    [65_535n, 3],
    [65_536n, 4],
    [16_777_215n, 4],
    [16_777_216n, 9],
    [2n ** 64n - 1n, 9],
  ])('%d takes %d bytes', (value, bytes) => {
    const payload = new PayloadWriter().lenencInteger(value).build()
    expect(payload.length).toBe(bytes)
    expect(new PayloadReader(payload).lenencInteger()).toBe(value)
  })

  it('texts in a row come back in order', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: 'binary', maxLength: 300 }))), (texts) => {
        const writer = new PayloadWriter()
        const written = texts.map((text) => (text === null ? null : Buffer.from(text, 'utf8')))
        for (const bytes of written) writer.lenencBytes(bytes)
        const reader = new PayloadReader(writer.build())
        expect(written.map(() => reader.lenencBytes())).toEqual(written)
      }),
    )
  })

  it('a payload that ends within a field is a RangeError, never a short value', () => {
    const payload = new PayloadWriter().lenencText('abc').build().subarray(0, 3)
    expect(() => new PayloadReader(payload).lenencBytes()).toThrow(RangeError)
  })
})

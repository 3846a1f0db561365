import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dateOfMoTs,
  moTsOf,
  readUtcText,
  writeTimeHint,
  writeUtcText,
} from '../../src/sql/time-hint.js'

const moTs = fc.bigInt({ min: 0n, max: 253_402_300_799_999_999_999n })

describe('an instant as UTC text', () => {
  it('is read back to the nanosecond', () => {
    fc.assert(
      fc.property(moTs, (instant) => {
        expect(readUtcText(writeUtcText(instant))).toBe(instant)
      }),
    )
  })

  it('is read with trailing zeros cut, as the server writes it', () => {
    fc.assert(
      fc.property(moTs, (instant) => {
        const cut = writeUtcText(instant).replace(/\.?0{1,9}$/, '')
        expect(readUtcText(`${cut} +0000 UTC`)).toBe(instant)
      }),
    )
  })

  it('is a Date to the millisecond', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(dateOfMoTs(moTsOf(date))).toEqual(date)
        },
      ),
    )
  })

  it.each(['', 'now', '2026-13-01 00:00:00', '12:00:00'])('is not read from %j', (text) => {
    expect(() => readUtcText(text)).toThrow(/not a UTC time/)
  })
})

describe('a hint', () => {
  it('names any snapshot that can exist in one string literal, or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (snapshot) => {
        let hint
        try {
          hint = writeTimeHint({ snapshot })
        } catch {
          expect(snapshot).toMatch(/[\s'"`\\]/)
          return
        }
        expect(hint).toBe(`{snapshot = '${snapshot.toLowerCase()}'}`)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printable, printableJson, printableLines } from '../../../codegen/report/printable.js'

/** C0, C1, soft hyphen, direction marks, zero-width blanks, separators, isolates, byte order mark. */
const named =
  '\u0000\u0007\b\t\n\r\u001b\u007f\u0085\u009b\u00ad\u061c\u200b\u200e\u200f\u2028\u2029' +
  '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff'
const unprintable = new RegExp(`[\\u0000-\\u001f\\u007f-\\u009f${named.slice(11)}]`, 'u')
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...Array.from(named), ':', '::', '#', '##', '[', ' '),
    fc.string({ unit: 'binary', maxLength: 1 }),
  ),
})

describe('text from a database', () => {
  it('is printed on one line and moves, hides and turns nothing', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = printable(text)
        expect(shown).not.toMatch(unprintable)
        expect(shown).not.toMatch(/\p{Cs}/u)
      }),
    )
    for (const character of named) expect(printable(character)).toMatch(/^\\(u[0-9a-f]{4}|[nrt])$/)
  })

  it('never starts a workflow command, wherever its lines break', () => {
    for (const text of [
      '::error::y',
      ' ::set-output name=a::b',
      '##[error]y',
      '##vso[task]y',
      '##teamcity[x]',
    ]) {
      expect(printable(text)).not.toMatch(/^\s*::|##\w*\[/)
      expect(printableLines(`a\n${text}`).split('\n')[1]).not.toMatch(/^\s*::|##\w*\[/)
    }
  })

  it('is left alone otherwise', () => {
    for (const text of [
      'orders',
      '订单',
      'अधि',
      '👩‍👩‍👧',
      "it's a `b`",
      'fe80::1',
      '## heading',
      'نمی‌خواهم',
    ]) {
      expect(printable(text)).toBe(text)
    }
  })

  it('is the same value in JSON, whose text can be printed', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const json = printableJson(JSON.stringify({ [text]: [text] }, null, 2))
        expect(json.replaceAll('\n', '')).not.toMatch(unprintable)
        expect(json).not.toMatch(/^\s*::|##\w*\[/m)
        expect(JSON.parse(json)).toEqual({ [text]: [text] })
      }),
    )
  })
})

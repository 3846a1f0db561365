import fc from 'fast-check'
import { ExportError } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { JsonLines } from '../../src/bulk/json-lines.js'
import type { SentColumn, SentKind } from '../../src/bulk/sent-column.js'

const column = (name: string, kind: SentKind): SentColumn => ({
  name,
  kind,
  type: kind,
  isLoaded: true,
})

function write(columns: readonly SentColumn[], row: Record<string, Buffer | null>): string {
  const lines = new JsonLines(columns, 16)
  lines.add(row, 1)
  return lines.take().toString()
}

describe('a JSON line', () => {
  it('parses to the same text, whatever it is', () => {
    fc.assert(
      fc.property(fc.option(fc.string({ unit: 'grapheme' })), fc.string(), (text, name) => {
        fc.pre(text !== '\\N' && name.toLowerCase() === name && name !== '__proto__')
        const row = { [name]: text === null ? null : Buffer.from(text) }
        const line = write([column(name, 'text')], row)
        expect(JSON.parse(line)).toEqual({ [name]: text })
        expect(line.indexOf('\n')).toBe(line.length - 1)
      }),
    )
  })

  it.each([
    ['number', '-12.5', '-12.5'],
    ['number', '18446744073709551615', '18446744073709551615'],
    ['number', '-0', '-0'],
    ['number', 'NaN', '"NaN"'],
    ['number', '+Infinity', '"+Infinity"'],
    ['number', '0000', '"0000"'],
    ['decimal', '1.50', '"1.50"'],
    ['boolean', '1', 'true'],
    ['boolean', '0', 'false'],
    ['json', '{"a": 1e21}', '{"a": 1e21}'],
    ['text', 'null', '"null"'],
  ] as const)('writes a %s %s as %s', (kind, sent, written) => {
    expect(write([column('v', kind)], { v: Buffer.from(sent) })).toBe(`{"v":${written}}\n`)
  })

  it('has its keys in lower case as Go makes it', () => {
    const names = ['ÖÄ', 'İx', 'ΑΣ']
    const row = Object.fromEntries(names.map((name) => [name, null]))
    const line = write(
      names.map((name) => column(name, 'text')),
      row,
    )
    expect(Object.keys(JSON.parse(line) as object)).toEqual(['öä', 'ix', 'ασ'])
  })

  it.each([
    ['text', '\\N'],
    ['json', 'null'],
  ] as const)('is not written for the %s %s, which would be loaded as NULL', (kind, text) => {
    expect(() => write([column('v', kind)], { v: Buffer.from(text) })).toThrow(ExportError)
  })
})

import fc from 'fast-check'
import { UnsupportedError } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { CsvLines } from '../../src/bulk/csv-lines.js'
import type { SentColumn, SentKind } from '../../src/bulk/sent-column.js'

const column = (name: string, kind: SentKind = 'bytes'): SentColumn => ({
  name,
  kind,
  type: kind,
  isLoaded: true,
})

function write(columns: readonly SentColumn[], row: Record<string, Buffer | null>): Buffer {
  const lines = new CsvLines(columns, false, 16)
  lines.add(row, 1)
  return lines.take()
}

/** Fields as LOAD DATA reads them with `"` around and `\` before (measured on 4.2.0); a line ends at LF. */
function read(line: Buffer): (Buffer | null)[] {
  const fields: (Buffer | null)[] = []
  let at = 0
  while (at < line.length) {
    const bytes: number[] = []
    let isNull = false
    if (line[at] === 0x22) {
      at += 1
      for (;;) {
        const byte = line[at++] ?? 0
        if (byte === 0x5c) {
          const next = line[at++] ?? 0
          bytes.push(next === 0x72 ? 0x0d : next)
        } else if (byte !== 0x22) bytes.push(byte)
        else if (line[at] === 0x22) bytes.push(line[at++] ?? 0)
        else break
      }
    } else {
      while (line[at] !== 0x2c && line[at] !== 0x0a) bytes.push(line[at++] ?? 0)
      isNull = Buffer.from(bytes).equals(Buffer.from('\\N'))
    }
    fields.push(isNull ? null : Buffer.from(bytes))
    at += 1
  }
  return fields
}

describe('CSV', () => {
  it('reads back as the same bytes, whatever they are', () => {
    const value = fc.option(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.constantFrom(0x22, 0x5c, 0x0d, 0x0a, 0x2c, 0x4e, 0x72), { maxLength: 100 }),
      ),
    )
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
        const given = values.map((each) => (each === null ? null : Buffer.from(each)))
        const columns = given.map((_, at) => column(`c${at}`))
        const line = write(columns, Object.fromEntries(given.map((each, at) => [`c${at}`, each])))
        expect(read(line)).toEqual(given)
        expect(line.at(-1)).toBe(0x0a)
        expect(line.includes(0x0d)).toBe(false)
      }),
    )
  })

  it('writes digits without quotes, and blanks around a JSON string', () => {
    const row = { n: Buffer.from('-1.50'), j: Buffer.from('"a"'), k: Buffer.from('{}') }
    const columns = [column('n', 'decimal'), column('j', 'json'), column('k', 'json')]
    expect(write(columns, row).toString()).toBe('-1.50," ""a"" ","{}"\n')
  })

  it('gives each chunk memory of its own', () => {
    const lines = new CsvLines([column('a', 'number')], false, 4)
    const chunks = ['1', '22', '333333333'].map((text, at) => {
      lines.add({ a: Buffer.from(text) }, at + 1)
      return lines.take()
    })
    expect(chunks.map(String)).toEqual(['1\n', '22\n', '333333333\n'])
  })

  it.each([
    ["enum('a','b')", { of: 'enum', names: ['a', 'b'] }, false],
    ['an enum with the member 007', { of: 'enum', names: ['a', '007'] }, true],
    ['an enum with an empty member', { of: 'enum', names: ['a', ''] }, true],
    ['an enum with the member 1.0', { of: 'enum', names: ['a', '1.0'] }, false],
    ["set('1','4')", { of: 'set', names: ['1', '4'] }, false],
    ['a set with the member 0', { of: 'set', names: ['0'] }, true],
  ] as const)('takes %s as LOAD DATA does', (_name, members, isRefused) => {
    const source = { autoIncrement: false, members }
    const make = () => new CsvLines([{ ...column('kind', 'text'), source }], true, 64)
    if (isRefused) expect(make).toThrow(UnsupportedError)
    else expect(make().take().toString()).toBe('"kind"\n')
  })
})

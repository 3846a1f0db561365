import * as fc from 'fast-check'
import { parseTape, printTape, type Tape } from 'kysely-matrixone/testing'
import { describe, expect, it } from 'vitest'

const value = fc.option(fc.string({ unit: 'grapheme' }), { nil: null })
const counting = fc
  .tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 1, max: 40 }))
  .map(([first, length]) => Array.from({ length }, (_, index) => [String(first + index)]))
const rows = fc.array(fc.array(value, { maxLength: 5 }), { maxLength: 8 })
const reply = fc.array(fc.oneof(rows, counting), { maxLength: 3 }).map((parts) => parts.flat())
const statement = fc.record({ command: fc.constant('COM_QUERY'), text: fc.string(), reply })

function tapeWith(statements: Tape['connections'][number]['statements']): Tape {
  return {
    format: 'kysely-matrixone tape 1',
    server: '8.0.30-MatrixOne-v4.2.0',
    recorded: '2026-11-21',
    greeting: { version: 'v', capabilities: 1, charset: 46, status: 2, plugin: 'p' },
    connections: [{ thread: 7, user: 'root', database: '', login: { ok: {} }, statements }],
  }
}

describe('the text of a tape', () => {
  it('reads back as the same tape', () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 6 }), (statements) => {
        const tape = tapeWith([...statements, ...statements])
        expect(parseTape(printTape(tape))).toEqual(tape)
      }),
    )
  })

  it('writes a long reply once', () => {
    const long = [Array.from({ length: 60 }, (_, index) => `value ${index}`)]
    const one = { command: 'COM_QUERY', text: 'select 1', reply: long }
    const text = printTape(tapeWith([one, one]))
    expect(text.match(/value 59/g)).toHaveLength(1)
    expect(text).toContain('"reply":"same as 1.1"')
  })

  it('writes rows that count up as their first and last', () => {
    const reply = Array.from({ length: 30_000 }, (_, index) => [String(index + 1)])
    const text = printTape(tapeWith([{ command: 'COM_QUERY', text: 'select 1', reply }]))
    expect(text).toContain('"reply":[{"counting":[1,30000]}]')
  })

  it('of another format, or no tape at all, is refused by name', () => {
    expect(() => parseTape('{"format":"x"}', 'a.json')).toThrow(
      'a.json has the format "x", this version reads "kysely-matrixone tape 1". Record it again.',
    )
    expect(() => parseTape('{}', 'a.json')).toThrow('a.json is not a tape')
    expect(() => parseTape('', 'a.json')).toThrow('a.json is not JSON')
  })
})

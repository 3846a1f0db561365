import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromTapePacket } from '../../../src/testing/tape/tape-packets.js'
import type { TapePacket } from '../../../src/testing/tape/tape.js'
import type { ReplyKind } from '../../../src/testing/wire/commands.js'
import { ReplyProgress } from '../../../src/testing/wire/reply-progress.js'

const column: TapePacket = { column: 'a', type: 253 }
const more = 0x8

function rolesOf(kind: ReplyKind, packets: readonly TapePacket[], binary = false): string[] {
  const progress = new ReplyProgress(kind, binary)
  const roles: string[] = []
  for (const packet of packets) {
    expect(progress.done).toBe(false)
    roles.push(progress.see(fromTapePacket(packet)))
  }
  expect(progress.done).toBe(true)
  return roles
}

describe('the end of a reply', () => {
  it('is an OK, an error, or the second EOF of a result', () => {
    expect(rolesOf('result', [{ ok: {} }])).toEqual(['ok'])
    expect(rolesOf('result', [{ error: 1064, message: 'no' }])).toEqual(['error'])
    const result = [{ columns: 1 }, column, { eof: 2 }, ['x'], { eof: 2 }] as const
    expect(rolesOf('result', result)).toEqual(['header', 'column', 'eof', 'textRow', 'eof'])
    expect(rolesOf('result', result, true)).toContain('binaryRow')
  })

  it('is not an EOF or OK that announces more results', () => {
    expect(
      rolesOf('result', [
        { columns: 1 },
        column,
        { eof: 2 },
        { eof: 2 | more },
        { ok: { status: 2 | more } },
        { ok: {} },
      ]),
    ).toEqual(['header', 'column', 'eof', 'eof', 'ok', 'ok'])
  })

  it('may be an error in the middle of the rows', () => {
    const broken = [{ columns: 1 }, column, { eof: 2 }, ['x'], { error: 1105, message: 'no' }]
    expect(rolesOf('result', broken as TapePacket[]).at(-1)).toBe('error')
  })

  it('is not mistaken in a row that looks like an OK, an EOF or a file request', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<string | null>('', null, 'a', 'é😀')), (cells) => {
        const row = ['', ...cells]
        const roles = rolesOf('result', [
          { columns: row.length },
          ...row.map(() => column),
          { eof: 2 },
          row,
          [null, ...cells],
          { eof: 2 },
        ])
        expect(roles.slice(-3)).toEqual(['textRow', 'textRow', 'eof'])
      }),
    )
  })

  it('comes after the answer to a file that the server asked for', () => {
    expect(rolesOf('result', [{ infile: 'a.csv' }, { ok: {} }])).toEqual(['infile', 'ok'])
  })

  it('comes after the definitions of parameters and columns of a prepare', () => {
    const prepared = { prepared: { parameters: 2, columns: 1 } }
    const definitions = [column, column, { eof: 2 }, column, { eof: 2 }]
    expect(rolesOf('prepare', [prepared, ...definitions])).toHaveLength(6)
    expect(rolesOf('prepare', [{ prepared: { parameters: 0, columns: 0 } }])).toEqual(['prepared'])
  })
})

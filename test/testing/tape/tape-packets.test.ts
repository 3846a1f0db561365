import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromTapePacket, toTapePacket } from '../../../src/testing/tape/tape-packets.js'
import type { PacketRole } from '../../../src/testing/wire/reply-progress.js'

const ROLES: readonly PacketRole[] = [
  'ok',
  'error',
  'eof',
  'infile',
  'header',
  'column',
  'textRow',
  'binaryRow',
  'prepared',
  'other',
]

describe('a packet on a tape', () => {
  it('is byte for byte what was recorded, whatever the bytes and the role', () => {
    const starts = fc.constantFrom([], [0], [0xff], [0xfe], [0xfb], [3])
    fc.assert(
      fc.property(
        fc.constantFrom(...ROLES),
        fc.tuple(starts, fc.uint8Array({ maxLength: 60 })),
        (role, [start, rest]) => {
          const payload = Buffer.from([...start, ...rest])
          const written = JSON.parse(JSON.stringify(toTapePacket(payload, role)))
          expect(fromTapePacket(written).equals(payload)).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('shows a row as text, bytes that are no text in base64, and repetitions short', () => {
    const row = ['é😀', null, { base64: '/wA=' }, { repeat: 'y', times: 300 }]
    expect(toTapePacket(fromTapePacket(row), 'textRow')).toEqual(row)
  })

  it('shows counters beyond 2^53 exactly', () => {
    const packet = { ok: { insertId: '18446744073709551615' } }
    expect(toTapePacket(fromTapePacket(packet), 'ok')).toEqual(packet)
  })
})

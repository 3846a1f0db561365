import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encodeFrames,
  FrameReader,
  MAX_FRAME_PAYLOAD,
  type Packet,
} from '../../../src/testing/wire/frames.js'

const payloads = fc.array(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)))

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  let offset = 0
  for (let index = 0; offset < bytes.length; index += 1) {
    const length = lengths[index % lengths.length] ?? 1
    chunks.push(bytes.subarray(offset, offset + length))
    offset += length
  }
  return chunks
}

function readAll(chunks: readonly Buffer[]): Packet[] {
  const reader = new FrameReader()
  return chunks.flatMap((chunk) => reader.push(chunk))
}

describe('frames', () => {
  it('come back as the packets that were written, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        payloads,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        fc.nat(255),
        (written, lengths, sequence) => {
          let next = sequence
          const frames = written.map((payload) => {
            const { bytes, nextSequence } = encodeFrames(payload, next)
            next = nextSequence
            return bytes
          })
          const packets = readAll(cut(Buffer.concat(frames), lengths))
          expect(packets.map(({ payload }) => payload)).toEqual(written)
          expect(packets.map(({ firstSequence }) => firstSequence)).toEqual(
            written.map((_, index) => (sequence + index) % 256),
          )
        },
      ),
    )
  })

  it.each([
    [MAX_FRAME_PAYLOAD - 1, 1],
    [MAX_FRAME_PAYLOAD, 2],
    [MAX_FRAME_PAYLOAD + 1, 2],
    [2 * MAX_FRAME_PAYLOAD, 3],
  ])('a payload of %d bytes takes %d frames and comes back whole', (length, count) => {
    const payload = Buffer.alloc(length, 'x')
    const { bytes, nextSequence } = encodeFrames(payload, 3)
    expect(bytes.length).toBe(length + 4 * count)
    expect(nextSequence).toBe(3 + count)
    const [packet, ...others] = readAll(cut(bytes, [65_536]))
    expect(others).toEqual([])
    expect(packet?.payload.equals(payload)).toBe(true)
    expect(packet).toMatchObject({ firstSequence: 3, nextSequence: 3 + count })
  })

  it('sequence ids start again at 0 after 255', () => {
    expect(encodeFrames(Buffer.from('a'), 255).nextSequence).toBe(0)
  })
})

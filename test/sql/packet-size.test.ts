import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ValueError } from '../../src/errors.js'
import { fitPacket } from '../../src/sql/packet-size.js'

const require = createRequire(import.meta.url)
const lib = join(dirname(require.resolve('mysql2')), 'lib')

interface PacketWriter {
  prototype: { writePacket(this: object, packet: unknown): void }
}

interface QueryPacket {
  new (sql: string, charset: number): { toPacket(): unknown }
}

/** The sizes of the packets that mysql2 writes for a text: never shown to a server. */
function packetSizes(sql: string): readonly number[] {
  const Connection = require(join(lib, 'base', 'connection.js')) as PacketWriter
  const Query = require(join(lib, 'packets', 'query.js')) as QueryPacket
  const written: Buffer[] = []
  const connection = {
    config: {},
    sequenceId: 0,
    _bumpSequenceId: () => undefined,
    write: (bytes: Buffer) => written.push(bytes),
  }
  Connection.prototype.writePacket.call(connection, new Query(sql, 45).toPacket())
  const stream = Buffer.concat(written)
  const sizes: number[] = []
  for (let at = 0; at < stream.length; at += 4 + (sizes.at(-1) as number)) {
    sizes.push(stream.readUIntLE(at, 3))
  }
  return sizes
}

const text = (bytes: number): string => `select '${'a'.repeat(bytes - 9)}'`

describe('the packets that mysql2 writes', () => {
  it.each([16_777_211, 16_777_212, 16_777_213])(
    'end with a stray empty one for a text of %i bytes (the trap)',
    (bytes) => {
      expect(packetSizes(text(bytes))).toEqual([bytes + 1, 0])
    },
  )

  it.each([
    [100],
    [16_777_210],
    [16_777_211],
    [16_777_212],
    [16_777_213],
    [16_777_214],
    [16_777_215],
    [16_777_216],
    [33_554_425],
    [33_554_426],
    [33_554_427],
    [33_554_428],
    [33_554_429],
    [33_554_430],
    [33_554_431],
    [50_331_641],
    [50_331_642],
    [50_331_643],
    [50_331_644],
    [50_331_645],
  ])('hold no empty one in the wrong place after fitPacket: %i bytes', (bytes) => {
    const sizes = packetSizes(fitPacket(text(bytes)))
    // A last packet of the full size must be followed by an empty one: that is the protocol's own end mark.
    const last = sizes.at(-1) as number
    expect(last).toBeGreaterThan(0)
    expect(last).toBeLessThan(0xffffff)
    expect(sizes.slice(0, -1).every((size) => size === 0xffffff)).toBe(true)
  })
})

describe('fitPacket', () => {
  it('leaves other texts alone', () => {
    for (const sql of ['select 1', text(16_777_210), text(16_777_300)])
      expect(fitPacket(sql)).toBe(sql)
  })

  it('counts bytes, not characters', () => {
    const sql = `select '${'é'.repeat(8_388_601)}'`
    expect(Buffer.byteLength(sql)).toBe(16_777_211)
    expect(Buffer.byteLength(fitPacket(sql))).toBeGreaterThan(16_777_213)
  })

  it('refuses what the server would answer with a closed connection', () => {
    expect(fitPacket(text(1023), 1024)).toBe(text(1023))
    expect(() => fitPacket(text(1024), 1024)).toThrow(ValueError)
    expect(() => fitPacket(text(64 * 1024 * 1024))).toThrow('at most 67,108,863')
  })
})

import type { TapeValue } from './tape.js'

const SHORTEST_REPETITION = 256

/** A value of a text row as a tape shows it. */
export function writeTapeValue(bytes: Buffer | null): TapeValue {
  if (bytes === null) return null
  const first = bytes[0]
  // A test of packets over 16 MiB repeats one letter: that must not be 17 MB in git.
  if (bytes.length >= SHORTEST_REPETITION && first !== undefined && first < 0x80) {
    if (bytes.equals(Buffer.alloc(bytes.length, first))) {
      return { repeat: String.fromCharCode(first), times: bytes.length }
    }
  }
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : { base64: bytes.toString('base64') }
}

export function readTapeValue(value: TapeValue): Buffer | null {
  if (value === null) return null
  if (typeof value === 'string') return Buffer.from(value, 'utf8')
  if ('base64' in value) return Buffer.from(value.base64, 'base64')
  return Buffer.alloc(value.times, value.repeat)
}

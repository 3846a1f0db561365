/** The most one frame can hold; a payload of exactly this size is followed by a further frame. */
export const MAX_FRAME_PAYLOAD = 0xff_ff_ff
const HEADER = 4

/** One logical packet: the payloads of its frames joined. */
export interface Packet {
  readonly payload: Buffer
  /** The sequence id of its first frame: 0 exactly when a client starts a command. */
  readonly firstSequence: number
  /** The sequence id that the other side has to use next. */
  readonly nextSequence: number
}

/** Splits a payload into frames, numbered from `sequence`; returns the bytes and the next number. */
export function encodeFrames(
  payload: Buffer,
  sequence: number,
): { readonly bytes: Buffer; readonly nextSequence: number } {
  const parts: Buffer[] = []
  let next = sequence
  let offset = 0
  for (;;) {
    const length = Math.min(payload.length - offset, MAX_FRAME_PAYLOAD)
    const header = Buffer.alloc(HEADER)
    header.writeUIntLE(length, 0, 3)
    header[3] = next & 0xff
    parts.push(header, payload.subarray(offset, offset + length))
    next = (next + 1) & 0xff
    offset += length
    if (length < MAX_FRAME_PAYLOAD) break
  }
  return { bytes: Buffer.concat(parts), nextSequence: next }
}

/** Turns chunks of bytes, however cut, into logical packets; copies each byte at most twice. */
export class FrameReader {
  #chunks: Buffer[] = []
  #buffered = 0
  #frameLength: number | undefined
  #frameSequence = 0
  #frames: Buffer[] = []
  #firstSequence = 0

  push(chunk: Buffer): Packet[] {
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    const packets: Packet[] = []
    for (;;) {
      if (this.#frameLength === undefined) {
        if (this.#buffered < HEADER) return packets
        const header = this.#take(HEADER)
        this.#frameLength = header.readUIntLE(0, 3)
        this.#frameSequence = header.readUInt8(3)
      }
      const length = this.#frameLength
      if (this.#buffered < length) return packets
      if (this.#frames.length === 0) this.#firstSequence = this.#frameSequence
      this.#frames.push(this.#take(length))
      this.#frameLength = undefined
      if (length === MAX_FRAME_PAYLOAD) continue
      const [first = Buffer.alloc(0), ...rest] = this.#frames
      packets.push({
        payload: rest.length === 0 ? first : Buffer.concat(this.#frames),
        firstSequence: this.#firstSequence,
        nextSequence: (this.#frameSequence + 1) & 0xff,
      })
      this.#frames = []
    }
  }

  #take(length: number): Buffer {
    this.#buffered -= length
    const first = this.#chunks[0]
    if (first !== undefined && first.length > length) {
      this.#chunks[0] = first.subarray(length)
      return first.subarray(0, length)
    }
    const taken: Buffer[] = []
    let missing = length
    while (missing > 0) {
      const chunk = this.#chunks.shift()
      if (chunk === undefined) break
      taken.push(chunk.subarray(0, missing))
      if (chunk.length > missing) this.#chunks.unshift(chunk.subarray(missing))
      missing -= Math.min(missing, chunk.length)
    }
    return taken.length === 1 && taken[0] !== undefined ? taken[0] : Buffer.concat(taken)
  }
}

/** Reads the fields of one payload in order; throws `RangeError` where the payload ends too early. */
export class PayloadReader {
  readonly #payload: Buffer
  #offset: number

  constructor(payload: Buffer, offset = 0) {
    this.#payload = payload
    this.#offset = offset
  }

  get ended(): boolean {
    return this.#offset >= this.#payload.length
  }

  integer(bytes: 1 | 2 | 3 | 4): number {
    const value = this.#payload.readUIntLE(this.#offset, bytes)
    this.#offset += bytes
    return value
  }

  bytes(length: number): Buffer {
    const end = this.#offset + length
    if (end > this.#payload.length) throw new RangeError('the packet ends within a field')
    const value = this.#payload.subarray(this.#offset, end)
    this.#offset = end
    return value
  }

  rest(): Buffer {
    return this.bytes(this.#payload.length - this.#offset)
  }

  /** A text up to a zero byte, or up to the end where there is none. */
  nullTerminated(): Buffer {
    const end = this.#payload.indexOf(0, this.#offset)
    if (end < 0) return this.rest()
    const value = this.bytes(end - this.#offset)
    this.#offset += 1
    return value
  }

  /** A length-encoded integer; `null` stands for the NULL mark of text rows. */
  lenencInteger(): bigint | null {
    const first = this.integer(1)
    if (first < 0xfb) return BigInt(first)
    if (first === 0xfb) return null
    if (first === 0xfc) return BigInt(this.integer(2))
    if (first === 0xfd) return BigInt(this.integer(3))
    if (first === 0xff) throw new RangeError('0xff does not start a length')
    return this.bytes(8).readBigUInt64LE()
  }

  lenencBytes(): Buffer | null {
    const length = this.lenencInteger()
    return length === null ? null : this.bytes(Number(length))
  }
}

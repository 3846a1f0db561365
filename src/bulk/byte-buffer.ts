/** Bytes that are written one after the other and taken in chunks, each of them memory of its own. */
export class ByteBuffer {
  readonly #size: number
  #bytes: Buffer
  #length = 0

  /** @param size bytes of a chunk, more or less; a longer one grows */
  constructor(size: number) {
    this.#size = size
    this.#bytes = Buffer.allocUnsafe(size)
  }

  /** The bytes since the last chunk. */
  get length(): number {
    return this.#length
  }

  /** Makes room for bytes that are put one by one. */
  reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe((this.#length + bytes) * 2)
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }

  /** Writes one byte, for which there must be room. */
  put(byte: number): void {
    this.#bytes[this.#length++] = byte
  }

  write(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Writes text as UTF-8. */
  writeText(text: string): void {
    // No character takes more than three bytes of each of its UTF-16 units.
    this.reserve(text.length * 3)
    this.#length += this.#bytes.write(text, this.#length)
  }

  /** The bytes since the last chunk, which nothing writes to again. */
  take(): Buffer {
    const chunk = this.#bytes.subarray(0, this.#length)
    this.#bytes = Buffer.allocUnsafe(this.#size)
    this.#length = 0
    return chunk
  }
}

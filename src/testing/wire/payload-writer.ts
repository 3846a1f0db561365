/** Builds one payload field by field: the counterpart of `PayloadReader`. */
export class PayloadWriter {
  readonly #parts: Buffer[] = []

  integer(value: number, bytes: 1 | 2 | 3 | 4): this {
    const part = Buffer.alloc(bytes)
    part.writeUIntLE(value, 0, bytes)
    return this.bytes(part)
  }

  bytes(value: Buffer): this {
    this.#parts.push(value)
    return this
  }

  text(value: string): this {
    return this.bytes(Buffer.from(value, 'utf8'))
  }

  nullTerminated(value: string): this {
    return this.text(value).integer(0, 1)
  }

  lenencInteger(value: bigint | null): this {
    if (value === null) return this.integer(0xfb, 1)
    if (value < 0xfbn) return this.integer(Number(value), 1)
    if (value <= 0xffffn) return this.integer(0xfc, 1).integer(Number(value), 2)
    if (value <= 0xffffffn) return this.integer(0xfd, 1).integer(Number(value), 3)
    const part = Buffer.alloc(8)
    part.writeBigUInt64LE(value)
    return this.integer(0xfe, 1).bytes(part)
  }

  lenencBytes(value: Buffer | null): this {
    if (value === null) return this.lenencInteger(null)
    return this.lenencInteger(BigInt(value.length)).bytes(value)
  }

  lenencText(value: string): this {
    return this.lenencBytes(Buffer.from(value, 'utf8'))
  }

  build(): Buffer {
    return Buffer.concat(this.#parts)
  }
}

/**
 * CSV that `loadData.csv` reads back exactly, and most other readers too: text in quotes with `"` doubled, `\N`
 * for NULL. A backslash is written twice. A carriage return is written `\r`, because LOAD DATA takes one out at
 * the end of a line, even inside quotes (4.2.0). Bytes are written as they are.
 */
import { ByteBuffer } from './byte-buffer.js'
import { BACKSLASH, CARRIAGE_RETURN, LETTER_R, needsEscape, QUOTE } from './csv-bytes.js'
import { asLoaded, refuseColumns, type RowLines, type SentRow } from './row-lines.js'
import type { SentColumn } from './sent-column.js'

const COMMA = 0x2c
const LINE_FEED = 0x0a
const LETTER_N = 0x4e
const BLANK = 0x20

/** Above so many bytes a search by the runtime is faster than a look at each byte. */
const LONG = 64

/** Writes rows as CSV. */
export class CsvLines implements RowLines {
  readonly #columns: readonly SentColumn[]
  readonly #bytes: ByteBuffer

  /**
   * @param header whether the first line holds the column names
   * @throws {UnsupportedError} for a column that LOAD DATA does not read back from CSV
   */
  constructor(columns: readonly SentColumn[], header: boolean, chunkBytes: number) {
    refuseColumns(columns, 'csv')
    this.#columns = columns
    this.#bytes = new ByteBuffer(chunkBytes)
    if (!header) return
    columns.forEach(({ name }, at) => {
      this.#separate(at)
      this.#quote(Buffer.from(name))
    })
    this.#bytes.write(Buffer.of(LINE_FEED))
  }

  get length(): number {
    return this.#bytes.length
  }

  add(row: SentRow, number: number): void {
    const columns = this.#columns
    for (let at = 0; at < columns.length; at++) {
      const column = columns[at] as SentColumn
      this.#separate(at)
      const value = row[column.name] ?? null
      if (value === null) this.#null()
      else this.#field(asLoaded(value, column, number), column)
    }
    this.#bytes.reserve(1)
    this.#bytes.put(LINE_FEED)
  }

  take(): Buffer {
    return this.#bytes.take()
  }

  #separate(at: number): void {
    if (at === 0) return
    this.#bytes.reserve(1)
    this.#bytes.put(COMMA)
  }

  #null(): void {
    this.#bytes.reserve(2)
    this.#bytes.put(BACKSLASH)
    this.#bytes.put(LETTER_N)
  }

  #field(value: Buffer, { kind }: SentColumn): void {
    if (kind === 'number' || kind === 'decimal' || kind === 'boolean') this.#bytes.write(value)
    // The server takes quotes off both ends of a JSON field once more (4.2.0).
    else this.#quote(value, kind === 'json' && value[0] === QUOTE)
  }

  #quote(value: Buffer, isPadded = false): void {
    const bytes = this.#bytes
    bytes.reserve(value.length * 2 + 4)
    bytes.put(QUOTE)
    if (isPadded) bytes.put(BLANK)
    if (value.length > LONG && !needsEscape(value)) bytes.write(value)
    else for (const byte of value) putEscaped(bytes, byte)
    if (isPadded) bytes.put(BLANK)
    bytes.put(QUOTE)
  }
}

function putEscaped(bytes: ByteBuffer, byte: number): void {
  if (byte === CARRIAGE_RETURN) {
    bytes.put(BACKSLASH)
    bytes.put(LETTER_R)
    return
  }
  if (byte === QUOTE || byte === BACKSLASH) bytes.put(byte)
  bytes.put(byte)
}

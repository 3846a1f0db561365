/**
 * Writes JavaScript values as CSV that LOAD DATA reads back exactly (measured on 4.2.0): `\N` for
 * NULL, text in quotes with `\` before `"` and `\`, vectors as quoted text, bytes as they are. A carriage
 * return is written `\r`, because the server takes one out at the end of a line, even inside quotes. What a
 * value becomes depends on its column: a boolean in a JSON column is `true`, in a bool column 1.
 */
import { ValueError } from '../errors.js'
import { JsonText, writeJson } from '../sql/json-text.js'
import { toLiteral } from '../sql/literals.js'
import { writeFloat32Vector, writeFloat64Vector } from '../sql/vector-text.js'
import { isWellFormed } from '../sql/characters.js'
import { BACKSLASH, CARRIAGE_RETURN, LETTER_R, needsEscape, QUOTE } from './csv-bytes.js'
import { encodeVector } from './encode-vector.js'
import { type Members, memberText } from './enum-members.js'

type AnyRow = Readonly<Record<string, unknown>>

/** A column that can be loaded. */
export interface LoadColumn {
  readonly name: string
  /** Lower-case, without sizes: `int`, `varchar`, `vecf32`. */
  readonly type: string
  /** Between the parentheses of the type, as a number; 0 for none. */
  readonly size: number
  readonly autoIncrement: boolean
  readonly members?: Members | undefined
  /** Whether JSON is read as text from it. */
  readonly readsText?: boolean
  /** Whether a vector is loaded as the base64 of its bytes, into a text column. */
  readonly asBase64?: boolean
}

/** How rows are written. */
export interface EncodeOptions {
  readonly columns: readonly LoadColumn[]
  /** The session's, for dates. */
  readonly timeZone: string
}

/** About so many characters make a chunk. */
const CHUNK_LENGTH = 256 * 1024

/**
 * Writes rows in chunks.
 *
 * @throws {ValueError} for a value that cannot be written unchanged, with its row and column
 */
export async function* encodeRows(
  rows: AsyncIterable<AnyRow> | Iterable<AnyRow>,
  options: EncodeOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new RowEncoder(options)
  let number = 0
  for await (const row of rows) {
    number += 1
    encoder.add(row, number)
    if (encoder.length < CHUNK_LENGTH) continue
    yield encoder.take()
  }
  if (encoder.length > 0) yield encoder.take()
}

/** Writes one row after the other into a chunk, until the chunk is taken. */
export class RowEncoder {
  readonly #columns: readonly LoadColumn[]
  readonly #names: ReadonlySet<string>
  readonly #timeZone: string
  #parts: Buffer[] = []
  #text = ''
  #length = 0

  constructor({ columns, timeZone }: EncodeOptions) {
    this.#columns = columns
    this.#names = new Set(columns.map(({ name }) => name))
    this.#timeZone = timeZone
  }

  /** About the bytes of the chunk so far: characters of text, and bytes. */
  get length(): number {
    return this.#length + this.#text.length
  }

  /**
   * @param number the row's, from 1, for messages
   * @throws {ValueError} for a value that cannot be written unchanged; the chunk is of no use then
   */
  add(row: AnyRow, number: number): void {
    refuseUnknown(row, number, this.#names)
    let separator = ''
    for (const column of this.#columns) {
      const field = encodeAt(row[column.name], column, this.#timeZone, number)
      if (typeof field === 'string') this.#text += separator + field
      else {
        const before = Buffer.from(`${this.#text}${separator}"`)
        this.#parts.push(before, field)
        this.#length += before.length + field.length
        this.#text = '"'
      }
      separator = ','
    }
    this.#text += '\n'
  }

  /** The rows since the last one that was taken. */
  take(): Buffer {
    const chunk = Buffer.concat([...this.#parts, Buffer.from(this.#text)])
    this.#parts = []
    this.#text = ''
    this.#length = 0
    return chunk
  }
}

/**
 * Refuses a row with a column that is not loaded.
 *
 * @param number the row's, from 1
 */
export function refuseUnknown(row: AnyRow, number: number, names: ReadonlySet<string>): void {
  for (const name in row) {
    if (names.has(name)) continue
    throw new ValueError(
      `Row ${number} has the column ${JSON.stringify(name)}, which is not loaded. The columns are ` +
        `those of the first row, or of the option columns: ${[...names].join(', ')}.`,
    )
  }
}

function encodeAt(
  value: unknown,
  column: LoadColumn,
  timeZone: string,
  row: number,
): string | Buffer {
  try {
    return encodeField(value, column, timeZone)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw new ValueError(`Row ${row}, column ${column.name}: ${error.message}`, { cause: error })
  }
}

/** One field: text with its quotes, or bytes without them, already escaped. */
export function encodeField(value: unknown, column: LoadColumn, timeZone: string): string | Buffer {
  if (value === null || value === undefined) return '\\N'
  if (column.asBase64 === true) return `"${encodeVector(value, column)}"`
  if (column.type === 'json' || column.type === 'array') {
    return quoteField(jsonOf(value, column))
  }
  if (column.type === 'bit') return escapeBytes(bitBytes(value, column.size))
  switch (typeof value) {
    case 'string':
      return quoteField(column.members === undefined ? value : memberText(value, column.members))
    case 'number':
      if (!Number.isFinite(value)) throw new ValueError(`${value} is not a number in SQL.`)
      return `${value}`
    case 'bigint':
      return `${value}`
    case 'boolean':
      return value ? '1' : '0'
    case 'object':
      return encodeObject(value, column, timeZone)
    case 'undefined':
    case 'function':
    case 'symbol':
  }
  throw new ValueError(`a ${typeof value} cannot be sent.`)
}

/** Writes back what was read: a string is JSON text only where JSON is read as text. */
function jsonOf(value: unknown, { type, readsText }: LoadColumn): string {
  const isText = typeof value === 'string' && (type === 'array' || readsText === true)
  const text = value instanceof JsonText ? value.text : isText ? value : writeJson(value)
  // The server takes quotes off both ends of a JSON field once more (4.2.0).
  return text.startsWith('"') ? ` ${text} ` : text
}

function encodeObject(value: object, { type }: LoadColumn, timeZone: string): string | Buffer {
  if (value instanceof Date) {
    const text = toLiteral(value, { timeZone }).slice(1, -1)
    return type === 'date' ? text.slice(0, 10) : text
  }
  if (isVector(value)) {
    // The shortest digits of a float32 are half as long as those of its float64.
    const text =
      type === 'vecf32' || value instanceof Float32Array
        ? writeFloat32Vector(value instanceof Float32Array ? value : Float32Array.from(value))
        : writeFloat64Vector(value)
    return `"${text}"`
  }
  if (value instanceof Uint8Array) return escapeBytes(value)
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    throw new ValueError(`a ${value.constructor.name} is neither bytes nor a vector.`)
  }
  return quoteField(writeJson(value))
}

function isVector(value: object): value is Float32Array | Float64Array | number[] {
  if (value instanceof Float32Array || value instanceof Float64Array) return true
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'number')
}

function quoteField(text: string): string {
  if (!isWellFormed(text)) throw new ValueError('the string holds a lone surrogate.')
  if (!/["\\\r]/.test(text)) return `"${text}"`
  return `"${text.replace(/["\\\r]/g, (each) => (each === '\r' ? '\\r' : `\\${each}`))}"`
}

function escapeBytes(bytes: Uint8Array): Buffer {
  const plain = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!needsEscape(plain)) return plain
  const escaped: number[] = []
  for (const byte of bytes) {
    if (byte === QUOTE || byte === BACKSLASH || byte === CARRIAGE_RETURN) escaped.push(BACKSLASH)
    escaped.push(byte === CARRIAGE_RETURN ? LETTER_R : byte)
  }
  return Buffer.from(escaped)
}

/** A bit column takes its bytes, highest first; the digits of a number would be taken for text. */
function bitBytes(value: unknown, bits: number): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean') {
    throw new ValueError(`a ${typeof value} does not fit a bit column.`)
  }
  const number = BigInt(value)
  if (number < 0n || number >= 1n << BigInt(bits)) {
    throw new ValueError(`${number} does not fit into bit(${bits}).`)
  }
  const bytes = Math.ceil(bits / 8)
  return Buffer.from(number.toString(16).padStart(bytes * 2, '0'), 'hex')
}

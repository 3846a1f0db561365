/**
 * JSON lines that `loadData.jsonLines` reads back exactly: an object a line, integers and floats as numbers,
 * decimals as strings (a reader that makes floats of them would round), vectors as strings, JSON as it is. The
 * keys are in lower case, because LOAD DATA finds no others (20301 `the attr id is not in json`, 4.2.0).
 */
import { isUtf8 } from 'node:buffer'
import { ByteBuffer } from './byte-buffer.js'
import { asLoaded, refuseColumns, refusedValue, type RowLines, type SentRow } from './row-lines.js'
import type { SentColumn } from './sent-column.js'

/** NaN, the infinities and the year 0000 are not: LOAD DATA drops such a line without an error (4.2.0). */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/** Writes rows as JSON lines. */
export class JsonLines implements RowLines {
  readonly #columns: readonly SentColumn[]
  readonly #keys: readonly Buffer[]
  readonly #bytes: ByteBuffer

  /** @throws {UnsupportedError} for a column of bytes, and one that LOAD DATA does not read back */
  constructor(columns: readonly SentColumn[], chunkBytes: number) {
    refuseColumns(columns, 'jsonLines', ({ kind }) =>
      kind === 'bit' || kind === 'bytes' ? 'JSON has no bytes, CSV has' : undefined,
    )
    this.#columns = columns
    this.#keys = columns.map(({ name }, at) =>
      Buffer.from(`${at === 0 ? '{' : ','}${JSON.stringify(lowerCase(name))}:`),
    )
    this.#bytes = new ByteBuffer(chunkBytes)
  }

  get length(): number {
    return this.#bytes.length
  }

  add(row: SentRow, number: number): void {
    for (let at = 0; at < this.#columns.length; at++) {
      const column = this.#columns[at] as SentColumn
      this.#bytes.write(this.#keys[at] as Buffer)
      const value = row[column.name] ?? null
      if (value === null) this.#bytes.writeText('null')
      else this.#value(asLoaded(value, column, number), column, number)
    }
    this.#bytes.writeText('}\n')
  }

  take(): Buffer {
    return this.#bytes.take()
  }

  #value(value: Buffer, { name, kind }: SentColumn, row: number): void {
    if (!isUtf8(value)) {
      throw refusedValue(row, name, "is not UTF-8, which JSON cannot carry. Use format: 'csv'")
    }
    const text = value.toString()
    if (kind === 'boolean') this.#bytes.writeText(text === '0' ? 'false' : 'true')
    else if (kind === 'json') {
      // Also as a string it would be read as something else: the text "null".
      if (text === 'null') {
        throw refusedValue(row, name, "is JSON's null, which is loaded as NULL. Use format: 'csv'")
      }
      this.#bytes.write(value)
    } else if (kind === 'number' && JSON_NUMBER.test(text)) this.#bytes.write(value)
    else if (text === '\\N') {
      throw refusedValue(row, name, "is the text \\N, which is loaded as NULL. Use format: 'csv'")
    } else this.#bytes.writeText(JSON.stringify(text))
  }
}

/** As Go does it, character by character: İ becomes i, and Σ is σ at the end of a word too. */
function lowerCase(name: string): string {
  return Array.from(name, (each) => (each === 'İ' ? 'i' : each.toLowerCase())).join('')
}

/** Common to the formats of an export: rows whose values are the bytes that the server sent become lines. */
import { ExportError, UnsupportedError } from '../errors.js'
import { type SentColumn, whyNotLoaded } from './sent-column.js'

/** A row of values as sent; null for NULL. */
export type SentRow = Readonly<Record<string, Buffer | null>>

/** Writes rows in one format, until a chunk is taken. */
export interface RowLines {
  /** The bytes since the last chunk. */
  readonly length: number
  /**
   * @param number the row's, from 1
   * @throws {ExportError} for a value that the format cannot carry
   */
  add(row: SentRow, number: number): void
  take(): Buffer
}

/** A format of an export, for messages. */
export type RowFormat = 'csv' | 'jsonLines'

/**
 * Refuses columns that would not come back as they were.
 *
 * @param whyNot the reason of the format; undefined for a column that it carries
 * @throws {UnsupportedError} naming every such column and its type
 */
export function refuseColumns(
  columns: readonly SentColumn[],
  format: RowFormat,
  whyNot: (column: SentColumn) => string | undefined = () => undefined,
): void {
  const names = columns.map(({ name }) => name.toLowerCase())
  const twice = columns.find((_, at) => names.indexOf(names[at] ?? '') !== at)
  if (twice !== undefined) {
    throw new UnsupportedError(
      `The query gives two columns named ${JSON.stringify(twice.name)}, and a row has one. Give each an alias of ` +
        'its own.',
    )
  }
  const refused = columns.flatMap((column) => {
    const reason = whyNotLoaded(column) ?? whyNot(column)
    const type = column.source?.members?.of ?? column.type
    return reason === undefined ? [] : [`${column.name} is of type ${type}: ${reason}`]
  })
  if (refused.length === 0) return
  throw new UnsupportedError(
    `Nothing was written, because ${format} cannot carry every column so that it can be loaded again. ` +
      `${refused.join('; ')}. Leave such a column out, or export a query with cast(… as char) of it.`,
  )
}

/**
 * The text of a value of an enum, a set or an auto_increment column, where LOAD DATA reads another: of `''` it
 * makes NULL, of 0 the next number (4.2.0).
 *
 * @throws {ExportError} for 0 in an auto_increment column
 */
export function asLoaded(value: Buffer, { name, source }: SentColumn, row: number): Buffer {
  if (source === undefined) return value
  if (source.members !== undefined) return value.length === 0 ? ZERO : value
  if (!source.autoIncrement || !value.equals(ZERO)) return value
  throw refusedValue(
    row,
    name,
    'is 0 in an auto_increment column, and loading it would give it the next number',
  )
}

const ZERO = Buffer.from('0')

/** The error of a value that cannot be carried. */
export function refusedValue(row: number, column: string, what: string): ExportError {
  return new ExportError(`Row ${row}, column ${column}: the value ${what}.`)
}

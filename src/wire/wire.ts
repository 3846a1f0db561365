/**
 * Reads columns the same way under any options of the user's pool. A `typeCast` function would cost a
 * call per value and cannot see a column's charset, so the column definitions are relabelled before
 * mysql2 compiles its row parser from them: as text or bytes where mysql2's own reading loses
 * something. A decoder then converts the few columns that need it.
 */
import type { FieldPacket } from 'mysql2'
import type { Base64Column } from '../sql/column-vector.js'
import { base64Reader } from './base64-vectors.js'
import { isRefusedName, type NamedColumn, repairName, standInFor } from './column-name.js'
import type { ResolvedColumnTypes } from '../types/column-type-options.js'
import { dateReader } from './date-readers.js'
import { type FieldReads, withRead } from './field-reads.js'
import type { ResultField } from '../sql/statement-options.js'
import { timeZoneOffsetMinutes } from '../sql/time-zone.js'
import { vectorReaders } from './vector-readers.js'
import { BINARY_CHARSET, TEXT_CHARSET, wireType } from './wire-types.js'
import {
  readBigInt,
  readBoolean,
  readCheckedInteger,
  readExactDecimal,
  readFloat,
  readGeometry,
  readJson,
  readLongBits,
  readShortBits,
  readTinyBoolean,
  type ValueReader,
} from './wire-readers.js'

/** The fields of mysql2's column definition that are read and rewritten here. */
export interface WireColumn extends NamedColumn {
  columnType: number
  characterSet: number
  encoding: string
  readonly table: string
  readonly columnLength: number
  readonly decimals: number
  readonly flags: number
}

/** Relabels a column, and gives what converts mysql2's values; null when they are right. */
export type ColumnPreparer = (
  column: WireColumn,
  types: ResolvedColumnTypes,
  timeZone: string,
) => ValueReader | null

/** Converts the values of a result's rows that mysql2 cannot read as declared. */
export class RowDecoder {
  readonly #names: readonly string[]
  readonly #readers: readonly ValueReader[]
  readonly #refused: readonly string[]

  /** @param refused names that mysql2 does not set on a row, each of which it has under a stand-in */
  constructor(
    names: readonly string[],
    readers: readonly ValueReader[],
    refused: readonly string[] = [],
  ) {
    this.#names = names
    this.#readers = readers
    this.#refused = refused
  }

  /**
   * Converts one row in place.
   *
   * @throws {ValueError} when a value cannot be read as declared without being changed
   */
  decodeRow(row: Record<string, unknown>): void {
    for (let index = 0; index < this.#names.length; index++) {
      const name = this.#names[index] as string
      const value = row[name]
      if (value === null) continue
      row[name] = (this.#readers[index] as ValueReader)(value, name)
    }
    for (const name of this.#refused) setName(row, name)
  }
}

/**
 * Relabels the columns of a result for mysql2's row parser; to be called in the command's `fields`
 * event, which comes before the parser is built.
 *
 * @param timeZone the zone of `datetime` and `timestamp` text: an offset such as `+00:00`
 * @param reads the columns that are read differently from `types`
 * @param onField told each column before it is relabelled
 * @param prepare relabels one column; by default for the text protocol
 * @returns the decoder for the rows, or null when mysql2 reads every column correctly
 * @throws {ValueError} when `timeZone` has no fixed offset
 */
export function prepareFields(
  fields: readonly FieldPacket[],
  types: ResolvedColumnTypes,
  timeZone: string,
  reads?: FieldReads,
  onField?: (field: ResultField) => void,
  prepare: ColumnPreparer = prepareColumn,
): RowDecoder | null {
  const names: string[] = []
  const readers: ValueReader[] = []
  const refused: string[] = []
  for (let index = 0; index < fields.length; index++) {
    const column = fields[index] as unknown as WireColumn
    repairName(column)
    if (onField !== undefined) onField(toResultField(column))
    const reader =
      reads?.asSent === true
        ? prepareBytes(column)
        : prepareRead(column, types, timeZone, reads, prepare)
    if (isRefusedName(column.name)) {
      if (!refused.includes(column.name)) refused.push(column.name)
      column.name = standInFor(column.name)
    }
    // Of several columns of one name the last one is in the row.
    if (reader === null || isNameOfLater(fields, index)) continue
    names.push(column.name)
    readers.push(reader)
  }
  const isRight = names.length === 0 && refused.length === 0
  return isRight ? null : new RowDecoder(names, readers, refused)
}

function toResultField(column: WireColumn): ResultField {
  const { name, columnType, characterSet, columnLength, decimals, flags } = column
  return { name, columnType, characterSet, columnLength, decimals, flags }
}

/** As with names, mysql2 has garbled a table's 4-byte characters: then the name alone must do. */
function tableOf({ table }: WireColumn): string {
  return table.includes('\ufffd') ? '' : table
}

function isNameOfLater(fields: readonly FieldPacket[], index: number): boolean {
  const { name } = fields[index] as FieldPacket
  for (let later = index + 1; later < fields.length; later++) {
    if ((fields[later] as FieldPacket).name === name) return true
  }
  return false
}

function prepareBytes(column: WireColumn): null {
  relabelAsBytes(column)
  return null
}

function prepareRead(
  column: WireColumn,
  types: ResolvedColumnTypes,
  timeZone: string,
  reads: FieldReads | undefined,
  prepare: ColumnPreparer,
): ValueReader | null {
  const read = reads?.readOf(tableOf(column), column.name)
  const chosen = read === undefined ? types : withRead(types, read)
  const vector = reads?.vectorOf?.(column.name)
  return vector !== undefined && column.columnType === wireType.blob
    ? prepareBase64(column, vector, chosen)
    : prepare(column, chosen, timeZone)
}

/** Relabels a column of the text protocol, and gives what converts mysql2's values. */
export function prepareColumn(
  column: WireColumn,
  types: ResolvedColumnTypes,
  timeZone: string,
): ValueReader | null {
  switch (column.columnType) {
    case wireType.tiny:
      // Only bool, and every expression that gives one, has length 1 (tinyint(1) has 8).
      if (column.columnLength === 1) return readBoolean
      return types.tinyint === 'boolean' ? readTinyBoolean : null
    case wireType.longlong:
      if (types.bigint === 'number') return readCheckedInteger
      relabelAsText(column, 'latin1')
      return types.bigint === 'bigint' ? readBigInt : null
    case wireType.decimal:
    case wireType.newDecimal:
      relabelAsText(column, 'latin1')
      return types.decimal === 'number' ? readExactDecimal : null
    case wireType.float:
    case wireType.double:
      relabelAsText(column, 'latin1')
      return readFloat
    case wireType.date:
      relabelAsText(column, 'latin1')
      return types.date === 'Date' ? dateReader(timeZoneOffsetMinutes(timeZone)) : null
    case wireType.datetime:
    case wireType.timestamp:
      relabelAsText(column, 'latin1')
      return types.datetime === 'Date' ? dateReader(timeZoneOffsetMinutes(timeZone)) : null
    case wireType.bit:
      relabelAsBytes(column)
      return column.columnLength <= 53 ? readShortBits : readLongBits
    case wireType.json:
      relabelAsText(column, 'utf8')
      return types.json === 'parsed' ? readJson : null
    case wireType.geometry:
      relabelAsBytes(column)
      return readGeometry
    case wireType.uuid:
      relabelAsText(column, 'latin1')
      return null
    default:
      if (column.characterSet === BINARY_CHARSET) return null
      if (column.columnType === wireType.varchar) {
        column.encoding = 'latin1'
        return vectorReaders[types.vector]
      }
      column.encoding = 'utf8'
      return null
  }
}

function prepareBase64(
  column: WireColumn,
  vector: Base64Column,
  { vector: choice }: ResolvedColumnTypes,
): ValueReader {
  relabelAsText(column, 'latin1')
  return base64Reader(vector, choice)
}

function relabelAsText(column: WireColumn, encoding: 'latin1' | 'utf8'): void {
  column.columnType = wireType.varString
  column.characterSet = TEXT_CHARSET
  column.encoding = encoding
}

function relabelAsBytes(column: WireColumn): void {
  column.columnType = wireType.varString
  column.characterSet = BINARY_CHARSET
}

/** An assignment to `row.__proto__` would change its prototype; the row gets a property of its own. */
function setName(row: Record<string, unknown>, name: string): void {
  const standIn = standInFor(name)
  const value = row[standIn]
  delete row[standIn]
  Object.defineProperty(row, name, { value, writable: true, enumerable: true, configurable: true })
}

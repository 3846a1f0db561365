/**
 * Columns of a result whose values stay the text that the server sent. A column definition says what the text is:
 * digits, JSON, bytes or characters. It does not tell an enum or a set from a varchar (4.2.0); a table does.
 */
import type { Capabilities } from '../server/capabilities.js'
import type { ResultField } from '../sql/statement-options.js'
import { findMistaken, hidesEmptySet, type Members } from './enum-members.js'

/** How a value's text is to be read. */
export type SentKind = 'number' | 'decimal' | 'boolean' | 'json' | 'bit' | 'bytes' | 'text'

/** A column of a result. */
export interface SentColumn {
  readonly name: string
  readonly kind: SentKind
  /** For messages: `decimal(65,30)`. */
  readonly type: string
  /** Whether this server's LOAD DATA reads the type. */
  readonly isLoaded: boolean
  /** Facts of the table that the column is of; absent for a query. */
  readonly source?: SourceColumn | undefined
}

/** Facts that a table has of its column. */
export interface SourceColumn {
  readonly autoIncrement: boolean
  readonly members?: Members | undefined
}

/** Digits of the longest decimal that LOAD DATA reads; more are refused (20101 DECIMAL256, 4.2.0). */
const LOADED_DIGITS = 38

const BINARY_CHARSET = 63

const NUMBERS: Readonly<Record<number, string>> = {
  0x01: 'tinyint',
  0x02: 'smallint',
  0x03: 'int',
  0x04: 'float',
  0x05: 'double',
  0x08: 'bigint',
  0x09: 'int',
  0x0d: 'year',
}

const TEXTS: Readonly<Record<number, string>> = {
  0x07: 'timestamp',
  0x0a: 'date',
  0x0b: 'time',
  0x0c: 'datetime',
  0xf3: 'uuid',
  0xff: 'geometry',
}

type LoadAbilities = Pick<Capabilities, 'loadsBits' | 'loadsGeometry' | 'loadsYear'>

/** Reads a column definition. */
export function toSentColumn(
  field: ResultField,
  can: LoadAbilities,
  source?: SourceColumn,
): SentColumn {
  const { kind, type } = kindOf(field)
  return { name: field.name, kind, type, isLoaded: isLoaded(kind, type, can), source }
}

function isLoaded(kind: SentKind, type: string, can: LoadAbilities): boolean {
  if (type === 'geometry') return can.loadsGeometry
  if (type === 'year') return can.loadsYear
  return kind !== 'bit' || can.loadsBits
}

function kindOf({
  columnType,
  columnLength,
  decimals,
  characterSet,
}: ResultField): Pick<SentColumn, 'kind' | 'type'> {
  if (columnType === 0x01 && columnLength === 1) return { kind: 'boolean', type: 'bool' }
  const number = NUMBERS[columnType]
  if (number !== undefined) return { kind: 'number', type: number }
  if (columnType === 0x00 || columnType === 0xf6) {
    // The length is of the digits, a sign and a point.
    const digits = columnLength - (decimals > 0 ? 2 : 1)
    return { kind: 'decimal', type: `decimal(${digits},${decimals})` }
  }
  const text = TEXTS[columnType]
  if (text !== undefined) return { kind: 'text', type: text }
  if (columnType === 0xf5) return { kind: 'json', type: 'json' }
  if (columnType === 0x10) return { kind: 'bit', type: `bit(${columnLength})` }
  if (characterSet !== BINARY_CHARSET) return { kind: 'text', type: 'text' }
  return { kind: 'bytes', type: columnType === 0xfc ? 'blob' : 'binary' }
}

/** Why LOAD DATA would not read a column's text as the same values, whatever the format; undefined where it does. */
export function whyNotLoaded({ kind, type, isLoaded, source }: SentColumn): string | undefined {
  if (!isLoaded) return 'LOAD DATA of this server does not read every value of the type'
  if (kind === 'decimal' && Number(/\d+/.exec(type)?.[0]) > LOADED_DIGITS) {
    return `LOAD DATA reads no decimal of more than ${LOADED_DIGITS} digits`
  }
  const members = source?.members
  if (members === undefined) return undefined
  const member = findMistaken(members)
  if (member !== undefined) {
    const taken = member.trim() === '' ? 'NULL' : 'the number of a member'
    return `it has the member ${JSON.stringify(member)}, which LOAD DATA takes for ${taken}`
  }
  if (hidesEmptySet(members)) {
    return 'it has the member "0", which LOAD DATA could not tell from the empty set'
  }
  return undefined
}

/**
 * Columns of a result whose values stay the text that the server sent. A column definition says what the text is:
 * digits, JSON, bytes or characters. It does not tell an enum or a set from a varchar (4.2.0); a table does.
 */
import type { Capabilities } from '../server/capabilities.js'
import type { ResultField } from '../sql/statement-options.js'
import { typeOfResult } from '../wire/result-type.js'
import { BINARY_CHARSET, wireType } from '../wire/wire-types.js'
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

/** The kinds of types by their names; those of dates, of text and of vectors are text. */
const KINDS: Readonly<Record<string, SentKind>> = {
  bool: 'boolean',
  tinyint: 'number',
  smallint: 'number',
  int: 'number',
  bigint: 'number',
  float: 'number',
  double: 'number',
  year: 'number',
  decimal: 'decimal',
  json: 'json',
  bit: 'bit',
  varbinary: 'bytes',
  blob: 'bytes',
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

function kindOf(field: ResultField): Pick<SentColumn, 'kind' | 'type'> {
  const type = typeOfResult(field)
  if (type === null) {
    if (field.columnType === wireType.uuid) return { kind: 'text', type: 'uuid' }
    const isBytes = field.characterSet === BINARY_CHARSET
    return isBytes ? { kind: 'bytes', type: 'binary' } : { kind: 'text', type: 'text' }
  }
  const { name, precision, scale, length, vector } = type
  const kind = KINDS[name] ?? 'text'
  if (kind === 'decimal') return { kind, type: `decimal(${precision},${scale})` }
  if (kind === 'bit') return { kind, type: `bit(${length})` }
  // `binary` and `varbinary` arrive as one type; vectors are text.
  if (name === 'varbinary') return { kind, type: 'binary' }
  return { kind, type: vector === undefined ? name : 'text' }
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

/**
 * A statement's text with its values, for people to read: a vector of 768 numbers or a photo would
 * bury the rest. Never sent to a server.
 */
import { analyzeSql } from './analyze-sql.js'
import { ColumnVector } from './column-vector.js'

const SHOWN_NUMBERS = 3
const SHOWN_CHARACTERS = 60

/** Puts the values in place of the placeholders, long ones abbreviated. */
export function showValues(sql: string, values: readonly unknown[]): string {
  const { segments } = analyzeSql(sql)
  return segments
    .map((segment, index) =>
      index < segments.length - 1 ? `${segment}${showValue(values[index])}` : segment,
    )
    .join('')
}

/**
 * Shows one value.
 *
 * @example
 * showValue(new Float32Array(768))  // '[0, 0, 0, … 768 numbers]'
 */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return showText(value)
  if (value === null || value === undefined) return 'null'
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'null' : `'${value.toISOString()}'`
  if (value instanceof ColumnVector) return showValue(value.values)
  if (value instanceof Uint8Array) return `<${value.byteLength} bytes>`
  if (value instanceof Float32Array || value instanceof Float64Array || isNumbers(value)) {
    const shown = Array.from(value.slice(0, SHOWN_NUMBERS)).join(', ')
    return value.length > SHOWN_NUMBERS ? `[${shown}, … ${value.length} numbers]` : `[${shown}]`
  }
  if (typeof value === 'object') return showObject(value)
  return typeof value === 'function' ? '<a function>' : String(value as number)
}

/** A value that JSON cannot hold was refused before it was sent, but is still logged. */
function showObject(value: object): string {
  try {
    return showText(JSON.stringify(value, (_key, item: unknown) => showBigint(item)))
  } catch {
    return '<an object>'
  }
}

function showBigint(item: unknown): unknown {
  return typeof item === 'bigint' ? String(item) : item
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number')
}

function showText(text: string): string {
  if (text.length <= SHOWN_CHARACTERS) return `'${text.replaceAll("'", "''")}'`
  return `'${text.slice(0, SHOWN_CHARACTERS).replaceAll("'", "''")}…' <${text.length} characters>`
}

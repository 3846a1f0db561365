/**
 * The hint that makes MatrixOne read a table as it was: `t {snapshot = 'friday'}`.
 *
 * An instant is always written as `{timestamp = '…'}` with nine digits: it is UTC whatever the
 * session's time zone is, exact to the nanosecond, and the server itself refuses one in the future
 * (20203). `{mo_ts = …}` and `{as of timestamp …}` silently read the present there (all measured on
 * 3.0.14, 4.1.4 and 4.2.0).
 */
import { ValueError } from '../errors.js'
import { isObject } from '../options/option-rules.js'
import { toLiteral } from './literals.js'

/** A past state of the data: a named snapshot, or an instant. */
export type Instant =
  | { readonly snapshot: string }
  | { readonly timestamp: Date }
  /** Nanoseconds since 1970-01-01 UTC, as `Snapshot.moTs` has them. */
  | { readonly moTs: bigint }

/** Words that a hint can begin with behind its brace. */
export const hintWords: ReadonlySet<string> = new Set(['SNAPSHOT', 'TIMESTAMP', 'MO_TS', 'AS'])

const NANOSECONDS = 1_000_000n

/**
 * Writes the hint that follows a table's name.
 *
 * @throws {ValueError} for a name that no snapshot can have, or an invalid instant
 *
 * @example
 * writeTimeHint({ snapshot: 'friday' })      // {snapshot = 'friday'}
 * writeTimeHint({ timestamp: new Date(0) })  // {timestamp = '1970-01-01 00:00:00.000000000'}
 */
export function writeTimeHint(instant: Instant): string {
  const given = isObject(instant) ? instant : {}
  const kinds = ['snapshot', 'timestamp', 'moTs'].filter((kind) => Object.hasOwn(given, kind))
  if (kinds.length !== 1) {
    throw new ValueError(
      'A past state is one of { snapshot: name }, { timestamp: Date } and { moTs: bigint }' +
        `${kinds.length === 0 ? '' : `, not ${kinds.join(' and ')} together`}.`,
    )
  }
  if ('snapshot' in instant) return `{snapshot = ${toLiteral(storedName(instant.snapshot))}}`
  const moTs = 'moTs' in instant ? instant.moTs : moTsOf(instant.timestamp)
  return `{timestamp = ${toLiteral(writeUtcText(moTs))}}`
}

/** The server folds a snapshot's name to lower case, but not here, where it stands in quotes. */
function storedName(name: string): string {
  if (typeof name !== 'string' || name === '' || /[\s'"`\\]/.test(name)) {
    throw new ValueError(
      `No snapshot can be named ${JSON.stringify(name)}: MatrixOne allows no blanks, quotes or backslashes in it.`,
    )
  }
  return name.toLowerCase()
}

/** Nanoseconds since 1970-01-01 UTC of a Date. */
export function moTsOf(date: Date): bigint {
  const milliseconds = date instanceof Date ? date.getTime() : Number.NaN
  if (Number.isNaN(milliseconds)) {
    throw new ValueError('The timestamp is not a valid Date. Pass a Date, or nanoseconds as moTs.')
  }
  return BigInt(milliseconds) * NANOSECONDS
}

/** Nanoseconds since 1970-01-01 UTC as `2026-11-21 11:11:19.882318125`. */
export function writeUtcText(moTs: bigint): string {
  if (typeof moTs !== 'bigint' || moTs < 0n || moTs >= 253_402_300_800_000_000_000n) {
    throw new ValueError(
      `moTs must be a bigint of nanoseconds between the years 1970 and 9999, got ${String(moTs)}.`,
    )
  }
  const seconds = new Date(Number(moTs / NANOSECONDS)).toISOString().slice(0, 19)
  const fraction = String(moTs % 1_000_000_000n).padStart(9, '0')
  return `${seconds.replace('T', ' ')}.${fraction}`
}

const utcText = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?/

/**
 * Reads the server's UTC text, which has up to nine digits of fraction with trailing zeros cut.
 *
 * @throws {ValueError} for any other text
 */
export function readUtcText(text: string): bigint {
  const [, day, time, fraction = ''] = utcText.exec(text) ?? []
  const milliseconds = Date.parse(`${day}T${time}Z`)
  if (Number.isNaN(milliseconds))
    throw new ValueError(
      `${JSON.stringify(text)} is not a UTC time such as 2026-11-21 11:11:19.882.`,
    )
  return BigInt(milliseconds) * NANOSECONDS + BigInt(fraction.padEnd(9, '0'))
}

/** The Date of nanoseconds since 1970-01-01 UTC, cut to milliseconds. */
export function dateOfMoTs(moTs: bigint): Date {
  return new Date(Number(moTs / NANOSECONDS))
}

/** A hint in normal form: two that mean the same compare equal. */
export function normalizeHint(hint: string): string {
  const [, key = '', value = ''] = /^\{\s*([^=]*?)\s*=\s*(.*?)\s*\}$/s.exec(hint) ?? []
  return key === '' ? hint : `${key}=${value.replaceAll(/["`]/g, "'")}`.toLowerCase()
}

/**
 * Milliseconds until the present moment can be read as a past one: a commit of that moment may not be applied
 * yet, and a later read would show it (at once, 22 of 75 scans beside a writer were torn; after 5 ms, none;
 * 4.2.0).
 */
export const SETTLING = 50

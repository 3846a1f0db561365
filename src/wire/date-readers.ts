/** Reads `date`, `datetime` and `timestamp` text as `Date` in a zone with a fixed offset. */
import { ValueError } from '../errors.js'
import type { ValueReader } from './wire-readers.js'

const MINUTE = 60_000

const byOffset = new Map<number, ValueReader>()

/** The reader for text of the zone that is `offsetMinutes` ahead of UTC. */
export function dateReader(offsetMinutes: number): ValueReader {
  let reader = byOffset.get(offsetMinutes)
  if (reader === undefined) {
    reader = (text, column) => readDate(text as string, offsetMinutes, column)
    byOffset.set(offsetMinutes, reader)
  }
  return reader
}

/** Text is `YYYY-MM-DD`, `YYYY-MM-DD hh:mm:ss` or the latter with up to six more digits. */
function readDate(text: string, offsetMinutes: number, column: string): Date {
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 2)
  const day = digits(text, 8, 2)
  if (!(month >= 1 && day >= 1) || (text.length !== 10 && text.length < 19)) {
    throw new ValueError(
      `Column ${JSON.stringify(column)} holds ${JSON.stringify(text)}, which is not a point in time. ` +
        "Declare types: { date: 'string', datetime: 'string' } to read it as text.",
    )
  }
  let time = Date.UTC(year, month - 1, day)
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  if (year < 100) time = new Date(time).setUTCFullYear(year, month - 1, day)
  if (text.length > 10) {
    time += (digits(text, 11, 2) * 60 + digits(text, 14, 2)) * MINUTE + digits(text, 17, 2) * 1000
    if (text.length > 20) time += milliseconds(text)
  }
  return new Date(time - offsetMinutes * MINUTE)
}

function digits(text: string, from: number, count: number): number {
  let number = 0
  for (let at = from; at < from + count; at++) number = number * 10 + text.charCodeAt(at) - 48
  return number
}

function milliseconds(text: string): number {
  const count = Math.min(text.length - 20, 3)
  return digits(text, 20, count) * (count === 3 ? 1 : count === 2 ? 10 : 100)
}

import { dateReader } from '../../wire/date-readers.js'
import { timeZoneOffsetMinutes } from '../../sql/time-zone.js'
import type { ManagerDb } from './execute.js'
import { runtimeOf } from './runtime-of.js'

/** Reads a time; null for none. */
export type TimeReader = (value: Date | string | null | undefined) => Date | null

/**
 * Makes a reader of times that a SHOW statement or the catalog gives in the session's time
 * zone, whether the connection reads DATETIME as `Date` or as text.
 */
export function timeReader(db: ManagerDb): TimeReader {
  const offset = timeZoneOffsetMinutes(runtimeOf(db)?.timeZone ?? '+00:00')
  return (value) => {
    if (value === null || value === undefined) return null
    return value instanceof Date ? value : (dateReader(offset)(value, 'time') as Date)
  }
}

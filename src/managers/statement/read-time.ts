import type { Kysely } from 'kysely'
import { dateReader } from '../../wire/date-readers.js'
import { timeZoneOffsetMinutes } from '../../sql/time-zone.js'
import { runtimeOf } from './runtime-of.js'

/**
 * Reads a time that a SHOW statement or the catalog gave in the session's time zone, whether the
 * connection reads DATETIME as `Date` or as text.
 */
export function timeReader(
  db: Pick<Kysely<unknown>, 'getExecutor'>,
): (value: Date | string | null | undefined) => Date | null {
  const offset = timeZoneOffsetMinutes(runtimeOf(db)?.timeZone ?? '+00:00')
  return (value) => {
    if (value === null || value === undefined) return null
    return value instanceof Date ? value : (dateReader(offset)(value, 'time') as Date)
  }
}

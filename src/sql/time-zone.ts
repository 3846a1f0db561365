import { ValueError } from '../errors.js'

const known = new Map<string, number>()

/**
 * The minutes that a time zone is ahead of UTC.
 *
 * @param timeZone an offset such as `+08:00` or `-03:30`, `Z` or `UTC`: a `Date` can only be written
 * and read without a calendar when the offset never changes, so names such as `Asia/Shanghai` are refused
 * @throws {ValueError} for anything else
 */
export function timeZoneOffsetMinutes(timeZone: string): number {
  const cached = known.get(timeZone)
  if (cached !== undefined) return cached
  const minutes = parseOffset(timeZone)
  known.set(timeZone, minutes)
  return minutes
}

function parseOffset(timeZone: string): number {
  if (timeZone === 'Z' || timeZone === 'UTC') return 0
  const match = /^([+-])(\d{2}):([0-5]\d)$/.exec(timeZone)
  const minutes = Number(match?.[2]) * 60 + Number(match?.[3])
  if (match === null || minutes > 14 * 60) {
    throw new ValueError(
      `The time zone ${JSON.stringify(timeZone)} has no fixed offset. ` +
        "Use an offset between '-14:00' and '+14:00', 'Z' or 'UTC': with a named zone a Date could not be read back as it was written.",
    )
  }
  return match[1] === '-' ? -minutes : minutes
}

/** Writes an offset the way MatrixOne and this client spell it: `+08:00`, `-03:30`. */
export function toOffset(minutes: number): string {
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const digits = [hours, rest].map((part) => String(part).padStart(2, '0')).join(':')
  return `${minutes < 0 ? '-' : '+'}${digits}`
}

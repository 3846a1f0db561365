import { ValueError } from '../errors.js'

/** @throws {ValueError} for a limit that is not a whole number from 1 */
export function checkLimit(call: string, count: number): number {
  if (Number.isSafeInteger(count) && count >= 1) return count
  throw new ValueError(
    `The limit of ${call} must be a whole number of at least 1, got ${String(count)}.`,
  )
}

/**
 * Durations in milliseconds. A timer of Node keeps at most 2^31 - 1 of them: it would fire at once for
 * more, for Infinity and for NaN. So Infinity means no limit, and the rest is refused.
 */
import { ValueError } from '../../errors.js'

/** The longest wait of a timer, in milliseconds. */
export const LONGEST_DURATION = 2 ** 31 - 1

/**
 * Checks durations of one call; `undefined` counts as absent.
 *
 * @param call whose options they are, for messages: `withDeadline`
 * @throws {ValueError} naming the option
 */
export function checkDurations(
  call: string,
  durations: Readonly<Record<string, number | null | undefined>>,
): void {
  for (const [name, value] of Object.entries(durations)) {
    if (value === undefined || value === null || isDuration(value)) continue
    throw new ValueError(
      `The option ${name} of ${call} must be milliseconds from 0 to ${LONGEST_DURATION}, or Infinity for no ` +
        `limit, got ${typeof value === 'number' ? value : JSON.stringify(value)}.`,
    )
  }
}

/** Starts a timer, and none for Infinity. */
export function startTimer(milliseconds: number, expire: () => void): NodeJS.Timeout | undefined {
  return milliseconds === Infinity ? undefined : setTimeout(expire, milliseconds)
}

function isDuration(value: unknown): boolean {
  if (typeof value !== 'number') return false
  return value === Infinity || (value >= 0 && value <= LONGEST_DURATION)
}

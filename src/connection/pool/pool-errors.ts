/** Errors of a pool, each with what to do about it. */
import { AcquireTimeoutError, ConnectionError, ConnectionHookError } from '../../errors.js'
import { messageOf } from '../../server/rewrap-error.js'

/** @param milliseconds the acquire deadline */
export function acquireTimeout(milliseconds: number): Error {
  return new AcquireTimeoutError(
    `No connection was free and ready within ${milliseconds} ms. Is every connection of the pool ` +
      'in use, or does a connection hook hang? Raise connectionLimit or acquireTimeout.',
  )
}

/** Neither of two connections could be set up; the first failure is the cause. */
export function failedAgain(first: Error, second: unknown): Error {
  return new ConnectionHookError(
    `Two connections could not be set up. The second one: ${messageOf(second)} The first one: ${first.message}`,
    { cause: first },
  )
}

/** A `checkout` listener that refuses every connection. */
export function refusedTooOften(times: number, cause: Error): Error {
  return new ConnectionError(
    `A checkout listener refused ${times} fresh connections one after the other, the last ` +
      `one because: ${cause.message} Is the server up, and the listener right?`,
    { cause },
  )
}

/** Warns of a listener whose failure stops nothing. */
export function warnOfListener(event: string, error: unknown): void {
  process.emitWarning(`A pool listener failed at ${event}: ${messageOf(error)}`, {
    type: 'MatrixOneWarning',
  })
}

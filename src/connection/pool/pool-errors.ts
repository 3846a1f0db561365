/** What goes wrong in a pool, and what to do about it. */
import { AcquireTimeoutError, ConnectionError, ConnectionHookError } from '../../errors.js'
import { messageOf } from '../../server/rewrap-error.js'

/** @param milliseconds the acquire deadline */
export function acquireTimeout(milliseconds: number): Error {
  return new AcquireTimeoutError(
    `No connection was free and ready within ${milliseconds} ms. Is every connection of the pool ` +
      'in use, or a connection hook hanging? Raise connectionLimit or acquireTimeout.',
  )
}

/** A hook that waits for the connection that it sets up. */
export function usedInHook(): Error {
  return new ConnectionHookError(
    'A connection hook or pool listener asked its own pool for a connection, which would wait for ' +
      'itself. Use the connection that it is given: async (connection) => { await ' +
      "connection.execute('set …') }.",
  )
}

/** Neither of two connections could be set up; the first failure is the cause. */
export function failedAgain(first: Error, second: unknown): Error {
  return new ConnectionHookError(
    `Two connections could not be set up. The second one: ${messageOf(second)} The first one: ${first.message}`,
    { cause: first },
  )
}

/** A `checkout` listener that nothing pleases. */
export function refusedTooOften(times: number, cause: Error): Error {
  return new ConnectionError(
    `A checkout listener refused ${times} fresh connections one after the other, the last ` +
      `one because: ${cause.message} Is the server up, and the listener right?`,
    { cause },
  )
}

/** Says that a listener failed whose failure stops nothing. */
export function warnOfListener(event: string, error: unknown): void {
  process.emitWarning(`A pool listener failed at ${event}: ${messageOf(error)}`, {
    type: 'MatrixOneWarning',
  })
}

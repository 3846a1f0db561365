import { AsyncLocalStorage } from 'node:async_hooks'
import { ConnectionHookError } from '../../errors.js'
import { runWithin } from '../limits/waiting.js'
import type { PhysicalConnection } from '../mysql2/physical-connection.js'

/**
 * Runs hooks and listeners within a time limit. One that asks its own pool for a connection waits for
 * itself; the limit ends that. But the query that it has begun gets a connection afterwards, on which
 * the same hook begins another query, and so on. So once a hook has hung, the pool refuses requests
 * from inside of hooks. Not before: AsyncLocalStorage slows every promise of the process down on
 * Node 20 once it is in use, a checkout by a tenth.
 */
export class HookRunner {
  readonly #timeout: number
  #inside: AsyncLocalStorage<true> | undefined

  /** @param timeout the option `hookTimeout` */
  constructor(timeout: number) {
    this.#timeout = timeout
  }

  /** @throws {ConnectionHookError} inside a hook or listener, once one of them has hung */
  refuseInside(): void {
    if (this.#inside?.getStore() === true) throw usedInHook()
  }

  /**
   * Runs a hook or listener on a connection, which is closed when it hangs: it may be in any state.
   *
   * @param what as a subject: `The connection hook "region"`
   * @param timeout the hook's own, instead of `hookTimeout`
   */
  run(
    what: string,
    physical: PhysicalConnection,
    signal: AbortSignal | undefined,
    action: () => void | Promise<void>,
    timeout: number = this.#timeout,
  ): Promise<void> {
    const expire = (): Error => {
      this.#inside ??= new AsyncLocalStorage()
      return close(physical, hookTimedOut(what, timeout))
    }
    const run = (): void | Promise<void> =>
      this.#inside === undefined ? action() : this.#inside.run(true, action)
    return runWithin(timeout, run, signal === undefined ? { expire } : { signal, expire })
  }

  /** Runs what the client itself asks and sets on a new connection. */
  runOwn(
    physical: PhysicalConnection,
    signal: AbortSignal,
    action: () => Promise<void>,
  ): Promise<void> {
    const expire = (): Error => close(physical, setupTimedOut(this.#timeout))
    return runWithin(this.#timeout, action, { signal, expire })
  }
}

function close(physical: PhysicalConnection, reason: Error): Error {
  physical.destroy(reason)
  return reason
}

const ADVICE =
  "Use the connection that it is given: async (connection) => { await connection.execute('set …') }."

function hookTimedOut(what: string, milliseconds: number): Error {
  return new ConnectionHookError(
    `${what} did not finish within ${milliseconds} ms; its connection was closed. It may be waiting ` +
      `for a connection of the pool that it is setting up. ${ADVICE} Raise hookTimeout if it needs longer.`,
  )
}

function usedInHook(): Error {
  return new ConnectionHookError(
    'A connection hook or pool listener asked its own pool for a connection, which would wait for ' +
      `itself. ${ADVICE}`,
  )
}

function setupTimedOut(milliseconds: number): Error {
  return new ConnectionHookError(
    `The server did not answer within ${milliseconds} ms while a new connection was set up; it was ` +
      'closed. Raise hookTimeout if the server needs longer.',
  )
}

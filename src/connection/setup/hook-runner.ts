import { AsyncLocalStorage } from 'node:async_hooks'
import { ConnectionHookError } from '../../errors.js'
import type { GuardAction } from '../../guards/guards.js'
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
  readonly #autocommit: GuardAction
  #inside: AsyncLocalStorage<true> | undefined

  /**
   * @param timeout the option `hookTimeout`
   * @param autocommit the guard of that name
   */
  constructor(timeout: number, autocommit: GuardAction) {
    this.#timeout = timeout
    this.#autocommit = autocommit
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

  /**
   * Closes a connection on which statements would not be committed.
   *
   * @param what ran on it, as a subject
   * @throws {ConnectionHookError} when it left a transaction open, or autocommit off
   */
  refuseLeftOpen(what: string, physical: PhysicalConnection): void {
    const { autocommit, inTransaction } = physical
    if (inTransaction) throw close(physical, leftOpen(`${what} left a transaction open`))
    if (autocommit || this.#autocommit !== 'refuse') return
    throw close(physical, leftOpen(`${what} left autocommit off`))
  }

  /** Runs what the client itself asks and sets on a new connection. */
  runOwn<T>(
    physical: PhysicalConnection,
    signal: AbortSignal,
    action: () => Promise<T>,
  ): Promise<T> {
    const expire = (): Error => close(physical, setupTimedOut(this.#timeout))
    return runWithin(this.#timeout, action, { signal, expire })
  }
}

function leftOpen(what: string): Error {
  return new ConnectionHookError(
    `${what}, so nothing that is written afterwards would be committed; the connection was closed. ` +
      'Send COMMIT before it returns, and leave autocommit on.',
  )
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

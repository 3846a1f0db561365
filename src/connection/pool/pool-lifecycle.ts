/** The way of a connection from the pool to its user: hooks, then listeners. */
import { ConnectionError } from '../../errors.js'
import type { ConnectionSetup } from '../setup/connection-setup.js'
import { lendConnection } from '../setup/hook-connection.js'
import type { PoolEvent, PoolListeners } from '../setup/listeners.js'
import { givenInTransaction } from '../setup/session-identity.js'
import type { PooledConnection } from './pooled-connection.js'
import { runWithin, untilAborted } from '../limits/waiting.js'

/** Milliseconds for the answer to a ping, which takes the server a fraction of one. */
const PING_TIMEOUT = 1_000

/** Sets connections up and calls the listeners. */
export class PoolLifecycle {
  readonly #setup: ConnectionSetup
  readonly #listeners: PoolListeners
  readonly #isGiven: boolean
  #first: Promise<void> | undefined

  /** @param isGiven whether the program made the pool or connection */
  constructor(setup: ConnectionSetup, listeners: PoolListeners, isGiven: boolean) {
    this.#setup = setup
    this.#listeners = listeners
    this.#isGiven = isGiven
  }

  /** @throws {ConnectionHookError} inside a hook or listener, once one of them has hung */
  refuseInside(): void {
    this.#setup.runner.refuseInside()
  }

  /** Whether it can be handed out as it is. */
  isReady(pooled: PooledConnection): boolean {
    return (
      pooled.generation === this.#setup.generation &&
      !pooled.isDoubtful &&
      !pooled.physical.inTransaction &&
      !this.#listeners.has('checkout')
    )
  }

  hears(event: PoolEvent): boolean {
    return this.#listeners.has(event)
  }

  /** Runs what is due before the connection can be handed out. */
  async prepare(pooled: PooledConnection, attempt: number, signal: AbortSignal): Promise<void> {
    if (pooled.isDoubtful) await ping(pooled, signal)
    // Ours are never put back so; the program's own statements may have begun one meanwhile.
    if (!pooled.isNew && pooled.physical.inTransaction) throw givenInTransaction()
    if (pooled.generation !== this.#setup.generation) {
      const { isNew } = pooled
      await this.#setup.run(pooled, { attempt, signal, isGiven: this.#isGiven })
      if (isNew) {
        await this.#callFirst(pooled, signal)
        await this.call('connect', pooled, signal)
      }
    }
    await this.call('checkout', pooled, signal)
  }

  /** Calls the listeners of an event; one that hangs costs the connection. */
  async call(event: PoolEvent, pooled: PooledConnection, signal?: AbortSignal): Promise<void> {
    if (!this.#listeners.has(event)) return
    const { physical, record } = pooled
    const { runner } = this.#setup
    const what = `The pool listener's ${event}`
    await runner.run(what, physical, signal, () =>
      lendConnection(physical, this.#setup.accessAt(1), (connection) =>
        this.#listeners.call(event, connection, record),
      ),
    )
    if (!physical.isClosed) runner.refuseLeftOpen(what, physical)
  }

  /** One connection at a time goes through `firstConnect`, until it has succeeded. */
  async #callFirst(pooled: PooledConnection, signal: AbortSignal): Promise<void> {
    while (this.#listeners.has('firstConnect')) {
      if (this.#first === undefined) {
        this.#first = this.call('firstConnect', pooled, signal).finally(() => {
          this.#first = undefined
        })
        await this.#first
      } else {
        // A waiter has an acquire deadline of its own; a failure belongs to the one that runs it.
        await untilAborted(
          this.#first.catch(() => undefined),
          signal,
        )
      }
    }
  }
}

/** @throws {ConnectionError} when a connection that was idle for long has died meanwhile */
async function ping({ physical }: PooledConnection, signal: AbortSignal): Promise<void> {
  const expire = (): Error =>
    new ConnectionError(`An idle connection did not answer a ping in ${PING_TIMEOUT} ms.`)
  await runWithin(PING_TIMEOUT, () => physical.ping(), { signal, expire })
}

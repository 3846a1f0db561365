/** The way of a connection from the pool to its user: hooks, then listeners. */
import { ConnectionError } from '../../errors.js'
import type { ConnectionSetup } from '../setup/connection-setup.js'
import type { PoolEvent, PoolListeners } from '../setup/listeners.js'
import type { PooledConnection } from './pooled-connection.js'
import { runWithin, untilAborted } from '../limits/waiting.js'

/** Milliseconds for the answer to a ping, which takes the server a fraction of one. */
const PING_TIMEOUT = 1_000

/** Sets connections up and calls the listeners. */
export class PoolLifecycle {
  readonly #setup: ConnectionSetup
  readonly #listeners: PoolListeners
  #first: Promise<void> | undefined

  constructor(setup: ConnectionSetup, listeners: PoolListeners) {
    this.#setup = setup
    this.#listeners = listeners
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
      !this.#listeners.has('checkout')
    )
  }

  hears(event: PoolEvent): boolean {
    return this.#listeners.has(event)
  }

  /** Runs what is due before the connection can be handed out. */
  async prepare(pooled: PooledConnection, attempt: number, signal: AbortSignal): Promise<void> {
    if (pooled.isDoubtful) await ping(pooled, signal)
    if (pooled.generation !== this.#setup.generation) {
      const { isNew } = pooled
      await this.#setup.run(pooled, { attempt, signal })
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
    const handle = (pooled.handle ??= this.#setup.handleOf(physical))
    await this.#setup.runner.run(`The pool listener's ${event}`, physical, signal, () =>
      this.#listeners.call(event, handle, record),
    )
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

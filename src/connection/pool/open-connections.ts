import type { PoolConnection } from 'mysql2'
import { outcomeWithin } from '../limits/waiting.js'
import { destroySocket, socketOf } from '../mysql2/internals.js'
import { PhysicalConnection, type WireOptions } from '../mysql2/physical-connection.js'
import { warnOfListener } from './pool-errors.js'
import type { PoolLifecycle } from './pool-lifecycle.js'
import { PooledConnection } from './pooled-connection.js'

/** Connections of a pool, each from the opening of its socket to its `close` listeners. */
export class OpenConnections {
  readonly #wire: WireOptions
  readonly #lifecycle: PoolLifecycle
  readonly #sockets = new Set<PoolConnection>()
  readonly #pooled = new WeakMap<PoolConnection, PooledConnection>()
  /** `close` listeners that have not ended. */
  readonly #farewells = new Set<Promise<void>>()

  constructor(wire: WireOptions, lifecycle: PoolLifecycle) {
    this.#wire = wire
    this.#lifecycle = lifecycle
  }

  /** Notes a socket; it may be opened by mysql2 and never handed out. */
  add(raw: PoolConnection): void {
    if (this.#sockets.has(raw)) return
    this.#sockets.add(raw)
    socketOf(raw).once('close', () => {
      this.#sockets.delete(raw)
      this.#sayFarewell(this.#pooled.get(raw))
    })
  }

  /** Gives what the pool keeps about a connection, from its first use on. */
  stateOf(raw: PoolConnection): PooledConnection {
    let pooled = this.#pooled.get(raw)
    if (pooled === undefined) {
      this.add(raw)
      pooled = new PooledConnection(new PhysicalConnection(raw, this.#wire))
      this.#pooled.set(raw, pooled)
    }
    return pooled
  }

  /** Closes every socket, and waits for the `close` listeners so many milliseconds. */
  async closeAll(reason: Error, milliseconds: number): Promise<void> {
    for (const raw of this.#sockets) {
      const pooled = this.#pooled.get(raw)
      if (pooled === undefined) destroySocket(raw)
      pooled?.physical.destroy(reason)
      this.#sayFarewell(pooled)
    }
    this.#sockets.clear()
    await outcomeWithin(milliseconds, Promise.all(this.#farewells))
  }

  /** Calls the `close` listeners, once, for a connection that had been set up. */
  #sayFarewell(pooled: PooledConnection | undefined): void {
    if (pooled === undefined || pooled.isNew || pooled.hasEnded) return
    pooled.hasEnded = true
    if (!this.#lifecycle.hears('close')) return
    const farewell = this.#lifecycle
      .call('close', pooled)
      .catch((error: unknown) => warnOfListener('close', error))
      .finally(() => this.#farewells.delete(farewell))
    this.#farewells.add(farewell)
  }
}

/**
 * The pool as the driver sees it: a connection that is handed out has been set up, one that could
 * not be is closed, every wait has a deadline, and after `destroy()` no socket is left open.
 */
import { channel } from 'node:diagnostics_channel'
import type { PoolConnection } from 'mysql2'
import { ConnectionError, DisconnectionError } from '../../errors.js'
import { Acquiring } from './acquiring.js'
import type { ConnectionRecord } from '../setup/connection-record.js'
import type { ConnectionSource } from './connection-source.js'
import { type ConnectionSetup, isRepeatable } from '../setup/connection-setup.js'
import { SharedTimer } from '../limits/shared-timer.js'
import type { Timeouts } from '../limits/timeouts.js'
import { outcomeWithin } from '../limits/waiting.js'
import { publish } from '../../observe/events.js'
import type { PoolListeners } from '../setup/listeners.js'
import type { PhysicalConnection, WireOptions } from '../mysql2/physical-connection.js'
import { acquireTimeout, failedAgain, refusedTooOften, warnOfListener } from './pool-errors.js'
import { OpenConnections } from './open-connections.js'
import { PoolLifecycle } from './pool-lifecycle.js'

/** Held here, because it is looked at for each acquire. */
const checkouts = channel('kysely-matrixone:connection:checkout')

/** How many fresh connections a `checkout` listener may refuse before the acquire fails. */
const MAX_REFUSALS = 3

/** Milliseconds of the shutdown timeout, or half of it, that are kept for ending statements. */
const KILL_TIME = 1_000

/** Hands out connections that are ready. */
export class ConnectionPool {
  readonly #source: ConnectionSource
  readonly #lifecycle: PoolLifecycle
  readonly #open: OpenConnections
  readonly #timeouts: Timeouts
  /** Ready for the next acquire, most recently used last; empty while an acquire waits. */
  readonly #idle: PhysicalConnection[] = []
  readonly #inUse = new Set<PhysicalConnection>()
  #whenIdle: (() => void) | undefined
  readonly #acquiring: SharedTimer
  readonly #waits = new Set<Acquiring>()
  #closing = false

  constructor(
    source: ConnectionSource,
    setup: ConnectionSetup,
    listeners: PoolListeners,
    wire: WireOptions,
    timeouts: Timeouts,
  ) {
    this.#source = source
    this.#lifecycle = new PoolLifecycle(setup, listeners, source.isGiven)
    this.#open = new OpenConnections(wire, this.#lifecycle)
    this.#timeouts = timeouts
    this.#acquiring = new SharedTimer(timeouts.acquire)
    source.onConnection((raw) => this.#open.add(raw))
  }

  /**
   * Takes a connection out of the pool.
   *
   * @param signal ends the wait; kysely tells the caller then, so nothing is rejected
   * @throws {AcquireTimeoutError} when none was free and ready in time
   * @throws {ConnectionError} when it cannot be made or set up
   * @throws {ConnectionHookError} inside a hook or listener, once one of them has hung
   */
  acquire(signal?: AbortSignal): PhysicalConnection | Promise<PhysicalConnection> {
    if (this.#closing) throw new ConnectionError('The pool is closed: destroy() was called.')
    this.#lifecycle.refuseInside()
    const idle = this.#takeIdle()
    if (idle !== undefined && this.#lifecycle.isReady(this.#open.stateOf(idle.raw))) {
      if (checkouts.hasSubscribers) checkouts.publish({ connectionId: idle.id, waited: 0 })
      return idle
    }
    return this.#wait(idle, signal)
  }

  /** The program's notes about a connection. */
  recordOf(connection: PhysicalConnection): ConnectionRecord {
    return this.#open.stateOf(connection.raw).record
  }

  /** Puts a connection back; one that broke is closed instead. */
  release(connection: PhysicalConnection): void | Promise<void> {
    if (this.#lifecycle.hears('checkin')) return this.#checkIn(connection)
    this.#putBack(connection)
  }

  /** Closes a connection instead of putting it back. */
  dispose(connection: PhysicalConnection, reason?: Error): void | Promise<void> {
    connection.destroy(reason)
    return this.release(connection)
  }

  /**
   * Waits for connections in use, ends what still runs on the server, and closes every socket, all
   * within the shutdown timeout.
   *
   * @param kill ends the statement on a connection, which would keep its locks without a client
   */
  async destroy(kill: (connection: PhysicalConnection) => Promise<void>): Promise<void> {
    this.#closing = true
    if (this.#inUse.size > 0) {
      const idle = new Promise<void>((resolve) => (this.#whenIdle = resolve))
      const { shutdown } = this.#timeouts
      const forKill = Math.min(KILL_TIME, shutdown / 2)
      const isLate = (await outcomeWithin(shutdown - forKill, idle)) === 'expired'
      if (isLate) await outcomeWithin(forKill, this.#endRunning(kill))
    }
    this.#source.end()
    const reason = new ConnectionError('The connection was closed by destroy().')
    for (const acquiring of this.#waits) acquiring.end(reason)
    await this.#open.closeAll(reason, this.#timeouts.shutdown)
  }

  /** Resolves when the callers of all running statements have been answered. */
  async #endRunning(kill: (connection: PhysicalConnection) => Promise<void>): Promise<void> {
    const running = [...this.#inUse].filter(({ isRunning }) => isRunning)
    await Promise.allSettled(
      running.map(async (connection) => {
        await kill(connection)
        await connection.whenAnswered()
      }),
    )
  }

  #takeIdle(): PhysicalConnection | undefined {
    let connection = this.#idle.pop()
    while (connection?.isClosed) connection = this.#idle.pop()
    if (connection !== undefined) this.#inUse.add(connection)
    return connection
  }

  #wait(
    idle: PhysicalConnection | undefined,
    signal: AbortSignal | undefined,
  ): Promise<PhysicalConnection> {
    return new Promise((resolve, reject) => {
      const began = performance.now()
      const acquiring = new Acquiring(reject)
      const expired = this.#acquiring.add(() =>
        acquiring.end(acquireTimeout(this.#timeouts.acquire)),
      )
      const settle = (): void => {
        expired()
        this.#waits.delete(acquiring)
        signal?.removeEventListener('abort', settle)
      }
      this.#waits.add(acquiring)
      if (idle === undefined) {
        publish('kysely-matrixone:connection:wait', { waiting: this.#waits.size })
      }
      signal?.addEventListener('abort', settle, { once: true })
      this.#take(
        idle,
        acquiring,
        (connection) => {
          settle()
          // Ready too late, it is for the next one.
          if (acquiring.hasEnded) return void this.release(connection)
          if (checkouts.hasSubscribers) {
            const waited = performance.now() - began
            checkouts.publish({ connectionId: connection.id, waited })
          }
          resolve(connection)
        },
        (error) => {
          settle()
          if (!signal?.aborted) reject(error)
        },
      )
    })
  }

  #take(
    idle: PhysicalConnection | undefined,
    acquiring: Acquiring,
    resolve: (connection: PhysicalConnection) => void,
    reject: (error: Error) => void,
  ): void {
    if (idle !== undefined) {
      this.#makeReady(idle, acquiring).then(resolve, reject)
      return
    }
    this.#source.connect((error, raw) => {
      if (error !== null) return reject(error)
      const connection = this.#adopt(raw)
      if (acquiring.hasEnded) return this.#putBack(connection)
      if (this.#lifecycle.isReady(this.#open.stateOf(raw))) return resolve(connection)
      this.#makeReady(connection, acquiring).then(resolve, reject)
    })
  }

  /**
   * Runs hooks and listeners on a connection, and on another one when that may help: once after a
   * failure of a new one that can be repeated, a few times after a refusal by a `checkout` listener,
   * and for each idle one that turns out to be broken. A refused one is followed by a fresh one.
   */
  async #makeReady(first: PhysicalConnection, acquiring: Acquiring): Promise<PhysicalConnection> {
    let connection = first
    let failure: Error | undefined
    let refusals = 0
    for (;;) {
      const pooled = this.#open.stateOf(connection.raw)
      const { isNew, isDoubtful } = pooled
      let isRefused = false
      try {
        await this.#lifecycle.prepare(pooled, failure === undefined ? 1 : 2, acquiring.signal)
        return connection
      } catch (error) {
        this.#takeBack(connection)
        if (acquiring.hasEnded) throw error
        isRefused = error instanceof DisconnectionError
        if (isRefused) {
          refusals += isNew ? 1 : 0
          if (refusals === MAX_REFUSALS) throw refusedTooOften(MAX_REFUSALS, error as Error)
        } else if (isNew || !isRepeatable(error)) {
          if (failure !== undefined) throw failedAgain(failure, error)
          if (!isRepeatable(error)) throw error
          failure = error
        }
      }
      // The last one to come back is taken first: where it has died, or a listener refused it, so it
      // may be with the others.
      const idle = isDoubtful || isRefused ? undefined : this.#takeIdle()
      connection = idle ?? (await this.#connect(failure))
    }
  }

  /** Put back as it is, a connection that failed would be handed out again without its hooks. */
  #takeBack(connection: PhysicalConnection): void {
    if (this.#source.isSingle && connection.inTransaction) {
      // Not ours to undo.
      this.#inUse.delete(connection)
      this.#source.release(connection.raw)
      return
    }
    connection.destroy()
    this.#putBack(connection)
  }

  /** Gets another connection in place of one that failed, whose failure is not to be masked. */
  #connect(failure: Error | undefined): Promise<PhysicalConnection> {
    return new Promise((resolve, reject) => {
      this.#source.connect((error, raw) => {
        if (error === null) resolve(this.#adopt(raw))
        else reject(failure === undefined ? error : failedAgain(failure, error))
      })
    })
  }

  /** Notes that a raw connection is in use. */
  #adopt(raw: PoolConnection): PhysicalConnection {
    const { physical } = this.#open.stateOf(raw)
    this.#inUse.add(physical)
    return physical
  }

  async #checkIn(connection: PhysicalConnection): Promise<void> {
    try {
      await this.#lifecycle.call('checkin', this.#open.stateOf(connection.raw))
    } catch (error) {
      connection.destroy(
        new ConnectionError('A checkin listener failed; the connection was closed.', {
          cause: error,
        }),
      )
      warnOfListener('checkin', error)
    }
    this.#putBack(connection)
  }

  #putBack(connection: PhysicalConnection): void {
    this.#inUse.delete(connection)
    this.#open.stateOf(connection.raw).idleSince = performance.now()
    // Statements of its next user would not be committed.
    const isOpen = connection.inTransaction || !connection.autocommit
    if (connection.isClosed || this.#closing || isOpen) connection.destroy()
    else if (this.#source.isShared || this.#acquiring.size > 0) this.#source.release(connection.raw)
    else this.#idle.push(connection)
    if (this.#inUse.size === 0) this.#whenIdle?.()
  }
}

/**
 * Pool listeners: functions that are called in the life of a connection. `connect` for each new
 * connection after the hooks, `firstConnect` once before any other connection is given out, `checkout`
 * and `checkin` around each use, `close` when the socket is gone.
 */
import { MatrixOneError } from '../../errors.js'
import { isObject } from '../../options/option-rules.js'
import type { ConnectionRecord } from './connection-record.js'
import type { HookConnection } from './hook-connection.js'

/** One call of a listener. It gets the connection in question, and must not ask the pool for another. */
export type PoolListenerFunction = (
  connection: HookConnection,
  record: ConnectionRecord,
) => void | Promise<void>

/** The name of a method of a listener. */
export type PoolEvent = 'connect' | 'firstConnect' | 'checkout' | 'checkin' | 'close'

/** An object, such as an instance of a class, with a method for each event that it listens to. */
export interface PoolListener {
  /** A new connection has gone through its hooks; an error closes it and rejects the acquire. */
  connect?(connection: HookConnection, record: ConnectionRecord): void | Promise<void>
  /** Once, with the first connection that is opened; all others wait for its end. */
  firstConnect?(connection: HookConnection, record: ConnectionRecord): void | Promise<void>
  /**
   * A connection is about to be handed out. `DisconnectionError` closes it, and a fresh one is
   * taken instead; any other error closes it and rejects the acquire.
   */
  checkout?(connection: HookConnection, record: ConnectionRecord): void | Promise<void>
  /** A connection came back, possibly closed; an error closes it. */
  checkin?(connection: HookConnection, record: ConnectionRecord): void | Promise<void>
  /** The socket is gone; statements are refused. */
  close?(connection: HookConnection, record: ConnectionRecord): void | Promise<void>
}

/** A listener object, or a single function, which listens to `connect`. */
export type PoolListenerInput = PoolListener | PoolListenerFunction

const EVENTS = ['connect', 'firstConnect', 'checkout', 'checkin', 'close'] as const

/** The listeners of a pool, by event. */
export class PoolListeners {
  readonly #by: Readonly<Record<PoolEvent, Set<PoolListenerFunction>>> = Object.freeze({
    connect: new Set<PoolListenerFunction>(),
    firstConnect: new Set<PoolListenerFunction>(),
    checkout: new Set<PoolListenerFunction>(),
    checkin: new Set<PoolListenerFunction>(),
    close: new Set<PoolListenerFunction>(),
  })
  #all: readonly { readonly listener: PoolListenerInput }[] = []

  constructor(listeners: readonly PoolListenerInput[] = []) {
    for (const listener of listeners) this.add(listener)
  }

  /** Listeners in the order in which they are called. */
  get all(): readonly PoolListenerInput[] {
    return this.#all.map(({ listener }) => listener)
  }

  /**
   * Adds a listener, from now on: `connect` is not called for connections that exist.
   *
   * @returns removes it again
   * @throws {MatrixOneError} for an object that has none of the methods
   */
  add(listener: PoolListenerInput): () => void {
    const bound = EVENTS.flatMap((event) => {
      const call = bind(listener, event)
      return call === undefined ? [] : [[this.#by[event], call] as const]
    })
    if (bound.length === 0) {
      throw new MatrixOneError(
        `A pool listener must have at least one of the methods ${EVENTS.join(', ')}, or be a function, ` +
          'which listens to connect.',
      )
    }
    for (const [calls, call] of bound) calls.add(call)
    const added = { listener }
    this.#all = [...this.#all, added]
    return () => {
      this.#all = this.#all.filter((one) => one !== added)
      for (const [calls, call] of bound) calls.delete(call)
    }
  }

  has(event: PoolEvent): boolean {
    return this.#by[event].size > 0
  }

  /** Calls the listeners one after the other; the first error ends it. */
  async call(
    event: PoolEvent,
    connection: HookConnection,
    record: ConnectionRecord,
  ): Promise<void> {
    for (const call of this.#by[event]) {
      await call(connection, record)
      // Once is once, even when another listener fails afterwards.
      if (event === 'firstConnect') this.#by.firstConnect.delete(call)
    }
  }
}

function bind(listener: PoolListenerInput, event: PoolEvent): PoolListenerFunction | undefined {
  if (typeof listener === 'function') return event === 'connect' ? wrap(listener) : undefined
  const given: unknown = listener
  if (!isObject(given) || typeof listener[event] !== 'function') return undefined
  return (connection, record) => listener[event]?.(connection, record)
}

/** A function of its own for each addition, so that a listener that is added twice is called twice. */
function wrap(listener: PoolListenerFunction): PoolListenerFunction {
  return (connection, record) => listener(connection, record)
}

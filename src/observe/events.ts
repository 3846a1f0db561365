/**
 * Events of connections, statements and transactions on `node:diagnostics_channel`. They cost nothing
 * without a listener. Each payload is an object of its own; durations are milliseconds. Values are in
 * `query.parameters` and `query.text` only, which no copy, `JSON.stringify` or `console.log` of an event
 * shows.
 */
import { type Channel, channel } from 'node:diagnostics_channel'
import type { LogMode } from '../sql/statement-options.js'

/** A socket was opened and the server has greeted; hooks follow. */
export interface ConnectionCreatedEvent {
  readonly connectionId: number
  /** As the server greets: `8.0.30-MatrixOne-v4.2.0`. */
  readonly serverVersion: string
}

/** A connection hook is about to run. */
export interface HookStartEvent {
  /** The hook's name, or its position. */
  readonly hook: string
  readonly connectionId: number
}

/** A connection hook has run. */
export interface HookEndEvent extends HookStartEvent {
  readonly duration: number
}

/** A connection hook failed; under the policy `warn` the connection is used anyway. */
export interface HookErrorEvent extends HookStartEvent {
  readonly error: unknown
}

/** No connection was free: a caller has begun to wait for one. */
export interface AcquireWaitEvent {
  /** How many wait now, this one included. */
  readonly waiting: number
}

/** A connection was taken out of the pool. */
export interface CheckoutEvent {
  readonly connectionId: number
  /** Time that its taker waited, opening it and its hooks included; 0 for one that was free. */
  readonly waited: number
}

/** A connection was closed or broke. */
export interface ConnectionClosedEvent {
  readonly connectionId: number
  readonly reason: Error
}

/** A statement is about to be sent. The same object is in the event that ends it. */
export interface QueryStartEvent {
  readonly connectionId: number
  /** With `?` for each value and literal. */
  readonly sql: string
  /** The text that kysely compiled, literals of raw SQL included. Not enumerable. */
  readonly text: string
  /** The values of the placeholders of `text`. Not enumerable. */
  readonly parameters: readonly unknown[]
  /** Whether its rows are read in chunks. */
  readonly isStream: boolean
  readonly inTransaction: boolean
  /** How this one is to be logged, when the program says so. */
  readonly logMode: LogMode | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  readonly database: string | undefined
}

/** A statement was answered, or its stream was read or left. */
export interface QueryEndEvent {
  readonly query: QueryStartEvent
  readonly duration: number
  /** Rows that arrived, or that were changed. */
  readonly rows: number
}

/** A statement failed, was refused by a guard, or ended before its time. */
export interface QueryErrorEvent {
  readonly query: QueryStartEvent
  readonly duration: number
  readonly error: unknown
}

/** A transaction was begun, committed or rolled back. */
export interface TransactionEvent {
  readonly connectionId: number
}

/** A transaction is run again after a conflict. */
export interface TransactionRetryEvent {
  /** The attempt that failed, from 1. */
  readonly attempt: number
  /** How many there are at most. */
  readonly attempts: number
  /** Until the next one. */
  readonly delay: number
  readonly error: unknown
}

/** A guard refused a statement or warned of it. */
export interface GuardTrippedEvent {
  readonly guard: string
  readonly message: string
}

/** The server made a table, a column or an index that is not defined as its source. */
export interface DefinitionChangedEvent {
  /** The table or database: `The clone orders_copy`. */
  readonly what: string
  readonly changed: readonly {
    readonly table: string
    readonly column?: string
    readonly index?: string
    readonly property: string
    readonly from: string | null
    readonly to: string | null
  }[]
  readonly message: string
}

/** A rollback failed; the error that led to it is what the caller gets. */
export interface RollbackErrorEvent {
  readonly error: unknown
  readonly connectionId: number
}

/** The channels' names and the payload of each. */
export interface ConnectionEvents {
  'kysely-matrixone:connection:created': ConnectionCreatedEvent
  'kysely-matrixone:connection:wait': AcquireWaitEvent
  'kysely-matrixone:connection:checkout': CheckoutEvent
  'kysely-matrixone:connection:closed': ConnectionClosedEvent
  'kysely-matrixone:hook:start': HookStartEvent
  'kysely-matrixone:hook:end': HookEndEvent
  'kysely-matrixone:hook:error': HookErrorEvent
  'kysely-matrixone:query:start': QueryStartEvent
  'kysely-matrixone:query:end': QueryEndEvent
  'kysely-matrixone:query:error': QueryErrorEvent
  'kysely-matrixone:transaction:begin': TransactionEvent
  'kysely-matrixone:transaction:commit': TransactionEvent
  'kysely-matrixone:transaction:rollback': TransactionEvent
  'kysely-matrixone:transaction:retry': TransactionRetryEvent
  'kysely-matrixone:guard:tripped': GuardTrippedEvent
  'kysely-matrixone:definition:changed': DefinitionChangedEvent
  'kysely-matrixone:rollback:error': RollbackErrorEvent
}

/** The name of a channel. */
export type ConnectionEventName = keyof ConnectionEvents

const channels = new Map<ConnectionEventName, Channel>()

/** Node forgets a channel without subscribers that is not held. */
function channelOf(name: ConnectionEventName): Channel {
  let known = channels.get(name)
  if (known === undefined) {
    known = channel(name)
    channels.set(name, known)
  }
  return known
}

/** Whether an event has a listener, for events that cost something to make. */
export function isObserved(name: ConnectionEventName): boolean {
  return channelOf(name).hasSubscribers
}

/** Publishes one event. */
export function publish<Name extends ConnectionEventName>(
  name: Name,
  event: ConnectionEvents[Name],
): void {
  const target = channelOf(name)
  if (target.hasSubscribers) target.publish(event)
}

/**
 * Subscribes to events; an error that the listener throws becomes an uncaught exception, as Node has
 * it for these channels. The returned function ends the subscription.
 *
 * @example
 * const stop = onEvent('kysely-matrixone:guard:tripped', ({ guard, message }) => log.warn(guard, message))
 */
export function onEvent<Name extends ConnectionEventName>(
  name: Name,
  listener: (event: ConnectionEvents[Name]) => void,
): () => void {
  const target = channelOf(name)
  const receive = (event: unknown): void => listener(event as ConnectionEvents[Name])
  target.subscribe(receive)
  return () => target.unsubscribe(receive)
}

const started = channelOf('kysely-matrixone:query:start')
const ended = channelOf('kysely-matrixone:query:end')
const failed = channelOf('kysely-matrixone:query:error')

/** Whether statements have a listener; asked for each of them. */
export function areQueriesObserved(): boolean {
  return ended.hasSubscribers || failed.hasSubscribers || started.hasSubscribers
}

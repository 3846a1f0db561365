/**
 * What happens to connections, as events on `node:diagnostics_channel`: nothing is computed while
 * nobody listens.
 */
import { channel } from 'node:diagnostics_channel'

/** A connection hook failed; the connection is used all the same under the policy `warn`. */
export interface HookErrorEvent {
  /** The hook's name, or its position. */
  readonly hook: string
  readonly error: unknown
  readonly connectionId: number
}

/** A guard acted without refusing anything, such as a ROLLBACK for a transaction left open. */
export interface GuardTrippedEvent {
  readonly guard: string
  readonly message: string
  readonly connectionId: number
}

/** A rollback failed; the error that led to it is what the caller gets. */
export interface RollbackErrorEvent {
  readonly error: unknown
  readonly connectionId: number
}

/** The channels' names and the payload of each. */
export interface ConnectionEvents {
  'kysely-matrixone:hook:error': HookErrorEvent
  'kysely-matrixone:guard:tripped': GuardTrippedEvent
  'kysely-matrixone:rollback:error': RollbackErrorEvent
}

/** Publishes one event. */
export function publish<Name extends keyof ConnectionEvents>(
  name: Name,
  event: ConnectionEvents[Name],
): void {
  channel(name).publish(event)
}

import { checkDurations } from './durations.js'

/** Options of a dialect that say how long it waits; Infinity for no limit. */
export interface TimeoutOptions {
  /** Milliseconds to get a connection: queue, connect and hooks together; default 10,000. */
  readonly acquireTimeout?: number
  /** Milliseconds for each hook and pool listener, within `acquireTimeout`; default 5,000. */
  readonly hookTimeout?: number
  /**
   * Milliseconds for each statement, which then is ended by KILL QUERY; none by default. The server
   * has no such limit. A stream has to be read to its end in that time.
   */
  readonly statementTimeout?: number
  /** Milliseconds to end a statement by KILL, or to roll back, before the connection is closed; default 5,000. */
  readonly cancelTimeout?: number
  /** Milliseconds for `destroy()`: running statements may end in them, and are ended by KILL in the last one second; default 5,000. */
  readonly shutdownTimeout?: number
}

/** The same options with their defaults, in milliseconds. */
export interface Timeouts {
  readonly acquire: number
  readonly hook: number
  readonly statement: number | undefined
  readonly cancel: number
  readonly shutdown: number
}

/**
 * Fills in the defaults.
 *
 * @throws {ValueError} for what a timer cannot keep
 */
export function resolveTimeouts(options: TimeoutOptions): Timeouts {
  const { acquireTimeout, hookTimeout, statementTimeout, cancelTimeout, shutdownTimeout } = options
  checkDurations('MatrixOne', {
    acquireTimeout,
    hookTimeout,
    statementTimeout,
    cancelTimeout,
    shutdownTimeout,
  })
  return Object.freeze({
    acquire: options.acquireTimeout ?? 10_000,
    hook: options.hookTimeout ?? 5_000,
    statement: options.statementTimeout,
    cancel: options.cancelTimeout ?? 5_000,
    shutdown: options.shutdownTimeout ?? 5_000,
  })
}

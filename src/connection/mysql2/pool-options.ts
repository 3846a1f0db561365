import type { PoolOptions } from 'mysql2'
import { checkDurations } from '../limits/durations.js'
import { DEFAULT_ADDRESS } from '../default-address.js'

/** Options for a pool of our own, with MatrixOne's port instead of MySQL's 3306. */
export function toPoolOptions(options: PoolOptions): PoolOptions {
  const { uri, socketPath, stream, connectTimeout } = options
  checkDurations('connection', { connectTimeout })
  const isAddressed = uri !== undefined || socketPath !== undefined || stream !== undefined
  return {
    ...(isAddressed ? {} : DEFAULT_ADDRESS),
    supportBigNumbers: true,
    ...withoutUndefined(options),
    // mysql2's word for none.
    ...(connectTimeout === Infinity ? { connectTimeout: 0 } : {}),
    // COM_RESET_CONNECTION is answered with "unsupported command" (4.2.0): each release would
    // destroy the connection.
    resetOnRelease: false,
  }
}

/** Leaves out options that are undefined, so that they do not hide a default. */
export function withoutUndefined(options: object): PoolOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

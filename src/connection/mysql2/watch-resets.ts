import type { PoolConnection } from 'mysql2'

/** The methods of mysql2 that make a session forget what was set on it. */
const RESETTING = ['changeUser', 'reset'] as const

/**
 * Tells when somebody who has the raw connection resets its session. (MatrixOne 4.2.0 refuses both
 * commands; a later one, or a proxy, may not.)
 */
export function watchResets(raw: PoolConnection, noteReset: () => void): void {
  const methods = raw as unknown as Record<string, unknown>
  for (const name of RESETTING) {
    const original = methods[name]
    if (typeof original !== 'function') continue
    methods[name] = function (this: unknown, ...parameters: unknown[]): unknown {
      noteReset()
      return Reflect.apply(original, this, parameters)
    }
  }
}

/**
 * Knows whether code runs inside a hook or listener of a pool. Such code that asks the same pool
 * for a connection would wait for itself, or set up one connection after the other.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

const scope = new AsyncLocalStorage<object>()
let running = 0

/** Runs a hook or listener of `owner`. */
export async function runInHookOf<T>(owner: object, action: () => T | Promise<T>): Promise<T> {
  running += 1
  try {
    return await scope.run(owner, action)
  } finally {
    running -= 1
    // While it is enabled, Node 20 calls back for every promise of the process.
    if (running === 0) scope.disable()
  }
}

/** Whether the caller is code of a hook or listener of `owner`. */
export function isInHookOf(owner: object): boolean {
  return running > 0 && scope.getStore() === owner
}

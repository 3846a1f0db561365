/** Ways to wait for something that may never come. */
import { startTimer } from './durations.js'

/**
 * Runs an action that has to be done in time; what comes too late is dropped. The timer does not keep
 * the process alive.
 *
 * @param milliseconds from now
 * @param expire makes the error of an action that is late, and stops what the action works on
 * @throws the error of `expire`, or the reason of the signal
 */
export async function runWithin<T>(
  milliseconds: number,
  action: () => T | Promise<T>,
  { signal, expire }: { readonly signal?: AbortSignal; readonly expire: () => Error },
): Promise<T> {
  signal?.throwIfAborted()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = startTimer(milliseconds, () => reject(expire()))?.unref()
  })
  try {
    const running = Promise.race([action(), late])
    return await (signal === undefined ? running : untilAborted(running, signal))
  } finally {
    clearTimeout(timer)
  }
}

/** Tells how a promise ended, or that it had not after so many milliseconds. Never rejects. */
export async function outcomeWithin(
  milliseconds: number,
  promise: Promise<unknown>,
): Promise<'done' | 'failed' | 'expired'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'expired'>((resolve) => {
    timer = startTimer(milliseconds, () => resolve('expired'))
  })
  const ended = promise.then(
    () => 'done' as const,
    () => 'failed' as const,
  )
  try {
    return await Promise.race([ended, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Waits for a promise until a signal is aborted.
 *
 * @throws the reason of the signal, or the error of the promise
 */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

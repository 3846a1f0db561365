/**
 * Waits for an action at most so long. What comes too late is dropped; the timer is cleared and never
 * keeps the process alive.
 *
 * @param expire makes the error of the deadline, and ends what the action works on
 */
export async function settleWithin<T>(
  action: () => T | Promise<T>,
  milliseconds: number,
  signal: AbortSignal | undefined,
  expire: () => Error,
): Promise<T> {
  signal?.throwIfAborted()
  let timer: NodeJS.Timeout | undefined
  let abort: (() => void) | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(expire()), milliseconds).unref()
    abort = () => reject(signal?.reason as Error)
    signal?.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([action(), limit])
  } finally {
    clearTimeout(timer)
    if (abort !== undefined) signal?.removeEventListener('abort', abort)
  }
}

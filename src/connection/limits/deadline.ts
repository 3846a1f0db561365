/** Waits for a promise at most `milliseconds`, and goes on without its result then. */
export async function withDeadline(promise: Promise<void>, milliseconds: number): Promise<void> {
  if ((await settlesWithin(promise, milliseconds)) === 'failed') await promise
}

/** Tells how a promise ended, or that it did not within `milliseconds`. Never rejects. */
export async function settlesWithin(
  promise: Promise<unknown>,
  milliseconds: number,
): Promise<'done' | 'failed' | 'expired'> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<'expired'>((resolve) => {
    timer = setTimeout(() => resolve('expired'), milliseconds)
  })
  const settled = promise.then(
    () => 'done' as const,
    () => 'failed' as const,
  )
  try {
    return await Promise.race([settled, deadline])
  } finally {
    clearTimeout(timer)
  }
}

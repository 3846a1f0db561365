/** What happens when the time is over: an error, or a value in place of the result. */
export type DeadlineOutcome<T> = (
  | { readonly error: () => Error }
  | { readonly value: T }
) & {
  /** Gets the result that came too late, so that it is not lost. */
  readonly late?: (result: T) => void
}

/** Waits for a promise at most `milliseconds`; the timer never keeps the process alive longer. */
export async function withDeadline<T>(
  promise: Promise<T>,
  milliseconds: number,
  outcome: DeadlineOutcome<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let expired = false
  const deadline = new Promise<T>((resolve, reject) => {
    timer = setTimeout(() => {
      expired = true
      if ('error' in outcome) reject(outcome.error())
      else resolve(outcome.value)
    }, milliseconds)
  })
  promise.then(
    (result) => {
      if (expired) outcome.late?.(result)
    },
    () => undefined,
  )
  try {
    return await Promise.race([promise, deadline])
  } finally {
    clearTimeout(timer)
  }
}

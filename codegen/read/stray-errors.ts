/** Errors that no code awaits, such as that of a statement without await; Node ends the process at one. */

/** Errors that become those of the work under way, until they are let go. */
export interface StrayErrors {
  /** Rejects at the first of them; never fulfilled. */
  readonly first: Promise<never>
  /** Leaves them to Node again. */
  readonly release: () => void
}

/**
 * Catches the errors that no code awaits.
 *
 * @param explain makes the error that `first` rejects with
 */
export function catchStrayErrors(explain: (error: unknown) => Error): StrayErrors {
  const { promise, reject } = rejectable()
  const listener = (error: unknown): void => reject(explain(error))
  process.on('unhandledRejection', listener)
  process.on('uncaughtException', listener)
  return {
    first: promise,
    release: () => {
      process.off('unhandledRejection', listener)
      process.off('uncaughtException', listener)
    },
  }
}

function rejectable(): { promise: Promise<never>; reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse
  })
  // It may come after the work is over.
  promise.catch(() => undefined)
  return { promise, reject }
}

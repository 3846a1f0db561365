import { TransactionTimeoutError } from '../../errors.js'

/** The moment by which a transaction has to be done, and the program's own signal to end it. */
export class TransactionDeadline {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout | undefined
  readonly #sources: readonly AbortSignal[]
  readonly #abort = (): void => {
    const source = this.#sources.find(({ aborted }) => aborted)
    this.#controller.abort(source?.reason)
  }

  /**
   * @param timeout in milliseconds from now
   * @param signals each of them ends the transaction too
   */
  constructor(timeout: number | undefined, signals: readonly AbortSignal[]) {
    this.#sources = signals
    for (const signal of signals) signal.addEventListener('abort', this.#abort, { once: true })
    if (signals.some(({ aborted }) => aborted)) this.#abort()
    if (timeout === undefined) return
    this.#timer = setTimeout(
      () => this.#controller.abort(transactionTimeout(timeout)),
      timeout,
    ).unref()
  }

  /** Aborted when the time is over, with the error that says so. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Takes timer and listener back. */
  dispose(): void {
    clearTimeout(this.#timer)
    for (const signal of this.#sources) signal.removeEventListener('abort', this.#abort)
  }
}

function transactionTimeout(milliseconds: number): Error {
  return new TransactionTimeoutError(
    `The transaction was not done within ${milliseconds} ms and was rolled back. ` +
      'Raise the timeout of withDeadline(), or do less in the transaction.',
  )
}

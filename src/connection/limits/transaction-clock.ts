import { TransactionTimeoutError } from '../../errors.js'
import { startTimer } from './durations.js'

/** Measures the time of one transaction, and listens to the signals that end it too. */
export class TransactionClock {
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
  constructor(timeout: number | undefined, signals: readonly (AbortSignal | undefined)[]) {
    this.#sources = signals.filter((signal) => signal !== undefined)
    for (const source of this.#sources) {
      source.addEventListener('abort', this.#abort, { once: true })
    }
    if (this.#sources.some(({ aborted }) => aborted)) this.#abort()
    if (timeout === undefined) return
    const expire = (): void => this.#controller.abort(transactionTimeout(timeout))
    this.#timer = startTimer(timeout, expire)?.unref()
  }

  /** Aborted when the time is over, with the error that says so. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Stops the timer and removes the listeners. */
  stop(): void {
    clearTimeout(this.#timer)
    for (const source of this.#sources) source.removeEventListener('abort', this.#abort)
  }
}

function transactionTimeout(milliseconds: number): Error {
  return new TransactionTimeoutError(
    `The transaction was not done within ${milliseconds} ms and was rolled back. ` +
      'Raise the timeout of withDeadline(), or do less in the transaction.',
  )
}

/** One wait for a connection: whether it is over already, and a signal for hooks that still run. */
export class Acquiring {
  readonly #reject: (error: Error) => void
  #controller: AbortController | undefined
  #endedBy: Error | undefined

  constructor(reject: (error: Error) => void) {
    this.#reject = reject
  }

  get hasEnded(): boolean {
    return this.#endedBy !== undefined
  }

  /** Made only when something has to be told: most waits end with a connection that is ready. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#endedBy !== undefined) this.#controller.abort(this.#endedBy)
    return this.#controller.signal
  }

  /** Tells who waits, and whatever works on the connection. */
  end(reason: Error): void {
    this.#endedBy ??= reason
    this.#reject(reason)
    this.#controller?.abort(reason)
  }
}

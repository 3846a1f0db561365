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

  /** Made when it is asked for: most waits end with a connection that is ready. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#endedBy !== undefined) this.#controller.abort(this.#endedBy)
    return this.#controller.signal
  }

  /** Ends the wait, and the hooks that run on its connection. */
  end(reason: Error): void {
    this.#endedBy ??= reason
    this.#reject(reason)
    this.#controller?.abort(reason)
  }
}

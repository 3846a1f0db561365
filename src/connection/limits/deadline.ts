/** By when a statement or a transaction has to be done. */
export interface Deadline {
  /** Milliseconds from its start. */
  readonly timeout?: number | undefined
  /** Ends it when it is aborted. */
  readonly signal?: AbortSignal | undefined
}

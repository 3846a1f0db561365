import { publish, type QueryStartEvent } from './events.js'

/** The events of one statement, from its start on. */
export class QueryObserver {
  readonly #query: QueryStartEvent
  readonly #started = performance.now()

  constructor(query: QueryStartEvent) {
    this.#query = Object.freeze(query)
    publish('kysely-matrixone:query:start', this.#query)
  }

  /** @param rows how many arrived, or were changed */
  end(rows: number): void {
    const duration = performance.now() - this.#started
    publish('kysely-matrixone:query:end', Object.freeze({ query: this.#query, duration, rows }))
  }

  fail(error: unknown): void {
    const duration = performance.now() - this.#started
    publish('kysely-matrixone:query:error', Object.freeze({ query: this.#query, duration, error }))
  }
}

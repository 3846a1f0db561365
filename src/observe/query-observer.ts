import { redactLiterals } from '../sql/redact.js'
import { TextCache } from '../sql/text-cache.js'
import { publish, type QueryStartEvent } from './events.js'

const redactions = new TextCache(redactLiterals)

/** The description of a statement, less what is derived. */
export type QueryDescription = Omit<QueryStartEvent, 'sql'>

/** The events of one statement, from its start on. */
export class QueryObserver {
  readonly #query: QueryStartEvent
  readonly #started = performance.now()

  constructor(query: QueryDescription) {
    this.#query = hideValues(query)
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

/** Events end in logs as a whole: values are there for who asks, and in no copy of the event. */
function hideValues({ text, parameters, ...shown }: QueryDescription): QueryStartEvent {
  const event = { ...shown, sql: redactions.get(text), text, parameters }
  Object.defineProperty(event, 'text', { enumerable: false })
  Object.defineProperty(event, 'parameters', { enumerable: false })
  return Object.freeze(event)
}

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
    this.#query = new StartedQuery(query)
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

/**
 * Events end in logs as a whole: values are there for a listener that asks, and in no copy of the event. Getters
 * of a class are as hidden as properties made so one by one, at a fortieth of the time.
 */
class StartedQuery implements QueryStartEvent {
  readonly connectionId: number
  readonly sql: string
  readonly isStream: boolean
  readonly inTransaction: boolean
  readonly logMode: QueryStartEvent['logMode']
  readonly host: string | undefined
  readonly port: number | undefined
  readonly database: string | undefined
  readonly #text: string
  readonly #parameters: readonly unknown[]

  constructor(query: QueryDescription) {
    this.connectionId = query.connectionId
    this.sql = redactions.get(query.text)
    this.isStream = query.isStream
    this.inTransaction = query.inTransaction
    this.logMode = query.logMode
    this.host = query.host
    this.port = query.port
    this.database = query.database
    this.#text = query.text
    this.#parameters = query.parameters
    Object.freeze(this)
  }

  get text(): string {
    return this.#text
  }

  get parameters(): readonly unknown[] {
    return this.#parameters
  }
}

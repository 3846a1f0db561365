import type { AnyQuery, AnyRow } from './any-query.js'
import { checkLimit } from './check-limit.js'
import { checkSelections } from './selected-columns.js'

/** The part of a search's state that the shared verbs change. */
export interface SearchState {
  /** The table with the filters and selections. */
  readonly query: AnyQuery
  readonly limit: number
}

/** The verbs that all searches share, on a state that never changes. */
export abstract class Searcher<State extends SearchState> {
  readonly #call: string
  readonly #state: Readonly<State>

  /** @param call for messages: `vectorSearch` */
  constructor(call: string, state: State) {
    this.#call = call
    this.#state = Object.freeze(state)
  }

  protected get state(): Readonly<State> {
    return this.#state
  }

  where(...condition: Parameters<AnyQuery['where']>): this {
    return this.with({ query: this.#state.query.where(...condition) })
  }

  select(selection: Parameters<AnyQuery['select']>[0]): this {
    const query = this.#state.query.select(selection) as AnyQuery
    checkSelections(this.#call, query, this.ownNames())
    return this.with({ query })
  }

  limit(count: number): this {
    return this.with({ limit: checkLimit(this.#call, count) })
  }

  abstract execute(): Promise<AnyRow[]>

  async executeTakeFirst(): Promise<AnyRow | undefined> {
    const [row] = await this.limit(1).execute()
    return row
  }

  /** Columns that the search adds to its hits, beside `distance`, `score` and `rank`. */
  protected ownNames(): readonly string[] {
    return []
  }

  /** The same search with another part of its state. */
  protected abstract with(change: Partial<SearchState>): this
}

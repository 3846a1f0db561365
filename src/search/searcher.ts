import { UnsupportedError } from '../errors.js'
import type { AnyQuery, AnyRow } from './any-query.js'
import { checkLimit } from './check-limit.js'
import { identify, type PageEnd, readCursor, writeCursor } from './cursor.js'
import { checkSelections } from './selected-columns.js'

/** The part of a search's state that the shared verbs change. */
export interface SearchState {
  /** The table with the filters and selections. */
  readonly query: AnyQuery
  readonly limit: number
  /** The cursor of the page that the hits go on behind. */
  readonly after?: string | undefined
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

  after(cursor: string): this {
    return this.with({ after: cursor })
  }

  async page(
    size: number,
  ): Promise<{ readonly rows: AnyRow[]; readonly next: string | undefined }> {
    checkLimit(`${this.#call}().page`, size)
    const { query, after } = this.#state
    const filters = (query.clearSelect() as AnyQuery).compile()
    const identity = identify([this.#call, filters.sql, filters.parameters, this.question()])
    const end = after === undefined ? { count: 0 } : readCursor(this.#call, after, identity)
    const page = await this.readPage(size, end)
    const next = page.end === undefined ? undefined : writeCursor(identity, page.end)
    return { rows: page.rows, next }
  }

  async execute(): Promise<AnyRow[]> {
    if (this.#state.after === undefined) return this.readAll()
    const { rows } = await this.page(this.#state.limit)
    return rows
  }

  /** @throws {UnsupportedError} behind `after`, where hits at the edge of a page are left out here */
  protected refuseAfter(verb: string): void {
    if (this.#state.after === undefined) return
    throw new UnsupportedError(
      `${this.#call}().after(…) gives rows, by page(n) or execute(), and cannot be used with ${verb}().`,
    )
  }

  /** All hits up to the limit. */
  protected abstract readAll(): Promise<AnyRow[]>

  /** The hits behind an end, and where they end; no end when there is nothing behind them. */
  protected abstract readPage(
    size: number,
    end: PageEnd,
  ): Promise<{ readonly rows: AnyRow[]; readonly end: PageEnd | undefined }>

  /** The question, which tells this search from others of the same table with the same filters. */
  protected abstract question(): readonly unknown[]

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

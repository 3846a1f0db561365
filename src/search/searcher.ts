import type { CompiledQuery } from 'kysely'
import { UnsupportedError } from '../errors.js'
import type { AnyQuery, AnyRow } from './any-query.js'
import { checkLimit } from './check-limit.js'
import { identify, type PageEnd, readCursor, writeCursor } from './cursor.js'
import { selectKey } from './hits-table.js'
import { readPlan } from './read-plan.js'
import type { SearchPlan, SearchReport } from './search.js'
import { checkSelections } from './selected-columns.js'

/** Rows with the report of how they were found. */
export interface Reported {
  readonly rows: AnyRow[]
  readonly report: SearchReport
}

/** The statement that a search would run, and why it is that one. */
export interface Choice extends Pick<SearchReport, 'path' | 'reason' | 'candidates'> {
  readonly query: AnyQuery
}

/** The part of a search's state that the shared verbs change. */
export interface SearchState {
  /** The table with the filters and selections. */
  readonly query: AnyQuery
  readonly limit: number
  /** The cursor of the page that the hits go on behind. */
  readonly after?: string | undefined
}

/** Lower case without signs: it comes back under this name whatever plugin maps names. */
const KEYED = 'keyofhit'

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

  async executeTakeFirst(): Promise<AnyRow | undefined> {
    const [row] = await this.limit(1).execute()
    return row
  }

  as(alias: string): ReturnType<AnyQuery['as']> {
    this.#refuseAfter('as')
    return this.writeTable().as(alias)
  }

  /** The same search with the primary key of its rows, and the names that it has there. */
  keyed(): readonly [search: this, keyNames: readonly string[]] {
    const { query, keyNames } = selectKey(this.#state.query, this.keyColumns(), KEYED)
    return [this.with({ query }), keyNames]
  }

  async executeWithReport(): Promise<Reported> {
    this.#refuseAfter('executeWithReport')
    return this.readReported()
  }

  async explain(): Promise<SearchPlan> {
    this.#refuseAfter('explain')
    const { query, path, reason, candidates } = await this.choose()
    return { path, reason, candidates, sql: query.compile().sql, ...(await readPlan(query)) }
  }

  compile(): CompiledQuery<AnyRow> {
    this.#refuseAfter('compile')
    return this.writeAlone().compile()
  }

  /** @throws {UnsupportedError} behind `after`, where hits at the edge of a page are left out here */
  #refuseAfter(verb: string): void {
    if (this.#state.after === undefined) return
    throw new UnsupportedError(
      `${this.#call}().after(…) gives rows, by page(n) or execute(), and cannot be used with ${verb}().`,
    )
  }

  /** The hits as a table with `rank`, to stand in another query. */
  protected abstract writeTable(): AnyQuery

  /** The search as a statement of its own. */
  protected abstract writeAlone(): AnyQuery

  /** The statement that would run now. */
  protected abstract choose(): Promise<Choice>

  /** All hits up to the limit. */
  protected abstract readAll(): Promise<AnyRow[]>

  /** The same with the report. */
  protected abstract readReported(): Promise<Reported>

  /** The hits behind an end, and where they end; no end when there is nothing behind them. */
  protected abstract readPage(
    size: number,
    end: PageEnd,
  ): Promise<{ readonly rows: AnyRow[]; readonly end: PageEnd | undefined }>

  /** The question, which tells this search from others of the same table with the same filters. */
  protected abstract question(): readonly unknown[]

  /** The columns of the primary key; empty when unknown. */
  protected abstract keyColumns(): readonly string[]

  /** Columns that the search adds to its hits. */
  protected abstract ownNames(): readonly string[]

  /** The same search with another part of its state. */
  protected abstract with(change: Partial<SearchState>): this
}

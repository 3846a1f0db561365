import type { CallbackSelection, SelectCallback, SelectExpression, Selection } from 'kysely'
import { ConfigurationError, ValueError } from '../../errors.js'
import { checkArgument } from '../../options/check-options.js'
import { callable } from '../../options/option-rules.js'
import { schemaOf } from '../../managers/statement/runtime-of.js'
import type { AnyHandle, AnyQuery, AnyRow } from '../any-query.js'
import type { PageEnd } from '../cursor.js'
import type { Search, SearchReport } from '../search.js'
import { type Choice, type Reported, Searcher } from '../searcher.js'
import { findTableValue } from '../table-value.js'
import { checkUsing } from '../vector/check-using.js'
import type { SearchUsing } from '../vector/vector-state.js'
import { checkFusion, Fusion } from './fusion.js'
import { choosePathOfLeg, type HybridState, legColumns, writeHybrid } from './hybrid-statement.js'
import { createLegMaker, isLive, readLegs, VectorLeg } from './legs.js'

/** A search for the rows that several legs find best together. */
export interface HybridSearch<DB, Table extends keyof DB & string, Hit> extends Search<
  DB,
  Table,
  Hit
> {
  /** Columns of the hits, beside `score` and those of the legs. Takes what kysely's `select` takes. */
  select<SE extends SelectExpression<DB, Table>>(
    selections: readonly SE[],
  ): HybridSearch<DB, Table, Hit & Selection<DB, Table, SE>>
  select<const CB extends SelectCallback<DB, Table>>(
    callback: CB,
  ): HybridSearch<DB, Table, Hit & CallbackSelection<DB, Table, CB>>
  select<SE extends SelectExpression<DB, Table>>(
    selection: SE,
  ): HybridSearch<DB, Table, Hit & Selection<DB, Table, SE>>

  /**
   * Says whether the vector legs go through their indexes: `'auto'` unless something is filtered,
   * `'exact'` never, `'index'` always, with as many rows as the index gives.
   *
   * @throws {UnsupportedError} when it is run, for `'index'` where an index gives wrong rows or panics
   */
  using(path: SearchUsing): this
}

/** Makes a hybrid search; `SearchMethods.hybridSearch` types it. */
export function createHybridSearch(
  db: AnyHandle,
  table: string,
  legs: (leg: ReturnType<typeof createLegMaker>) => unknown,
  fusion: Fusion,
): HybridSearcher {
  checkArgument('hybridSearch', 'The legs', callable, legs)
  const key = findTableValue(db, schemaOf(db, 'hybridSearch'), table)?.key ?? []
  if (key.length === 0) {
    throw new ConfigurationError(
      `hybridSearch joins its legs by the primary key, and the schema value has none for ${table}. ` +
        'Run mo-codegen generate again, or give the table a primary key.',
    )
  }
  const query = db.selectFrom(table) as unknown as AnyQuery
  return new HybridSearcher({
    db,
    table,
    key,
    legs: readLegs(legs(createLegMaker(db, table))),
    fusion: checkFusion(fusion),
    query,
    limit: Math.min(10, fusion.window),
    using: 'auto',
  })
}

/** The verbs of a hybrid search. */
export class HybridSearcher extends Searcher<HybridState> {
  constructor(state: HybridState) {
    super('hybridSearch', state)
  }

  using(using: SearchUsing): this {
    return this.with({ using: checkUsing(using) })
  }

  override limit(count: number): this {
    const { window } = this.state.fusion
    if (count > window) {
      throw new ValueError(
        `hybridSearch().limit(${count}) is larger than the window of ${window} hits that each leg ` +
          `contributes. Make the window larger: rrf({ window: ${count} }).`,
      )
    }
    return super.limit(count)
  }

  get legNames(): readonly string[] {
    return this.state.legs.map(({ name }) => name)
  }

  /** How the legs become one order. */
  get settings(): {
    readonly k: number | undefined
    readonly window: number
    readonly weights: Readonly<Record<string, number>>
  } {
    const { fusion, legs } = this.state
    const weights = Object.fromEntries(legs.map(({ name, leg }) => [name, leg.weight]))
    return { k: fusion.k, window: fusion.window, weights }
  }

  /** One leg by itself: its hits in its own order, as many as a window has. */
  alone(leg: string, window: number): HybridSearcher {
    const legs = this.state.legs.filter(({ name }) => name === leg)
    return this.with({ legs, fusion: new Fusion(60, window), limit: window })
  }

  /** The columns that a leg adds to a hit. */
  columnsOf(leg: string): ReturnType<typeof legColumns> {
    const found = this.state.legs.find(({ name }) => name === leg)
    if (found === undefined) throw new ValueError(`The hybrid search has no leg ${leg}.`)
    return legColumns(found)
  }

  protected override writeTable(): AnyQuery {
    return writeHybrid(this.state, true)
  }

  protected override writeAlone(): AnyQuery {
    return writeHybrid(this.state, false)
  }

  protected override async readAll(): Promise<AnyRow[]> {
    return this.#isEmpty ? [] : this.writeAlone().execute()
  }

  protected override async readReported(): Promise<Reported> {
    const { path, reason } = this.#choosePath()
    const report = { path, reason, candidates: undefined, statements: this.#isEmpty ? 0 : 1 }
    return { rows: await this.readAll(), report }
  }

  protected override async choose(): Promise<Choice> {
    return { ...this.#choosePath(), candidates: undefined, query: this.writeAlone() }
  }

  get #isEmpty(): boolean {
    return !this.state.legs.some(isLive)
  }

  #choosePath(): Pick<SearchReport, 'path' | 'reason'> {
    if (this.#isEmpty) {
      return { path: 'nothing sent', reason: 'no leg has a vector or a text with words' }
    }
    const paths = this.state.legs.flatMap(({ name, leg }) =>
      leg instanceof VectorLeg && leg.search !== undefined
        ? [{ name, ...choosePathOfLeg(this.state, leg.search) }]
        : [],
    )
    if (paths.length === 0) return { path: 'full-text index', reason: 'MATCH reads it' }
    const isExact = paths.every(({ path }) => path === 'exact')
    return {
      path: isExact ? 'exact' : 'index',
      reason: paths.map(({ name, path, reason }) => `${name}: ${path}, ${reason}`).join('; '),
    }
  }

  /** All pages are cut from the hits that the windows of the legs hold. */
  protected override async readPage(
    size: number,
    { count }: PageEnd,
  ): Promise<{ readonly rows: AnyRow[]; readonly end: PageEnd | undefined }> {
    if (this.#isEmpty) return { rows: [], end: undefined }
    const rows = await writeHybrid({ ...this.state, limit: count + size + 1 }, false).execute()
    const end = rows.length > count + size ? { count: count + size } : undefined
    return { rows: rows.slice(count, count + size), end }
  }

  protected override keyColumns(): readonly string[] {
    return this.state.key
  }

  protected override question(): readonly unknown[] {
    const { legs, fusion } = this.state
    return [fusion, legs.map(({ name, leg }) => [name, leg.weight, leg.asked])]
  }

  protected override ownNames(): readonly string[] {
    return ['score', 'rank', ...this.state.legs.flatMap((leg) => Object.values(legColumns(leg)))]
  }

  protected override with(change: Partial<HybridState>): this {
    return new HybridSearcher({ ...this.state, ...change }) as this
  }
}

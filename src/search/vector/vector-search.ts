import type { CallbackSelection, SelectCallback, SelectExpression, Selection } from 'kysely'
import { ValueError } from '../../errors.js'
import type { AnyHandle, AnyQuery, AnyRow } from '../any-query.js'
import type { PageEnd } from '../cursor.js'
import { checkGroups, type GroupOptions, type Groups } from '../groups.js'
import type { Search } from '../search.js'
import { type Choice, type Reported, Searcher } from '../searcher.js'
import { checkUsing } from './check-using.js'
import { chooseComposedPath } from './choose-path.js'
import { choosePath, runSearch, wholeGroups } from './run-search.js'
import { rowBudgetOf } from './row-budget.js'
import { readSource } from './read-source.js'
import { checkVectorOptions, type VectorSearchOptions } from './vector-options.js'
import type { RowOf } from './row-of.js'
import type { SearchUsing, VectorState } from './vector-state.js'
import { readGroupPage, readVectorPage } from './vector-page.js'
import { writeHits, writeSearch, writeWhole } from './vector-statement.js'
import { findTarget } from './vector-target.js'
import type { VectorInput } from '../../types/column-types.js'

/**
 * A search for the rows nearest to a vector. What is chained before `as` chooses the candidates; what
 * stands around `as` sees the hits.
 */
export interface VectorSearch<DB, Table extends keyof DB & string, Hit> extends Search<
  DB,
  Table,
  Hit
> {
  /** Columns of the hits, beside `distance`. Takes what kysely's `select` takes. */
  select<SE extends SelectExpression<DB, Table>>(
    selections: readonly SE[],
  ): VectorSearch<DB, Table, Hit & Selection<DB, Table, SE>>
  select<const CB extends SelectCallback<DB, Table>>(
    callback: CB,
  ): VectorSearch<DB, Table, Hit & CallbackSelection<DB, Table, CB>>
  select<SE extends SelectExpression<DB, Table>>(
    selection: SE,
  ): VectorSearch<DB, Table, Hit & Selection<DB, Table, SE>>

  /**
   * Only rows nearer than that.
   *
   * @param distance in the metric's own measure; for `ip` the negated product
   */
  within(distance: number): this

  /**
   * At most so many hits of each group, the nearest: the hits are those of the same search without the rows
   * that have `each` nearer ones in their group. They are cut from the nearest rows, and from all rows where
   * these give fewer than the limit; with `using('index')` from the nearest rows of the index alone.
   *
   * @throws {ValueError} for `each` or `window` below 1
   *
   * @example
   * const near = db.vectorSearch('articles', 'embedding', query).groups({ by: 'author_id', each: 2 })
   * const hits = await near.select(['id', 'author_id']).execute()
   *
   * ```sql
   * select `id`, … from (select …, row_number() over (partition by `author_id` order by `rank`) as `hit_turn`
   * from (…) as `h`) as `g` where `hit_turn` <= 2 order by `rank` limit 10
   * ```
   */
  groups(options: GroupOptions<keyof DB[Table] & string>): this

  /**
   * Says whether the search goes through the index: `'auto'` by the number of matching rows, `'exact'`
   * never, `'index'` always, with as many rows as the index gives.
   *
   * @throws {UnsupportedError} when it is run, for `'index'` where the index gives wrong rows or panics
   */
  using(path: SearchUsing): this
}

/** Makes a vector search; `SearchMethods.vectorSearch` types it. */
export function createVectorSearch(
  db: AnyHandle,
  table: string,
  column: string,
  query: VectorInput | RowOf<string>,
  options: VectorSearchOptions = {},
): VectorSearcher {
  checkVectorOptions(options)
  const target = findTarget(db, table, column, options)
  return new VectorSearcher({
    db,
    table,
    column,
    target,
    source: readSource(db, column, target, query),
    query: db.selectFrom(table) as unknown as AnyQuery,
    limit: 10,
    within: undefined,
    using: 'auto',
    rowBudget: rowBudgetOf(options, target),
  })
}

/** The verbs of a vector search. */
export class VectorSearcher extends Searcher<VectorState> {
  constructor(state: VectorState) {
    super('vectorSearch', state)
  }

  within(distance: number): this {
    if (typeof distance !== 'number' || Number.isNaN(distance)) {
      throw new ValueError(`within() takes a distance, got ${String(distance)}.`)
    }
    return this.with({ within: distance })
  }

  using(using: SearchUsing): this {
    return this.with({ using: checkUsing(using) })
  }

  groups(options: Groups): this {
    return this.with({ groups: checkGroups(options) })
  }

  protected override writeTable(): AnyQuery {
    const { path } = chooseComposedPath(this.state)
    return writeHits(composed(this.state, path), path)
  }

  protected override async readAll(): Promise<AnyRow[]> {
    const { rows } = await runSearch(this.state)
    return rows
  }

  protected override readReported(): Promise<Reported> {
    return runSearch(this.state)
  }

  protected override async choose(): Promise<Choice> {
    const choice = await choosePath(this.state)
    return { ...choice, query: writeSearch(this.state, choice.path) }
  }

  protected override writeAlone(): AnyQuery {
    const { path } = chooseComposedPath(this.state)
    const isWhole = path === 'index' && this.state.within === undefined
    return (isWhole ? writeSearch : writeWhole)(composed(this.state, path), path)
  }

  protected override readPage(size: number, end: PageEnd): ReturnType<typeof readVectorPage> {
    return (this.state.groups === undefined ? readVectorPage : readGroupPage)(this.state, size, end)
  }

  protected override keyColumns(): readonly string[] {
    return this.state.target.key
  }

  protected override question(): readonly unknown[] {
    const { column, target, source, within, groups } = this.state
    return [target.table, column, target.metric, source, within, ...(groups ? [groups] : [])]
  }

  protected override ownNames(): readonly string[] {
    return ['distance', 'rank']
  }

  protected override with(change: Partial<VectorState>): this {
    return new VectorSearcher({ ...this.state, ...change }) as this
  }
}

/** One statement cannot be repeated, so that groups are cut from all rows. */
function composed(state: VectorState, path: 'exact' | 'index'): VectorState {
  return path === 'exact' ? wholeGroups(state) : state
}

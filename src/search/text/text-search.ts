import type { CallbackSelection, SelectCallback, SelectExpression, Selection } from 'kysely'
import { ConfigurationError } from '../../errors.js'
import { runtimeOf } from '../../managers/statement/runtime-of.js'
import type { AnyHandle, AnyQuery, AnyRow } from '../any-query.js'
import type { PageEnd } from '../cursor.js'
import { checkGroups, type GroupOptions, type Groups } from '../groups.js'
import type { Search, SearchReport } from '../search.js'
import { type Choice, type Reported, Searcher } from '../searcher.js'
import { findTableValue } from '../table-value.js'
import { createMatch } from './match.js'
import { type TextQuery, toTextQuery } from './text-query.js'
import { type TextState, writeTextAlone, writeTextHits } from './text-statement.js'

/** A search for the rows that match a text best. */
export interface TextSearch<DB, Table extends keyof DB & string, Hit> extends Search<
  DB,
  Table,
  Hit
> {
  /** Columns of the hits, beside `score`. Takes what kysely's `select` takes. */
  select<SE extends SelectExpression<DB, Table>>(
    selections: readonly SE[],
  ): TextSearch<DB, Table, Hit & Selection<DB, Table, SE>>
  select<const CB extends SelectCallback<DB, Table>>(
    callback: CB,
  ): TextSearch<DB, Table, Hit & CallbackSelection<DB, Table, CB>>
  select<SE extends SelectExpression<DB, Table>>(
    selection: SE,
  ): TextSearch<DB, Table, Hit & Selection<DB, Table, SE>>

  /**
   * At most so many hits of each group, the best ones of all rows that match.
   *
   * @throws {ValueError} for `each` below 1
   */
  groups(options: Omit<GroupOptions<keyof DB[Table] & string>, 'window'>): this
}

/** Makes a text search; `SearchMethods.textSearch` types it. */
export function createTextSearch(
  db: AnyHandle,
  table: string,
  columns: readonly string[],
  text: TextQuery | string,
): TextSearcher {
  return new TextSearcher({
    db,
    table,
    key: findTableValue(db, runtimeOf(db)?.schema, table)?.key ?? [],
    match: createMatch(db, 'textSearch', table, columns, text),
    columns,
    pattern: toTextQuery(text).pattern,
    query: db.selectFrom(table) as unknown as AnyQuery,
    limit: 10,
  })
}

/** The verbs of a text search. */
export class TextSearcher extends Searcher<TextState> {
  constructor(state: TextState) {
    super('textSearch', state)
  }

  groups(options: Groups): this {
    return this.with({ groups: checkGroups(options) })
  }

  protected override writeTable(): AnyQuery {
    return writeTextHits(this.state)
  }

  protected override async readAll(): Promise<AnyRow[]> {
    return this.state.match.isEmpty ? [] : this.writeAlone().execute()
  }

  protected override async readReported(): Promise<Reported> {
    return { rows: await this.readAll(), report: this.#report() }
  }

  protected override async choose(): Promise<Choice> {
    return { ...this.#report(), query: this.writeAlone() }
  }

  protected override writeAlone(): AnyQuery {
    return writeTextAlone(this.state)
  }

  #report(): SearchReport {
    return this.state.match.isEmpty
      ? {
          path: 'nothing sent',
          candidates: undefined,
          statements: 0,
          reason: 'the text has no words',
        }
      : { path: 'full-text index', candidates: undefined, statements: 1, reason: 'MATCH reads it' }
  }

  /** By position: MatrixOne ignores a condition on the score, HAVING too (4.2.0). */
  protected override async readPage(
    size: number,
    { count }: PageEnd,
  ): Promise<{ readonly rows: AnyRow[]; readonly end: PageEnd | undefined }> {
    const { key, table, match } = this.state
    if (key.length === 0) {
      throw new ConfigurationError(
        `page() of ${table} needs the primary key from the schema value: hits with the same score have no ` +
          'order without it. Run mo-codegen generate again.',
      )
    }
    if (match.isEmpty) return { rows: [], end: undefined }
    const isGrouped = this.state.groups !== undefined
    const limit = size + 1 + (isGrouped ? count : 0)
    const query = writeTextAlone({ ...this.state, limit })
    const found = await (isGrouped ? query : query.offset(count)).execute()
    const rows = isGrouped ? found.slice(count) : found
    const end = rows.length > size ? { count: count + size } : undefined
    return { rows: rows.slice(0, size), end }
  }

  protected override keyColumns(): readonly string[] {
    return this.state.key
  }

  protected override question(): readonly unknown[] {
    const { columns, pattern, groups } = this.state
    return [columns, pattern, ...(groups ? [groups] : [])]
  }

  protected override ownNames(): readonly string[] {
    return ['score', 'rank']
  }

  protected override with(change: Partial<TextState>): this {
    return new TextSearcher({ ...this.state, ...change }) as this
  }
}

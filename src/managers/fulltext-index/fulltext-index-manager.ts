import { FulltextIndexError } from '../../errors.js'
import type { ManagerDb } from '../statement/execute.js'
import { findTable } from '../names/find-table.js'
import type { FulltextIndexModel } from '../../schema/schema-model.js'
import type { DropOptions } from '../names/drop-options.js'
import { HandleNames, renameIndex } from '../names/handle-names.js'
import { type DroppableKind, dropNamed, NamedObjects } from '../names/named-objects.js'
import { indexKind } from '../names/index-kind.js'
import type { ColumnName, TableName } from '../names/table-name.js'
import {
  checkFulltextIndex,
  createFulltextIndex,
  fulltextIndexName,
  type FulltextIndexOptions,
} from './create-fulltext-index.js'

/** A full-text index with the table that it is on. */
export interface TableFulltextIndex extends FulltextIndexModel {
  readonly table: string
}

/**
 * Full-text indexes. Every statement takes part in a transaction and is undone by its rollback.
 *
 * How relevance is computed belongs to the session, not to the index: `ft_relevancy_algorithm` is
 * set by a hook, `setSession({ ft_relevancy_algorithm: 'BM25' })`.
 */
export class FulltextIndexManager<DB> {
  readonly #db: ManagerDb
  readonly #names: HandleNames

  constructor(db: ManagerDb) {
    this.#db = db
    this.#names = new HandleNames(db)
  }

  /**
   * Creates a full-text index. `MATCH` must name exactly the columns of one index, in any order.
   *
   * @throws {FulltextIndexError} when another index has the same columns, with whatever parser, or
   * the table has no primary key
   *
   * @example
   * await db.fulltextIndex.create('articles', ['title', 'body'], { name: 'ft_articles', parser: 'ngram' })
   *
   * ```sql
   * create fulltext index `ft_articles` on `articles` (`title`, `body`) with parser ngram
   * ```
   */
  async create<Table extends TableName<DB>>(
    table: Table,
    columns: readonly ColumnName<DB, Table>[],
    options: FulltextIndexOptions = {},
  ): Promise<TableFulltextIndex> {
    checkFulltextIndex(options)
    const named = renameIndex(options, this.#names)
    const wanted = this.#names.columns(columns)
    const twin = (await this.list(table)).find((index) => sameColumns(index.columns, wanted))
    if (twin !== undefined) {
      throw new FulltextIndexError(
        `${table} has a full-text index on ${columns.join(', ')} already: ${twin.name || 'one without a name'}` +
          ` (parser ${twin.parser}). MatrixOne allows one for each set of columns; drop it first.`,
      )
    }
    await createFulltextIndex(this.#db, this.#names.table(table), wanted, named)
    return this.#on(table).get(fulltextIndexName(wanted, named))
  }

  /** The full-text indexes of a table. */
  async list(table: TableName<DB>): Promise<readonly TableFulltextIndex[]> {
    return this.#on(table).list()
  }

  /**
   * One full-text index of a table.
   *
   * @throws {FulltextIndexError} when the table has no such full-text index
   */
  async get(table: TableName<DB>, index: string): Promise<TableFulltextIndex> {
    return this.#on(table).get(this.#names.column(index))
  }

  /** Whether the table has a full-text index of that name. */
  async exists(table: TableName<DB>, index: string): Promise<boolean> {
    return this.#on(table).exists(this.#names.column(index))
  }

  /**
   * Drops a full-text index, and only a full-text index.
   *
   * @throws {FulltextIndexError} when the table has no such full-text index, unless `ifExists`
   *
   * ```sql
   * drop index `ft_articles` on `articles`
   * ```
   */
  async drop(table: TableName<DB>, index: string, options: DropOptions = {}): Promise<void> {
    const kind = fulltextIndexesOf(this.#names.table(table))
    await dropNamed(this.#db, kind, this.#names.column(index), options)
  }

  #on(table: string): NamedObjects<TableFulltextIndex> {
    return new NamedObjects(this.#db, fulltextIndexesOf(this.#names.table(table)))
  }
}

function fulltextIndexesOf(table: string): DroppableKind<TableFulltextIndex> {
  return {
    ...indexKind('fulltextIndex', 'full-text index', table),
    ErrorClass: FulltextIndexError,
    read: async (db) => {
      const { table: found } = await findTable(db, table)
      return (found.fulltextIndexes ?? []).map((index) =>
        Object.freeze({ ...index, table: found.name }),
      )
    },
  }
}

function sameColumns(left: readonly string[], right: readonly string[]): boolean {
  const names = (columns: readonly string[]): string =>
    columns
      .map((name) => name.toLowerCase())
      .toSorted()
      .join('\0')
  return names(left) === names(right)
}

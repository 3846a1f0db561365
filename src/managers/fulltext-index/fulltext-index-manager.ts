import { FulltextIndexError } from '../../errors.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { findTable } from '../names/find-table.js'
import type { FulltextIndexMetadata } from '../metadata/metadata-types.js'
import { quoteTable } from '../names/names.js'
import type { ColumnName, TableName } from '../names/table-name.js'
import { wrapError } from '../statement/wrap-error.js'
import {
  createFulltextIndex,
  fulltextIndexName,
  type FulltextIndexOptions,
} from './create-fulltext-index.js'

/** A full-text index with the table that it is on. */
export interface TableFulltextIndex extends FulltextIndexMetadata {
  readonly table: string
}

/**
 * Full-text indexes. Everything takes part in a transaction and is undone by its rollback.
 *
 * How relevance is computed belongs to the session, not to the index: `ft_relevancy_algorithm` is
 * set by a hook, `setSession({ ft_relevancy_algorithm: 'BM25' })`.
 */
export class FulltextIndexManager<DB> {
  readonly #db: SqlExecutor

  constructor(db: SqlExecutor) {
    this.#db = db
  }

  /**
   * Creates a full-text index. `MATCH` needs exactly the columns of one index, in any order.
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
    const twin = (await this.list(table)).find((index) => sameColumns(index.columns, columns))
    if (twin !== undefined) {
      throw new FulltextIndexError(
        `${table} has a full-text index on ${columns.join(', ')} already: ${twin.name || 'one without a name'}` +
          ` (parser ${twin.parser}). MatrixOne allows one for each set of columns; drop it first.`,
      )
    }
    await createFulltextIndex(this.#db, table, columns, options)
    return this.get(table, fulltextIndexName(columns, options))
  }

  /** The full-text indexes of a table. */
  async list(table: TableName<DB>): Promise<readonly TableFulltextIndex[]> {
    const { table: found } = await findTable(this.#db, table)
    return Object.freeze(
      found.fulltextIndexes.map((index) => Object.freeze({ ...index, table: found.name })),
    )
  }

  /**
   * One full-text index of a table.
   *
   * @throws {FulltextIndexError} when the table has no such full-text index
   */
  async get(table: TableName<DB>, index: string): Promise<TableFulltextIndex> {
    const indexes = await this.list(table)
    const found = indexes.find(({ name }) => sameName(name, index))
    if (found !== undefined) return found
    const others = indexes.map(({ name }) => name)
    throw new FulltextIndexError(
      `${table} has no full-text index ${index}` +
        (others.length === 0 ? '; it has none at all.' : `. It has ${others.join(', ')}.`),
    )
  }

  /** Whether the table has a full-text index of that name. */
  async exists(table: TableName<DB>, index: string): Promise<boolean> {
    const indexes = await this.list(table)
    return indexes.some(({ name }) => sameName(name, index))
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
  async drop(
    table: TableName<DB>,
    index: string,
    options: { readonly ifExists?: boolean } = {},
  ): Promise<void> {
    if (options.ifExists === true && !(await this.exists(table, index))) return
    const { name } = await this.get(table, index)
    await wrapError(FulltextIndexError, `drop the full-text index ${name} of ${table}`, () =>
      executeSql(this.#db, `drop index ${quoteIdentifier(name)} on ${quoteTable(table)}`),
    )
  }
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}

function sameColumns(left: readonly string[], right: readonly string[]): boolean {
  const names = (columns: readonly string[]): string =>
    columns
      .map((name) => name.toLowerCase())
      .toSorted()
      .join('\0')
  return names(left) === names(right)
}

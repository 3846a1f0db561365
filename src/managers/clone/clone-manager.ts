import { CloneError, DuplicateObjectError, UnsupportedError } from '../../errors.js'
import { type Instant, writeTimeHint } from '../../sql/time-hint.js'
import { resolveTable } from '../current-database.js'
import { executeSql, pinConnection, runInTransaction, type SqlExecutor } from '../execute.js'
import { quoteCheckedName, quoteDatabase, quoteTable } from '../names.js'
import type { TableName } from '../table-name.js'
import { wrapError } from '../wrap-error.js'

interface CloneOptions {
  /** Leaves an existing target as it is, instead of an error. */
  readonly ifNotExists?: boolean | undefined
}

/** Within the account a past state may be any; another account takes only a named snapshot. */
type CloneSource =
  | {
      /** The state to clone; the present when absent. */
      readonly at?: Instant | undefined
      readonly toAccount?: undefined
    }
  | {
      readonly at: { readonly snapshot: string }
      /** The account that gets the clone; for the `sys` account only. */
      readonly toAccount: string
    }

/** Where a table's clone comes from. */
export type CloneTableOptions<DB> = CloneOptions &
  CloneSource & {
    /** The table to clone: `orders`, or `shop.orders`. */
    readonly from: TableName<DB> | `${string}.${string}`
    /** Gives the clone the grants of the source as well; roles lose nothing that they could read. */
    readonly copyGrants?: boolean | undefined
  }

/** Where a database's clone comes from. */
export type CloneDatabaseOptions = CloneOptions &
  CloneSource & {
    /** The database to clone. */
    readonly from: string
  }

/** Whether the clone was made; false when `ifNotExists` left an existing target alone. */
export interface CloneResult {
  readonly created: boolean
}

/**
 * Clones tables and databases without copying their data. A clone has no memory of its source: to
 * compare and merge later, make a branch.
 *
 * On a transaction a clone is part of it, and a rollback undoes it. Before 4.2 it holds only what was
 * committed, not what the transaction itself has written; on 4.2.0 a database cannot be cloned that
 * the transaction has made tables in (1064).
 */
export class CloneManager<DB> {
  readonly #db: SqlExecutor

  constructor(db: SqlExecutor) {
    this.#db = db
  }

  /**
   * Clones a table, now or as it was.
   *
   * `ifNotExists` is never sent: with it MatrixOne appends the source's rows to a table that exists,
   * doubling every primary key (4.1.4, 4.2.0).
   *
   * @param name the new table: `orders_copy`, or `shop.orders_copy`
   * @throws {CloneError} when the target exists (unless `ifNotExists`), or the source does not
   *
   * @example
   * await db.clone.createTable('orders_friday', { from: 'orders', at: { snapshot: 'friday' } })
   *
   * ```sql
   * create table `orders_friday` clone `orders` {snapshot = 'friday'}
   * ```
   */
  async createTable(name: string, options: CloneTableOptions<DB>): Promise<CloneResult> {
    const grants = options.copyGrants ? ' copy grants' : ''
    if (options.copyGrants && options.toAccount !== undefined) {
      throw new UnsupportedError(
        'copyGrants has no meaning in another account, whose roles are others. Leave one of copyGrants and toAccount out.',
      )
    }
    return this.#create(
      `clone table ${options.from} to ${name}`,
      options,
      pinConnection,
      async (trx) => {
        const source = `clone ${quoteTable(options.from)}${pastState(options)}${grants}`
        if (options.toAccount === undefined) return `create table ${quoteTable(name)} ${source}`
        // Without its database: 20101 `no db selected for the dst table` (4.2.0).
        const { database, table } = await resolveTable(trx, name)
        const target = quoteTable(`${database}.${table}`)
        return `create table ${target} ${source}${toAccount(options)}`
      },
    )
  }

  /**
   * Clones a whole database, now or as it was; views in it are rewritten to the new name.
   *
   * The clone of a database that does not exist is refused: MatrixOne makes an empty one (4.1.4,
   * 4.2.0). It runs in a transaction, because a clone that fails half-way leaves a half-filled
   * database behind otherwise.
   *
   * @throws {CloneError} when the target exists (unless `ifNotExists`), or the source does not
   *
   * @example
   * await db.clone.createDatabase('shop_friday', { from: 'shop', at: { snapshot: 'friday' } })
   *
   * ```sql
   * create database `shop_friday` clone `shop` {snapshot = 'friday'}
   * ```
   */
  async createDatabase(name: string, options: CloneDatabaseOptions): Promise<CloneResult> {
    return this.#create(
      `clone database ${options.from} to ${name}`,
      options,
      runInTransaction,
      async (trx) => {
        const target = `create database ${quoteDatabase(name)}`
        const source = `clone ${quoteDatabase(options.from)}${pastState(options)}`
        await this.#requireDatabase(trx, options)
        return `${target} ${source}${toAccount(options)}`
      },
    )
  }

  async #create(
    what: string,
    options: CloneOptions,
    run: typeof pinConnection,
    write: (one: SqlExecutor) => Promise<string>,
  ): Promise<CloneResult> {
    try {
      await run(this.#db, async (one) => {
        const statement = await write(one)
        await wrapError(CloneError, what, () => executeSql(one, statement))
      })
    } catch (error) {
      const exists = error instanceof CloneError && error.cause instanceof DuplicateObjectError
      if (!exists || !options.ifNotExists) throw error
      return Object.freeze({ created: false })
    }
    return Object.freeze({ created: true })
  }

  async #requireDatabase(trx: SqlExecutor, options: CloneDatabaseOptions): Promise<void> {
    const found = await wrapError(CloneError, `clone database ${options.from}`, () =>
      executeSql(
        trx,
        `select 1 as found from mo_catalog.mo_database${pastState(options)} ` +
          'where account_id = current_account_id() and datname = ?',
        [options.from.toLowerCase()],
      ),
    )
    if (found.length > 0) return
    const when = options.at === undefined ? '' : ' at that time'
    throw new CloneError(
      `There is no database ${options.from} to clone${when}. MatrixOne would have made an empty one.`,
    )
  }
}

function pastState({ at }: { readonly at?: Instant | undefined }): string {
  return at === undefined ? '' : ` ${writeTimeHint(at)}`
}

function toAccount(options: CloneSource): string {
  if (options.toAccount === undefined) return ''
  if (options.at === undefined || !('snapshot' in options.at)) {
    throw new UnsupportedError(
      'A clone to another account needs a snapshot: at: { snapshot: name } (20101 on 4.2.0).',
    )
  }
  return ` to account ${quoteCheckedName('account', options.toAccount)}`
}

/** The public methods for branches. Over 300 lines because nearly half are their docstrings. */
import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { BranchError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { executeSql, type ManagerDb } from '../statement/execute.js'
import { resolveTable } from '../names/current-database.js'
import { HandleNames } from '../names/handle-names.js'
import {
  parseTableReference,
  quoteDatabase,
  quoteNewDatabase,
  quoteNewTable,
  quoteTable,
} from '../names/names.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import type { ColumnName, TableName } from '../names/table-name.js'
import { refuseQuotesInName } from '../names/refuse-quotes-in-name.js'
import { wrapError } from '../statement/wrap-error.js'
import { assertDatabase, assertDeleteIsSafe, assertDiffInTransaction } from './assert-allowed.js'
import { assertComparable } from './assert-comparable.js'
import type { DefinitionReport } from '../definitions/definition-changes.js'
import {
  assertBranched,
  type DatabaseBranchReport,
  explainKey,
  reportDatabase,
} from './assert-branched.js'
import { BranchDiffs } from './branch-diffs.js'
import {
  branchSource,
  diffFileOptions,
  diffOptions,
  diffRowsOptions,
  diffTableOptions,
  mergeOptions,
  pickOptions,
  withBranchOptions,
} from './branch-options.js'
import type {
  BranchSource,
  DiffFileOptions,
  DiffOptions,
  DiffRow,
  DiffRowsOptions,
  DiffSummary,
  DiffTableOptions,
  MergeOptions,
  MergeResult,
  PickOptions,
  RowOf,
  WithBranchOptions,
} from './branch-types.js'
import { mergeBranch, pickFromBranch } from './merge-branch.js'
import { writeOperand, writeSnapshotHint, writeToAccount } from './operand.js'
import { runOnBranch } from './with-branch.js'

/**
 * Zero-copy branches of tables and databases: create, compare, merge back, throw away.
 *
 * Creating, deleting, comparing and merging take part in a transaction; comparisons never see its
 * own uncommitted rows (4.2.0).
 */
export class BranchManager<DB, Handle = Kysely<DB>> {
  readonly #db: ManagerDb
  readonly #names: HandleNames
  readonly #diffs: BranchDiffs

  constructor(db: ManagerDb) {
    this.#db = db
    this.#names = new HandleNames(db)
    this.#diffs = new BranchDiffs(db, this.#names)
  }

  /**
   * Creates a branch of a table: a table with the same rows that shares their storage.
   *
   * The next `auto_increment` value of a branch jumps ahead by thousands (4.2.0).
   *
   * @param name the new table, `table` or `database.table`
   * @returns `changed`: columns that the server did not define as in the source
   * @throws {BranchError} when the name is taken, the source is missing or a view, or a column's type
   * would change, so that the branch could never be compared or merged
   * @throws {UnsupportedError} before 4.2, for a name with a quote
   *
   * @example
   * await trx.branch.createTable('articles_wip', { from: 'articles' })
   *
   * ```sql
   * data branch create table `articles_wip` from `articles`
   * ```
   */
  async createTable(name: string, options: BranchSource<TableName<DB>>): Promise<DefinitionReport> {
    checkOptions('branch.createTable', branchSource, options)
    const { snapshot, toAccount } = options
    const [wanted, from] = [this.#names.table(name), this.#names.table(options.from)]
    // Without its database a table cannot go to another account: 20101 `no db selected` (4.2.0).
    const target = toAccount === undefined ? wanted : await qualify(this.#db, wanted)
    const sql = `data branch create table ${quoteNewTable(target)} from ${writeOperand(from, snapshot)}${writeToAccount(toAccount)}`
    await refuseQuotesInName(this.#db, wanted)
    await wrapError(BranchError, `create branch ${name} of table ${from}`, () =>
      executeSql(this.#db, sql),
    ).catch(async (error: unknown) => {
      throw await explainKey(this.#db, parseTableReference(from), error)
    })
    // Another account's tables cannot be read from here.
    if (toAccount !== undefined) return {}
    return assertBranched(this.#db, wanted, from, writeSnapshotHint(snapshot))
  }

  /**
   * Creates a branch of a whole database, with its views and foreign keys.
   *
   * @returns `changed`: parts of tables that the server did not define as in the source; `incomparable`:
   * tables among them that can never be compared or merged
   * @throws {BranchError} when the name is taken, or the source does not exist: MatrixOne 4.1 and
   * 4.2 would then make an empty database and answer OK; or a table has an auto_increment column of
   * type tinyint, of which the server can make no branch
   *
   * @example
   * await db.branch.createDatabase('shop_wip', { from: 'shop', snapshot: 'friday' })
   *
   * ```sql
   * data branch create database `shop_wip` from `shop` {snapshot = 'friday'}
   * ```
   */
  async createDatabase(name: string, options: BranchSource<string>): Promise<DatabaseBranchReport> {
    checkOptions('branch.createDatabase', branchSource, options)
    const from = this.#names.database(options.from)
    const branch = this.#names.database(name)
    await this.#createDatabase(branch, { ...options, from })
    // Another account's tables cannot be read from here.
    if (options.toAccount !== undefined) return {}
    return reportDatabase(this.#db, branch, from, writeSnapshotHint(options.snapshot))
  }

  /**
   * Drops a branch of a table; any other table is refused.
   *
   * @throws {BranchError} when the table does not exist or is not a branch
   * @throws {UnsupportedError} on 3.0, which would drop any table
   *
   * ```sql
   * data branch delete table `articles_wip`
   * ```
   */
  async deleteTable(name: string): Promise<void> {
    const sql = `data branch delete table ${quoteTable(this.#names.table(name))}`
    await assertDeleteIsSafe(this.#db)
    await wrapError(BranchError, `delete branch ${name}`, () => executeSql(this.#db, sql))
  }

  /**
   * Drops a branch of a database; any other database is refused, and so is one in which a table was
   * created since (use DROP DATABASE for that).
   *
   * @throws {BranchError} when the database does not exist or is not a branch
   * @throws {UnsupportedError} on 3.0, which would drop any database
   *
   * ```sql
   * data branch delete database `shop_wip`
   * ```
   */
  async deleteDatabase(name: string): Promise<void> {
    const sql = `data branch delete database ${quoteDatabase(this.#names.database(name))}`
    await assertDeleteIsSafe(this.#db)
    await wrapError(BranchError, `delete branch ${name}`, () => executeSql(this.#db, sql))
  }

  /**
   * Reads the rows in which a branch and another table differ, typed by that table.
   *
   * @param branch `table` or `database.table`
   * @throws {BranchError} when a table is missing, the columns do not match, or the history is gone
   * @throws {UnsupportedError} before 4.2, inside a transaction or of a table with an ENUM, YEAR or
   * GEOMETRY column, of which the server would lose rows
   *
   * @example
   * const changes = await db.branch.diff('articles_wip', { against: 'articles' })
   * // [{ side: 'branch', change: 'update', row: { id: 1, title: 'ONE', … } }]
   *
   * ```sql
   * data branch diff `articles_wip` against `articles`
   * ```
   */
  async diff<
    const Against extends TableName<DB>,
    const Column extends ColumnName<DB, Against> = ColumnName<DB, Against>,
  >(
    branch: string,
    options: DiffRowsOptions<Against, Column>,
  ): Promise<readonly DiffRow<RowOf<DB, Against, Column>>[]> {
    checkOptions('branch.diff', diffRowsOptions, options)
    const rows = await this.#diffs.rows(branch, options)
    return rows as readonly DiffRow<RowOf<DB, Against, Column>>[]
  }

  /**
   * Counts the changes of each side by kind; a row that both sides changed counts on both.
   *
   * @throws as `diff` does
   *
   * ```sql
   * data branch diff `articles_wip` against `articles` output summary
   * ```
   */
  async diffSummary(branch: string, options: DiffOptions<TableName<DB>>): Promise<DiffSummary> {
    checkOptions('branch.diffSummary', diffOptions, options)
    return this.#diffs.summary(branch, options)
  }

  /**
   * Counts the rows that `diff` would return, of both sides together.
   *
   * @throws as `diff` does
   *
   * ```sql
   * data branch diff `articles_wip` against `articles` output count
   * ```
   */
  async diffCount(branch: string, options: DiffOptions<TableName<DB>>): Promise<number> {
    checkOptions('branch.diffCount', diffOptions, options)
    return this.#diffs.count(branch, options)
  }

  /**
   * Writes the differing rows to a new table, with `__mo_diff_source` (the bare table name) and
   * `__mo_diff_flag` (INSERT, UPDATE, DELETE) as its first columns.
   *
   * @throws {BranchError} when the table exists; otherwise as `diff` does
   * @throws {UnsupportedError} before 4.2
   *
   * ```sql
   * data branch diff `articles_wip` against `articles` output as `changes`
   * ```
   */
  async diffToTable(branch: string, options: DiffTableOptions<TableName<DB>>): Promise<void> {
    checkOptions('branch.diffToTable', diffTableOptions, options)
    await this.#diffs.toTable(branch, options)
  }

  /**
   * Writes a SQL script to a directory of the *server* or a stage, which makes the other table like
   * the branch; the file belongs to the server's user (mode 0600).
   *
   * @param options.directory an existing directory, or `stage://name/`
   * @returns the file's path, and what the script does
   * @throws {BranchError} when the directory does not exist; otherwise as `diff` does
   *
   * ```sql
   * data branch diff `articles_wip` against `articles` output file 'stage://backup/'
   * ```
   */
  async diffToFile(
    branch: string,
    options: DiffFileOptions<TableName<DB>>,
  ): Promise<{ readonly file: string; readonly hint: string }> {
    checkOptions('branch.diffToFile', diffFileOptions, options)
    return this.#diffs.toFile(branch, options)
  }

  /**
   * Merges all changes of a branch into a table and returns their number, verified by DIFF and by a
   * comparison of the rows.
   *
   * A branch is merged once: its point of origin stays where it was, so at a second merge all rows
   * of the first count as changed on both sides. Use `'accept'` then.
   *
   * @throws {BranchConflictError} when both sides changed a row and `onConflict` is `'fail'`
   * @throws {BranchError} when the tables do not fit, or the server said OK and rows are missing
   * @throws {UnsupportedError} inside a transaction with `'skip'`, or before 4.2
   *
   * @example
   * const { applied } = await db.branch.merge('articles_wip', { into: 'articles' })
   * // { inserted: 1, updated: 2, deleted: 0 }
   *
   * ```sql
   * data branch diff `articles_wip` against `articles` output summary
   * data branch merge `articles_wip` into `articles` when conflict fail
   * data branch diff `articles_wip` against `articles` output summary
   * select … from `articles_wip` as b full outer join `articles` as t on b.`id` = t.`id`
   * ```
   */
  async merge(branch: string, options: MergeOptions<TableName<DB>>): Promise<MergeResult> {
    checkOptions('branch.merge', mergeOptions, options)
    await assertDiffInTransaction(this.#db)
    return wrapError(BranchError, `merge branch ${branch} into ${options.into}`, async () => {
      const [table, into] = [this.#names.table(branch), this.#names.table(options.into)]
      await assertComparable(this.#db, [table, into])
      return mergeBranch(this.#db, table, { ...options, into })
    })
  }

  /**
   * Merges the changes of some rows: by primary key, by the time of the change, or both. A key
   * missing from the branch is ignored.
   *
   * @throws {BranchConflictError} when both sides changed a row and `onConflict` is `'fail'`
   * @throws {BranchError} when the table has no primary key, or a key is of another type
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses PICK there (20101)
   *
   * @example
   * await db.branch.pick('articles_wip', { into: 'articles', keys: [1, 2] })
   *
   * ```sql
   * data branch pick `articles_wip` into `articles` keys (1, 2) when conflict fail
   * ```
   */
  async pick(branch: string, options: PickOptions<TableName<DB>>): Promise<MergeResult> {
    checkOptions('branch.pick', pickOptions, options)
    refuseInTransaction(
      this.#db,
      'DATA BRANCH PICK',
      'Use merge, or run it before or after the transaction.',
    )
    return wrapError(BranchError, `pick from branch ${branch} into ${options.into}`, async () => {
      const [table, into] = [this.#names.table(branch), this.#names.table(options.into)]
      await assertComparable(this.#db, [table, into])
      return pickFromBranch(this.#db, table, { ...options, into })
    })
  }

  /**
   * Runs the callback on a zero-copy branch of a database and drops it afterwards, also on failure.
   *
   * Everything run on the handle runs on the branch: kysely's builders, raw SQL, managers,
   * transactions, several at once. It has connections of its own, with the hooks, types and guards
   * of this one, and the branch as their current database. Only a name qualified by a database
   * means that database: `selectFrom('shop.orders')` still reads the original. The handle is closed
   * when the callback ends.
   *
   * @throws {BranchError} when the database does not exist, the name is taken, or the branch could not be dropped
   * @throws {UnsupportedError} inside a transaction, or with another dialect than MatrixOneDialect
   *
   * @example
   * await db.branch.withBranch({ database: 'shop' }, async (branchDb) => {
   *   await migrateToLatest(branchDb)
   *   await branchDb.selectFrom('orders').selectAll().execute()
   * })
   *
   * ```sql
   * data branch create database `shop_branch_1f0c9a2b` from `shop`
   * drop database `shop_branch_1f0c9a2b`
   * ```
   */
  async withBranch<T>(
    options: WithBranchOptions,
    callback: (branchDb: Handle) => Promise<T>,
  ): Promise<T> {
    checkOptions('branch.withBranch', withBranchOptions, options)
    const from = this.#names.database(options.database)
    const { snapshot, name = `${from}_branch_${randomBytes(4).toString('hex')}` } = options
    const branch = options.name === undefined ? name : this.#names.database(name)
    const source = snapshot === undefined ? { from } : { from, snapshot }
    const create = (): Promise<void> => this.#createDatabase(branch, source)
    return runOnBranch(this.#db, branch, create, (branchDb) => callback(branchDb as Handle))
  }

  async #createDatabase(
    name: string,
    { from, snapshot, toAccount }: BranchSource<string>,
  ): Promise<void> {
    const sql = `data branch create database ${quoteNewDatabase(name)} from ${quoteDatabase(from)}${writeSnapshotHint(snapshot)}${writeToAccount(toAccount)}`
    await wrapError(BranchError, `create branch ${name} of database ${from}`, async () => {
      await assertDatabase(this.#db, from, snapshot)
      await executeSql(this.#db, sql)
    }).catch(async (error: unknown) => {
      throw await explainKey(this.#db, { database: from }, error)
    })
  }
}

async function qualify(db: ManagerDb, name: string): Promise<string> {
  const { database, table } = await resolveTable(db, name)
  return `${database}.${table}`
}

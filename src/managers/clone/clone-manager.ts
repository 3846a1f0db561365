import { CloneError, DuplicateObjectError, UnsupportedError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import {
  bigInteger,
  flag,
  instant,
  objectOf,
  type OptionRules,
  required,
  text,
} from '../../options/option-rules.js'
import type { Capabilities } from '../../server/capabilities.js'
import { type Instant, writeTimeHint } from '../../sql/time-hint.js'
import { resolveTable } from '../names/current-database.js'
import {
  type DefinitionPlace,
  type DefinitionReport,
  readChanges,
  reportChanges,
} from '../definitions/definition-changes.js'
import { HandleNames } from '../names/handle-names.js'
import {
  executeSql,
  type ManagerDb,
  pinConnection,
  runInTransaction,
  type SqlExecutor,
} from '../statement/execute.js'
import {
  parseTableReference,
  quoteCheckedName,
  quoteDatabase,
  quoteNewDatabase,
  quoteNewTable,
  quoteTable,
} from '../names/names.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { refuseQuotesInName } from '../names/refuse-quotes-in-name.js'
import type { TableName } from '../names/table-name.js'
import { wrapError } from '../statement/wrap-error.js'

interface CloneOptions {
  /** Leaves an existing target as it is, instead of an error. */
  readonly ifNotExists?: boolean
}

/** Within the account a past state may be any; another account takes only a named snapshot. */
type CloneSource =
  | {
      /** The state to clone; the present when absent. */
      readonly at?: Instant
      readonly toAccount?: never
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
    readonly copyGrants?: boolean
  }

/** Where a database's clone comes from. */
export type CloneDatabaseOptions = CloneOptions &
  CloneSource & {
    /** The database to clone. */
    readonly from: string
  }

/** Whether the clone was made; false when `ifNotExists` left an existing target alone. */
export interface CloneResult extends DefinitionReport {
  readonly created: boolean
}

/**
 * Clones tables and databases without copying their data. A clone does not remember its source: to
 * compare and merge later, make a branch.
 *
 * On a transaction a clone is part of it, and a rollback undoes it. Before 4.2 that is refused: there
 * a clone inside a transaction does not see what the transaction wrote, and answers OK where it fails.
 * On 4.2.0 a database cannot be cloned that the transaction has made tables in (1064).
 */
export class CloneManager<DB> {
  readonly #db: ManagerDb
  readonly #names: HandleNames

  constructor(db: ManagerDb) {
    this.#db = db
    this.#names = new HandleNames(db)
  }

  /**
   * Clones a table, now or as it was.
   *
   * `ifNotExists` is never sent: with it MatrixOne appends the source's rows to a table that exists,
   * doubling every primary key (4.1.4, 4.2.0).
   *
   * @param name the new table: `orders_copy`, or `shop.orders_copy`
   * @throws {CloneError} when the target exists (unless `ifNotExists`), or the source does not
   * @throws {UnsupportedError} before 4.2, inside a transaction or for a name with a quote
   *
   * @example
   * await db.clone.createTable('orders_friday', { from: 'orders', at: { snapshot: 'friday' } })
   *
   * ```sql
   * create table `orders_friday` clone `orders` {snapshot = 'friday'}
   * ```
   */
  async createTable(name: string, options: CloneTableOptions<DB>): Promise<CloneResult> {
    checkOptions('clone.createTable', { ...CLONE, copyGrants: flag }, options)
    const { cloneCopyGrants } = await this.#capabilities()
    const [wanted, from] = [this.#names.table(name), this.#names.table(options.from)]
    await refuseQuotesInName(this.#db, wanted)
    if (options.copyGrants) refuseGrants(options, cloneCopyGrants)
    const source = `clone ${quoteTable(from)}${pastState(options)}${options.copyGrants ? ' copy grants' : ''}`
    return pinConnection(this.#db, async (one) => {
      // Without its database a table cannot go to another account: 20101 `no db selected` (4.2.0).
      const { database, table } =
        options.toAccount === undefined
          ? parseTableReference(wanted)
          : await resolveTable(one, wanted)
      const target = `create table ${quoteParts(database, table)}`
      const result = await create(one, `clone table ${options.from} to ${name}`, options, [
        `${target} ${source}${toAccount(options)}`,
      ])
      return compared(one, `The clone ${name}`, result, options, [
        parseTableReference(from),
        { database, table },
      ])
    })
  }

  /**
   * Clones a whole database, now or as it was; views in it are rewritten to the new name.
   *
   * The clone of a database that does not exist is refused: MatrixOne makes an empty one (4.1.4,
   * 4.2.0). A clone that fails half-way leaves nothing behind; MatrixOne leaves a half-filled
   * database.
   *
   * @throws {CloneError} when the target exists (unless `ifNotExists`), or the source does not
   * @throws {UnsupportedError} inside a transaction before 4.2
   *
   * @example
   * await db.clone.createDatabase('shop_friday', { from: 'shop', at: { snapshot: 'friday' } })
   *
   * ```sql
   * create database `shop_friday` clone `shop` {snapshot = 'friday'}
   * ```
   */
  async createDatabase(name: string, options: CloneDatabaseOptions): Promise<CloneResult> {
    checkOptions('clone.createDatabase', CLONE, options)
    const from = this.#names.database(options.from)
    return this.#cloneDatabase(this.#names.database(name), { ...options, from })
  }

  async #cloneDatabase(name: string, options: CloneDatabaseOptions): Promise<CloneResult> {
    const target = quoteNewDatabase(name)
    const { cloneJoinsTransaction } = await this.#capabilities()
    const statement = `create database ${target} clone ${quoteDatabase(options.from)}${pastState(options)}${toAccount(options)}`
    const what = `clone database ${options.from} to ${name}`
    const places = [{ database: options.from }, { database: name }] as const
    if (cloneJoinsTransaction) {
      return runInTransaction(this.#db, async (trx) => {
        await requireDatabase(trx, options)
        const result = await create(trx, what, options, [statement])
        return compared(trx, `The clone ${name}`, result, options, places)
      })
    }
    return pinConnection(this.#db, async (one) => {
      await requireDatabase(one, options)
      const isNew = options.toAccount === undefined && !(await findDatabase(one, name, ''))
      const undo = isNew ? [`drop database ${target}`] : []
      const result = await create(one, what, options, [statement, ...undo])
      return compared(one, `The clone ${name}`, result, options, places)
    })
  }

  async #capabilities(): Promise<Capabilities> {
    const capabilities = await readCapabilities(this.#db)
    if (!this.#db.isTransaction || capabilities.cloneJoinsTransaction) return capabilities
    throw new UnsupportedError(
      'CLONE cannot run inside a transaction before MatrixOne 4.2: it would not see what the ' +
        'transaction wrote, and answers OK where it fails. Run it on the database itself.',
    )
  }
}

const CLONE: OptionRules<CloneDatabaseOptions> = {
  from: required(text),
  at: objectOf<Instant>({ snapshot: text, timestamp: instant, moTs: bigInteger }),
  toAccount: text,
  ifNotExists: flag,
}

/** @param statements the clone, and the one that undoes a clone that failed half-way */
async function create(
  one: SqlExecutor,
  what: string,
  options: CloneOptions,
  [statement, undo]: readonly string[],
): Promise<CloneResult> {
  try {
    await wrapError(CloneError, what, () => executeSql(one, statement as string))
  } catch (error) {
    const exists = error instanceof CloneError && error.cause instanceof DuplicateObjectError
    if (exists && options.ifNotExists) return Object.freeze({ created: false })
    // The clone's own error says more than an error of the undoing.
    if (!exists && undo !== undefined) await executeSql(one, undo).catch(() => undefined)
    throw error
  }
  return Object.freeze({ created: true })
}

/** Adds what the server did not define as in the source; another account's tables cannot be read. */
async function compared(
  one: SqlExecutor,
  what: string,
  result: CloneResult,
  options: CloneSource,
  [source, made]: readonly [DefinitionPlace, DefinitionPlace],
): Promise<CloneResult> {
  if (!result.created || options.toAccount !== undefined) return result
  const changes = await readChanges(one, { ...source, hint: pastState(options) }, made)
  return Object.freeze({ ...result, ...reportChanges(what, changes) })
}

async function findDatabase(one: SqlExecutor, name: string, hint: string): Promise<boolean> {
  const rows = await executeSql(
    one,
    `select 1 as found from mo_catalog.mo_database${hint} ` +
      'where account_id = current_account_id() and datname = ?',
    [name.toLowerCase()],
  )
  return rows.length > 0
}

async function requireDatabase(one: SqlExecutor, options: CloneDatabaseOptions): Promise<void> {
  const found = await wrapError(CloneError, `clone database ${options.from}`, () =>
    findDatabase(one, options.from, pastState(options)),
  )
  if (found) return
  const when = options.at === undefined ? '' : ' at that time'
  throw new CloneError(
    `There is no database ${options.from} to clone${when}. MatrixOne would have made an empty one.`,
  )
}

function refuseGrants({ toAccount: account }: CloneSource, offered: boolean): void {
  if (!offered) throw new UnsupportedError('COPY GRANTS needs MatrixOne 4.1. Leave copyGrants out.')
  if (account === undefined) return
  throw new UnsupportedError(
    'copyGrants cannot be combined with toAccount: another account has other roles.',
  )
}

function quoteParts(database: string | undefined, table: string): string {
  return quoteNewTable(database === undefined ? table : `${database}.${table}`)
}

function pastState({ at }: { readonly at?: Instant }): string {
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

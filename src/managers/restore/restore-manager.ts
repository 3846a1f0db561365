import { RestoreError, UnknownObjectError, UnsupportedError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { type OptionRules, required, text } from '../../options/option-rules.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { writeTimeHint } from '../../sql/time-hint.js'
import { resolveTable } from '../names/current-database.js'
import {
  type DefinitionPlace,
  type DefinitionReport,
  readAccountChanges,
  readChanges,
  reportChanges,
} from '../definitions/definition-changes.js'
import { HandleNames } from '../names/handle-names.js'
import {
  executeSql,
  type ManagerDb,
  pinConnection,
  type SqlExecutor,
} from '../statement/execute.js'
import { checkScope, type HistoryScope, resolveScope } from '../history/history-scope.js'
import { parseTableReference, quoteCheckedName, quoteDatabase, quoteTable } from '../names/names.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { runtimeOf } from '../statement/runtime-of.js'
import type { TableName } from '../names/table-name.js'
import { wrapError } from '../statement/wrap-error.js'
import {
  type RecoveryWindow,
  readRecoveryWindows,
  type RecoveryWindowRow,
} from './recovery-window.js'
import {
  checkPoint,
  fromPitr,
  type RestoreAccountOptions,
  type RestoreClusterOptions,
  type RestorePoint,
  pastOf,
} from './restore-point.js'
import { explainUnfitKey } from './explain-unfit-key.js'
import { assertClusterSnapshot, clusterNeedsNewer } from './cluster-snapshot.js'

const CLUSTER: OptionRules<RestoreClusterOptions> = { snapshot: required(text) }

/**
 * Puts tables, databases, accounts and the cluster back to a past state, in place: what was written since is
 * gone, tables made since disappear, and tables keep their name but are new ones to the server.
 *
 * A restore waits while another session's transaction has written the table, and what that
 * transaction then commits is lost (4.2.0). To look at a past state, use `db.at(…)` or a clone.
 */
export class RestoreManager<DB> {
  readonly #db: ManagerDb
  readonly #names: HandleNames

  constructor(db: ManagerDb) {
    this.#db = db
    this.#names = new HandleNames(db)
  }

  /**
   * Puts a table back.
   *
   * @returns `changed`: columns that the server did not define as they were
   * @throws {RestoreError} when snapshot or PITR do not exist, or do not cover the table then
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101)
   *
   * @example
   * await db.restore.table('orders', { snapshot: 'friday' })
   *
   * ```sql
   * restore table `shop`.`orders` {snapshot = 'friday'}
   * ```
   */
  async table(
    name: TableName<DB> | `${string}.${string}`,
    point: RestorePoint,
  ): Promise<DefinitionReport> {
    checkPoint('restore.table', point)
    let place: DefinitionPlace = {}
    const past = { ...parseTableReference(this.#names.table(name)), hint: pastOf(point) }
    await this.#restore(`restore table ${name}`, past, async (one, grammar) => {
      const { database, table } = await resolveTable(one, this.#names.table(name))
      place = { database, table }
      if ('pitr' in point) {
        return `restore database ${quoteDatabase(database)} table ${quoteTable(table)} ${fromPitr(point)}`
      }
      if (grammar === 'object {snapshot}') {
        return `restore table ${quoteTable(`${database}.${table}`)} ${writeTimeHint(point)}`
      }
      const from = `from snapshot ${quoteCheckedName('snapshot', point.snapshot)}`
      return `restore account ${await ownAccount(one)} database ${quoteDatabase(database)} table ${quoteTable(table)} ${from}`
    })
    const changes = await readChanges(this.#db, { ...place, hint: pastOf(point) }, place)
    return reportChanges(`The restored table ${name}`, changes)
  }

  /**
   * Puts a database back, also one that was dropped; tables made since disappear.
   *
   * @returns `changed`: columns, comments and indexes that the server did not define as they were
   * @throws {RestoreError} when snapshot or PITR do not exist, or do not cover the database then
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101)
   *
   * @example
   * await db.restore.database('shop', { pitr: 'hourly', timestamp: new Date('2026-11-20T18:00:00Z') })
   *
   * ```sql
   * restore database `shop` from pitr `hourly` '2026-11-20 18:00:00.000000000'
   * ```
   */
  async database(name: string, point: RestorePoint): Promise<DefinitionReport> {
    checkPoint('restore.database', point)
    const place: DefinitionPlace = { database: this.#names.database(name) }
    const past = { ...place, hint: pastOf(point) }
    const database = quoteDatabase(this.#names.database(name))
    await this.#restore(`restore database ${name}`, past, async (one, grammar) => {
      if ('pitr' in point) return `restore database ${database} ${fromPitr(point)}`
      if (grammar === 'object {snapshot}') {
        return `restore database ${database} ${writeTimeHint(point)}`
      }
      const from = `from snapshot ${quoteCheckedName('snapshot', point.snapshot)}`
      return `restore account ${await ownAccount(one)} database ${database} ${from}`
    })
    const changes = await readChanges(this.#db, past, place)
    return reportChanges(`The restored database ${name}`, changes)
  }

  /**
   * Puts a whole account back: all its databases, and its users, of whom newer ones disappear.
   *
   * Only an account can be restored to another one: behind a table or a database MatrixOne ignores
   * TO ACCOUNT and restores in place (4.2.0), so that is not offered.
   *
   * @param name the account; `null` for the own one
   * @returns `changed` as `restore.database` does, for the own account; another one cannot be read from here
   * @throws {RestoreError} when snapshot or PITR do not exist, or are not of that account
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101)
   *
   * @example
   * await db.restore.account('acme', { snapshot: 'friday', toAccount: 'acme_check' })
   *
   * ```sql
   * restore account `acme` {snapshot = 'friday'} to account `acme_check`
   * ```
   */
  async account(name: string | null, options: RestoreAccountOptions): Promise<DefinitionReport> {
    checkPoint('restore.account', options, { toAccount: text })
    const given = name === null ? undefined : quoteCheckedName('account', name)
    const isOwn = name === null && !('toAccount' in options && options.toAccount !== undefined)
    // Columns of another account cannot be read from here.
    const past = isOwn ? { database: null, hint: pastOf(options) } : undefined
    await this.#restore(`restore account ${name ?? ''}`.trim(), past, async (one, grammar) => {
      if ('pitr' in options) {
        if (options.toAccount !== undefined) throw toAccountFromPitr()
        // With its own name a tenant is refused.
        return `restore ${given === undefined ? '' : `account ${given} `}${fromPitr(options)}`
      }
      const account = given ?? (await ownAccount(one))
      const target =
        options.toAccount === undefined
          ? ''
          : ` to account ${quoteCheckedName('account', options.toAccount)}`
      const from =
        grammar === 'object {snapshot}'
          ? writeTimeHint({ snapshot: options.snapshot })
          : `from snapshot ${quoteCheckedName('snapshot', options.snapshot)}`
      return `restore account ${account} ${from}${target}`
    })
    return isOwn ? this.#reportAccount('The restored account', options) : {}
  }

  /**
   * Puts every account of the server back, the `sys` account included: accounts, users, databases
   * and rows made since disappear; snapshots stay. For the `sys` account only.
   *
   * The snapshot is looked up first, so that a mistaken name never reaches the statement.
   *
   * @returns `changed` as `restore.database` does, for the `sys` account
   * @throws {RestoreError} when there is no snapshot of that name, or it is not of the cluster
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101);
   * and before 4.1
   *
   * @example
   * await db.restore.cluster({ snapshot: 'before_upgrade' })
   *
   * ```sql
   * restore cluster {snapshot = 'before_upgrade'}
   * ```
   */
  async cluster(options: RestoreClusterOptions): Promise<DefinitionReport> {
    checkOptions('restore.cluster', CLUSTER, options)
    const { snapshot } = options
    quoteCheckedName('snapshot', snapshot)
    const past = { database: null, hint: pastOf(options) }
    await this.#restore('restore the cluster', past, async (one, grammar) => {
      if (grammar !== 'object {snapshot}') throw clusterNeedsNewer()
      await assertClusterSnapshot(one, snapshot)
      return `restore cluster ${writeTimeHint({ snapshot })}`
    })
    return this.#reportAccount('The account sys in the restored cluster', options)
  }

  /**
   * Lists the states that the snapshots and PITRs of an account, database or table can restore, table
   * by table.
   *
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101);
   * and with another dialect than `MatrixOneDialect`, whose connection the answer would end
   *
   * @example
   * const [orders] = await db.restore.windows({ level: 'table', table: 'orders' })
   * orders?.windows // [{ source: 'pitr', name: 'hourly', from: Date, to: Date, … }]
   *
   * ```sql
   * show recovery_window for table `shop` `orders`
   * ```
   */
  async windows(
    scope: Exclude<HistoryScope<DB>, { level: 'cluster' }>,
  ): Promise<readonly RecoveryWindow[]> {
    checkScope('restore.windows', scope)
    refuseInTransaction(this.#db, 'SHOW RECOVERY_WINDOW')
    if (runtimeOf(this.#db) === undefined) throw answerEndsConnection()
    const rows = await pinConnection(this.#db, async (one) => {
      const { sql, text } = await resolveScope(one, scope, this.#names)
      return wrapError(RestoreError, `read the recovery windows of ${text}`, () =>
        executeSql<RecoveryWindowRow>(one, `show recovery_window for ${sql}`),
      )
    })
    return readRecoveryWindows(rows)
  }

  async #reportAccount(
    what: string,
    point: RestorePoint | RestoreClusterOptions,
  ): Promise<DefinitionReport> {
    return reportChanges(what, await readAccountChanges(this.#db, pastOf(point)))
  }

  async #restore(
    what: string,
    past: DefinitionPlace | undefined,
    write: (one: SqlExecutor, grammar: RestoreGrammar) => Promise<string>,
  ): Promise<void> {
    refuseInTransaction(this.#db, 'RESTORE')
    const { restoreGrammar } = await readCapabilities(this.#db)
    await pinConnection(this.#db, async (one) => {
      const statement = await write(one, restoreGrammar)
      await wrapError(RestoreError, what, () => executeSql(one, statement)).catch(async (error) => {
        throw await explainUnfitKey(one, what, past, error)
      })
      await returnToDatabase(one)
    })
  }
}

type RestoreGrammar = Awaited<ReturnType<typeof readCapabilities>>['restoreGrammar']

/**
 * A restored view leaves the session in the view's database, though `database()` still tells the one
 * from before: the next INSERT without a database would go into another table (4.2.0). USE ends that;
 * without a database there is nothing to go back to, and the pool does not keep the connection.
 */
async function returnToDatabase(one: SqlExecutor): Promise<void> {
  const [row] = await executeSql<{ readonly name: string | null }>(one, 'select database() as name')
  const name = row?.name ?? ''
  if (name === '') return
  try {
    await executeSql(one, `use ${quoteIdentifier(name)}`)
  } catch (error) {
    // The database was made since, so the restore took it away.
    if (!(error instanceof UnknownObjectError)) throw error
  }
}

async function ownAccount(one: SqlExecutor): Promise<string> {
  const [row] = await executeSql<{ readonly name: string }>(
    one,
    'select current_account_name() as name',
  )
  return quoteCheckedName('account', String(row?.name))
}

function toAccountFromPitr(): Error {
  return new UnsupportedError(
    'An account is restored to another one only from a snapshot, not from a PITR. Make a snapshot and use that.',
  )
}

/** mysql2 parses the column, typed JSON and holding none, inside its packet parser (see recovery-window.ts). */
function answerEndsConnection(): Error {
  return new UnsupportedError(
    'SHOW RECOVERY_WINDOW would end the connection with this dialect: its answer is typed JSON and is none. ' +
      'Use new MatrixOne(…), or new MatrixOneDialect(…) in your Kysely.',
  )
}

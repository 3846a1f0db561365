import { RestoreError, UnsupportedError, ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { bigInteger, instant, type OptionRule, text } from '../../options/option-rules.js'
import { toLiteral } from '../../sql/literals.js'
import { moTsOf, writeTimeHint, writeUtcText } from '../../sql/time-hint.js'
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
  type SqlExecutor,
} from '../statement/execute.js'
import { checkScope, type HistoryScope, resolveScope } from '../history/history-scope.js'
import { quoteCheckedName, quoteDatabase, quoteTable } from '../names/names.js'
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

/** A state to go back to: a snapshot, or an instant that a PITR covers (UTC). */
export type RestorePoint =
  | { readonly snapshot: string }
  | { readonly pitr: string; readonly timestamp: Date }
  /** `moTs` in nanoseconds since 1970-01-01 UTC. */
  | { readonly pitr: string; readonly moTs: bigint }

/** The state that an account goes back to and, from a snapshot, the account that gets it. */
export type RestoreAccountOptions =
  | {
      readonly snapshot: string
      /** An existing account that gets the databases instead; for the `sys` account only. */
      readonly toAccount?: string
    }
  | (RestorePoint & { readonly toAccount?: never })

/**
 * Puts tables, databases and accounts back to a past state, in place: what was written since is
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
    await this.#restore(`restore table ${name}`, async (one, grammar) => {
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
    const then = 'snapshot' in point ? writeTimeHint({ snapshot: point.snapshot }) : hintOf(point)
    const changes = await readChanges(this.#db, { ...place, hint: ` ${then}` }, place)
    return reportChanges(`The restored table ${name}`, changes)
  }

  /**
   * Puts a database back, also one that was dropped; tables made since disappear.
   *
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
  async database(name: string, point: RestorePoint): Promise<void> {
    checkPoint('restore.database', point)
    const database = quoteDatabase(this.#names.database(name))
    await this.#restore(`restore database ${name}`, async (one, grammar) => {
      if ('pitr' in point) return `restore database ${database} ${fromPitr(point)}`
      if (grammar === 'object {snapshot}') {
        return `restore database ${database} ${writeTimeHint(point)}`
      }
      const from = `from snapshot ${quoteCheckedName('snapshot', point.snapshot)}`
      return `restore account ${await ownAccount(one)} database ${database} ${from}`
    })
  }

  /**
   * Puts a whole account back: all its databases, and its users, of whom newer ones disappear.
   *
   * Only an account can be restored to another one: behind a table or a database MatrixOne ignores
   * TO ACCOUNT and restores in place (4.2.0), so that is not offered.
   *
   * @param name the account; `null` for the own one
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
  async account(name: string | null, options: RestoreAccountOptions): Promise<void> {
    checkPoint('restore.account', options, { toAccount: text })
    const given = name === null ? undefined : quoteCheckedName('account', name)
    await this.#restore(`restore account ${name ?? ''}`.trim(), async (one, grammar) => {
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

  async #restore(
    what: string,
    write: (one: SqlExecutor, grammar: RestoreGrammar) => Promise<string>,
  ): Promise<void> {
    refuseInTransaction(this.#db, 'RESTORE')
    const { restoreGrammar } = await readCapabilities(this.#db)
    await pinConnection(this.#db, async (one) => {
      const statement = await write(one, restoreGrammar)
      await wrapError(RestoreError, what, () => executeSql(one, statement))
    })
  }
}

const POINT = { snapshot: text, pitr: text, timestamp: instant, moTs: bigInteger }

function checkPoint(
  call: string,
  point: unknown,
  more: Readonly<Record<string, OptionRule>> = {},
): void {
  checkOptions(call, { ...POINT, ...more }, point)
  const given = Object.entries(point ?? {}).filter(([, value]) => value !== undefined)
  const names = given.map(([name]) => name).filter((name) => name in POINT)
  if (['snapshot', 'pitr timestamp', 'moTs pitr'].includes(names.toSorted().join(' '))) return
  throw new ValueError(
    `${call} needs the option snapshot, or pitr together with timestamp or moTs, and no others. ` +
      `It got ${names.length === 0 ? 'none' : names.join(', ')}.`,
  )
}

type RestoreGrammar = Awaited<ReturnType<typeof readCapabilities>>['restoreGrammar']

/** The text is read as UTC, whatever the session's time zone (4.2.0 with nine digits). */
function fromPitr(point: Exclude<RestorePoint, { snapshot: string }>): string {
  const moTs = 'moTs' in point ? point.moTs : moTsOf(point.timestamp)
  return `from pitr ${quoteCheckedName('pitr', point.pitr)} ${toLiteral(writeUtcText(moTs))}`
}

/** The state of a PITR as a time hint. */
function hintOf(point: Exclude<RestorePoint, { snapshot: string }>): string {
  return 'moTs' in point
    ? writeTimeHint({ moTs: point.moTs })
    : writeTimeHint({ timestamp: point.timestamp })
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

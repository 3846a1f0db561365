/* oxlint-disable typescript/no-unsafe-declaration-merging, no-unused-vars -- the managers are put on the prototypes at the end of this file */
/**
 * `MatrixOne` and its transactions: kysely's own classes with the managers on them.
 *
 * kysely makes every new object as one of *its* classes, so each method that returns one is
 * overridden here and gives the result our prototype. The classes have no fields of their own:
 * kysely's private fields stay on the object, and a `MatrixOneTransaction` can be passed wherever a
 * `MatrixOne` is expected. A test goes over kysely's prototypes and fails when a method is missing.
 *
 * `Indexed` is the generated interface that says what can be searched how: `$pickTables` and its
 * like change `DB` and leave it alone.
 */
import {
  Command,
  type Compilable,
  type CompiledQuery,
  ConnectionBuilder,
  ControlledTransaction,
  ControlledTransactionBuilder,
  type DrainOuterGeneric,
  type IsolationLevel,
  Kysely,
  type KyselyConfig,
  type KyselyPlugin,
  type QueryResult,
  type QueryExecutorProvider,
  Transaction,
  TransactionBuilder,
} from 'kysely'
import type { MatrixOneAdapter } from './dialect/matrixone-adapter.js'
import { MatrixOneDialect } from './dialect/matrixone-dialect.js'
import type { MatrixOneDialectConfig } from './dialect/matrixone-dialect-config.js'
import type { MatrixOneRuntime } from './dialect/matrixone-runtime.js'
import {
  refuseTwoPhase,
  startTwoPhase,
  type TwoPhaseTransaction,
} from './dialect/two-phase-transaction.js'
import { type RetryOptions, retryTransaction } from './connection/retry.js'
import { bindOptions, keepOptions, limitOf } from './dialect/handle-options.js'
import { StatementOptionsPlugin } from './dialect/statement-options-plugin.js'
import { executeWithin, joinSignal, startWithin } from './dialect/transaction-deadlines.js'
import { planOf, planTransaction } from './dialect/transaction-plan.js'
import type { LogMode } from './sql/statement-options.js'
import { managerNames, type Managers, matrixone } from './managers/managers.js'
import type { Instant } from './sql/time-hint.js'
import { pinTo } from './time-travel/time-travel-plugin.js'
import { sessionMethods, type SessionMethods } from './managers/session/session-methods.js'

/** What `new MatrixOne(…)` takes: the dialect's options, and kysely's own `plugins` and `log`. */
export type MatrixOneConfig = MatrixOneDialectConfig & Omit<KyselyConfig, 'dialect'>

/** By when something has to be done. */
export interface Deadline {
  /** Milliseconds from its start. */
  readonly timeout?: number
  /** Ends it when it is aborted. */
  readonly signal?: AbortSignal
}

type AccessMode = Parameters<TransactionBuilder<unknown>['setAccessMode']>[0]
type Extended<DB, T> = DrainOuterGeneric<DB & T>
type Omitted<DB, T extends keyof DB> = DB extends object ? Omit<DB, T> : DB
type Picked<DB, T extends keyof DB> = DB extends object ? Pick<DB, T> : DB
// eslint-disable-next-line typescript/no-explicit-any -- kysely's own constraint
type Tables = Record<string, Record<string, any>>

function runtimeOf(db: QueryExecutorProvider): MatrixOneRuntime {
  return (db.getExecutor().adapter as MatrixOneAdapter).runtime
}

/** Gives an object of kysely's making the prototype of its counterpart here. */
function adopt<T extends object>(object: object, type: { readonly prototype: T }): T {
  return Object.setPrototypeOf(object, type.prototype) as T
}

/**
 * A MatrixOne database: kysely's query builder, typed by the interfaces that `mo-codegen` writes,
 * and a manager for everything that MatrixOne has beyond SQL tables.
 *
 * @example
 * const db = new MatrixOne<DB>({ connection: process.env.DATABASE_URL!, hooks: ['enable_hnsw'] })
 * const articles = await db.selectFrom('articles').selectAll().execute()
 * await db.destroy()
 */
export class MatrixOne<DB, Indexed = DB> extends Kysely<DB> {
  constructor(config: MatrixOneConfig) {
    const { plugins, log, ...dialect } = config
    super({
      dialect: new MatrixOneDialect(dialect),
      ...(plugins === undefined ? {} : { plugins }),
      ...(log === undefined ? {} : { log }),
    })
  }

  /** Connection hooks: what they have done so far, one more of them, all of them once again. */
  get hooks(): MatrixOneRuntime['hooks'] {
    return runtimeOf(this).hooks
  }

  /** Pool listeners: one more of them, from now on. */
  get listeners(): MatrixOneRuntime['listeners'] {
    return runtimeOf(this).listeners
  }

  /** Interceptors: one more of them, inside of the others. */
  get interceptors(): MatrixOneRuntime['interceptors'] {
    return runtimeOf(this).interceptors
  }

  /**
   * Starts a transaction whose commit is prepared first (XA). MatrixOne has none; MySQL and MariaDB
   * have.
   *
   * @param xid its id, unique among those that are under way; 1 to 64 bytes
   * @throws {UnsupportedError} on MatrixOne; nothing was sent
   *
   * @example
   * const transfer = await db.startTwoPhaseTransaction('transfer-17')
   * await transfer.trx.insertInto('entries').values(entry).execute()
   * await transfer.prepare()
   * await transfer.commit()
   *
   * ```sql
   * xa start 'transfer-17'; … xa end 'transfer-17'; xa prepare 'transfer-17'; xa commit 'transfer-17'
   * ```
   */
  startTwoPhaseTransaction(
    xid: string,
  ): Promise<TwoPhaseTransaction<MatrixOneTransaction<DB, Indexed>>> {
    return startTwoPhase<DB, MatrixOneTransaction<DB, Indexed>>(this, xid, (trx) =>
      adopt<MatrixOneTransaction<DB, Indexed>>(trx, MatrixOneTransaction),
    )
  }

  /**
   * Reads the past: a handle whose SELECTs see every table as it was at a snapshot or an instant.
   *
   * It refuses writes, FOR UPDATE, MATCH … AGAINST and raw SQL with tables of its own, and makes
   * vector searches exact, because on MatrixOne a vector index does not follow the hint. Common
   * table expressions and subqueries are pinned as well; a view that searches vectors inside is not.
   *
   * @param instant the name of a snapshot; a Date; or nanoseconds since 1970-01-01 UTC
   * @throws {ValueError} for a name or an instant that cannot be
   * @throws {UnsupportedError} from a query that cannot be read in the past; nothing was sent
   * @throws {DataError} from a query at an instant in the future, or before the history that is kept
   *
   * @example
   * const before = await db.at({ snapshot: 'friday' }).selectFrom('orders').selectAll().execute()
   * const yesterday = db.at({ timestamp: new Date(Date.now() - 86_400_000) })
   *
   * ```sql
   * select * from `orders` {snapshot = 'friday'}
   * ```
   */
  at(instant: Instant): MatrixOne<DB, Indexed> {
    return this.withPlugin(pinTo(this, instant))
  }

  /**
   * Limits everything that is started from the handle: a query, a stream until its last row, a
   * transaction as a whole. What is not done by then is ended on the server.
   *
   * @param deadline `timeout` in milliseconds from the start of each; `signal` ends what runs when it
   *   is aborted
   * @throws {StatementTimeoutError} from a query or stream out of time; it had no effect
   * @throws {TransactionTimeoutError} from a transaction out of time; it was rolled back
   * @throws {UnknownOutcomeError} when a write could not be ended and its connection was closed
   * @throws the signal's reason when that was aborted
   *
   * @example
   * const rows = await db.withDeadline({ timeout: 2_000 }).selectFrom('orders').selectAll().execute()
   * await db.withDeadline({ signal: request.signal }).transaction().execute(transfer)
   *
   * ```sql
   * kill query 1042
   * ```
   */
  withDeadline(deadline: Deadline): MatrixOne<DB, Indexed> {
    return this.withPlugin(new StatementOptionsPlugin(deadline))
  }

  /**
   * Says how the statements of the handle are logged, instead of the mode of `queryLogger`.
   *
   * @example
   * await db.withLogMode('off').selectFrom('secrets').selectAll().execute()
   */
  withLogMode(logMode: LogMode): MatrixOne<DB, Indexed> {
    return this.withPlugin(new StatementOptionsPlugin({ logMode }))
  }

  override executeQuery<R>(
    query: CompiledQuery<R> | Compilable<R>,
    ...options: SecondParameter<Kysely<DB>['executeQuery']>
  ): Promise<QueryResult<R>> {
    return super.executeQuery(bindOptions(this, query), ...options)
  }

  override transaction(): MatrixOneTransactionBuilder<DB, Indexed> {
    return planTransaction(
      adopt<MatrixOneTransactionBuilder<DB, Indexed>>(
        super.transaction(),
        MatrixOneTransactionBuilder,
      ),
      { limit: limitOf(this) },
    )
  }

  override startTransaction(): MatrixOneControlledTransactionBuilder<DB, Indexed> {
    return planTransaction(
      adopt<MatrixOneControlledTransactionBuilder<DB, Indexed>>(
        super.startTransaction(),
        MatrixOneControlledTransactionBuilder,
      ),
      { limit: limitOf(this) },
    )
  }

  override connection(): MatrixOneConnectionBuilder<DB, Indexed> {
    return adopt<MatrixOneConnectionBuilder<DB, Indexed>>(
      super.connection(),
      MatrixOneConnectionBuilder,
    )
  }

  override withPlugin(plugin: KyselyPlugin): MatrixOne<DB, Indexed> {
    return adopt<MatrixOne<DB, Indexed>>(super.withPlugin(plugin), MatrixOne)
  }

  override withoutPlugins(): MatrixOne<DB, Indexed> {
    return keepOptions(this, adopt<MatrixOne<DB, Indexed>>(super.withoutPlugins(), MatrixOne))
  }

  override withSchema(schema: string): MatrixOne<DB, Indexed> {
    return adopt<MatrixOne<DB, Indexed>>(super.withSchema(schema), MatrixOne)
  }

  override withTables<T extends Tables>(): MatrixOne<Extended<DB, T>, Indexed> {
    return adopt<MatrixOne<Extended<DB, T>, Indexed>>(super.withTables<T>(), MatrixOne)
  }

  // kysely 0.28 has only withTables, which like these changes nothing but the type.
  override $extendTables<T extends Tables>(): MatrixOne<Extended<DB, T>, Indexed> {
    return adopt<MatrixOne<Extended<DB, T>, Indexed>>(
      super.$extendTables?.<T>() ?? super.withTables(),
      MatrixOne,
    )
  }

  override $omitTables<T extends keyof DB>(): MatrixOne<Omitted<DB, T>, Indexed> {
    return adopt<MatrixOne<Omitted<DB, T>, Indexed>>(
      super.$omitTables?.<T>() ?? super.withTables(),
      MatrixOne,
    )
  }

  override $pickTables<T extends keyof DB>(): MatrixOne<Picked<DB, T>, Indexed> {
    return adopt<MatrixOne<Picked<DB, T>, Indexed>>(
      super.$pickTables?.<T>() ?? super.withTables(),
      MatrixOne,
    )
  }
}

/** A transaction: everything on it, managers included, runs on its one connection. */
export class MatrixOneTransaction<DB, Indexed = DB> extends Transaction<DB> {
  /** Connection hooks: what they have done so far, one more of them, all of them once again. */
  get hooks(): MatrixOneRuntime['hooks'] {
    return runtimeOf(this).hooks
  }

  /** Pool listeners: one more of them, from now on. */
  get listeners(): MatrixOneRuntime['listeners'] {
    return runtimeOf(this).listeners
  }

  /** Interceptors: one more of them, inside of the others. */
  get interceptors(): MatrixOneRuntime['interceptors'] {
    return runtimeOf(this).interceptors
  }

  /** Only for the type: a two-phase transaction cannot begin within a transaction. */
  startTwoPhaseTransaction(
    xid: string,
  ): Promise<TwoPhaseTransaction<MatrixOneTransaction<DB, Indexed>>> {
    return refuseTwoPhase(xid)
  }

  /** Reads the past within the transaction; see {@link MatrixOne.at}. */
  at(instant: Instant): MatrixOneTransaction<DB, Indexed> {
    return this.withPlugin(pinTo(this, instant))
  }

  /** Limits what is started from the handle; see {@link MatrixOne.withDeadline}. */
  withDeadline(deadline: Deadline): MatrixOneTransaction<DB, Indexed> {
    return this.withPlugin(new StatementOptionsPlugin(deadline))
  }

  /** Says how statements are logged; see {@link MatrixOne.withLogMode}. */
  withLogMode(logMode: LogMode): MatrixOneTransaction<DB, Indexed> {
    return this.withPlugin(new StatementOptionsPlugin({ logMode }))
  }

  override executeQuery<R>(
    query: CompiledQuery<R> | Compilable<R>,
    ...options: SecondParameter<Kysely<DB>['executeQuery']>
  ): Promise<QueryResult<R>> {
    return super.executeQuery(bindOptions(this, query), ...options)
  }

  override withPlugin(plugin: KyselyPlugin): MatrixOneTransaction<DB, Indexed> {
    return adopt<MatrixOneTransaction<DB, Indexed>>(super.withPlugin(plugin), MatrixOneTransaction)
  }

  override withoutPlugins(): MatrixOneTransaction<DB, Indexed> {
    return keepOptions(
      this,
      adopt<MatrixOneTransaction<DB, Indexed>>(super.withoutPlugins(), MatrixOneTransaction),
    )
  }

  override withSchema(schema: string): MatrixOneTransaction<DB, Indexed> {
    return adopt<MatrixOneTransaction<DB, Indexed>>(super.withSchema(schema), MatrixOneTransaction)
  }

  override withTables<T extends Tables>(): MatrixOneTransaction<Extended<DB, T>, Indexed> {
    return adopt<MatrixOneTransaction<Extended<DB, T>, Indexed>>(
      super.withTables<T>(),
      MatrixOneTransaction,
    )
  }

  override $extendTables<T extends Tables>(): MatrixOneTransaction<Extended<DB, T>, Indexed> {
    return adopt<MatrixOneTransaction<Extended<DB, T>, Indexed>>(
      super.$extendTables?.<T>() ?? super.withTables(),
      MatrixOneTransaction,
    )
  }

  override $omitTables<T extends keyof DB>(): MatrixOneTransaction<Omitted<DB, T>, Indexed> {
    return adopt<MatrixOneTransaction<Omitted<DB, T>, Indexed>>(
      super.$omitTables?.<T>() ?? super.withTables(),
      MatrixOneTransaction,
    )
  }

  override $pickTables<T extends keyof DB>(): MatrixOneTransaction<Picked<DB, T>, Indexed> {
    return adopt<MatrixOneTransaction<Picked<DB, T>, Indexed>>(
      super.$pickTables?.<T>() ?? super.withTables(),
      MatrixOneTransaction,
    )
  }
}

/** A transaction that the program commits or rolls back itself. */
export class MatrixOneControlledTransaction<
  DB,
  S extends string[] = [],
  Indexed = DB,
> extends ControlledTransaction<DB, S> {
  /** Connection hooks: what they have done so far, one more of them, all of them once again. */
  get hooks(): MatrixOneRuntime['hooks'] {
    return runtimeOf(this).hooks
  }

  /** Pool listeners: one more of them, from now on. */
  get listeners(): MatrixOneRuntime['listeners'] {
    return runtimeOf(this).listeners
  }

  /** Interceptors: one more of them, inside of the others. */
  get interceptors(): MatrixOneRuntime['interceptors'] {
    return runtimeOf(this).interceptors
  }

  /** Only for the type: a two-phase transaction cannot begin within a transaction. */
  startTwoPhaseTransaction(
    xid: string,
  ): Promise<TwoPhaseTransaction<MatrixOneTransaction<DB, Indexed>>> {
    return refuseTwoPhase(xid)
  }

  /**
   * Rolls back unless the transaction was committed or rolled back before.
   *
   * @example
   * await using trx = await db.startTransaction().execute()
   */
  override async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isCommitted && !this.isRolledBack) await this.rollback().execute()
  }

  /** Reads the past within the transaction; see {@link MatrixOne.at}. */
  at(instant: Instant): MatrixOneControlledTransaction<DB, S, Indexed> {
    return this.withPlugin(pinTo(this, instant))
  }

  /** Limits what is started from the handle; see {@link MatrixOne.withDeadline}. */
  withDeadline(deadline: Deadline): MatrixOneControlledTransaction<DB, S, Indexed> {
    return this.withPlugin(new StatementOptionsPlugin(deadline))
  }

  /** Says how statements are logged; see {@link MatrixOne.withLogMode}. */
  withLogMode(logMode: LogMode): MatrixOneControlledTransaction<DB, S, Indexed> {
    return this.withPlugin(new StatementOptionsPlugin({ logMode }))
  }

  override executeQuery<R>(
    query: CompiledQuery<R> | Compilable<R>,
    ...options: SecondParameter<Kysely<DB>['executeQuery']>
  ): Promise<QueryResult<R>> {
    return super.executeQuery(bindOptions(this, query), ...options)
  }

  override withPlugin(plugin: KyselyPlugin): MatrixOneControlledTransaction<DB, S, Indexed> {
    return adoptControlled(super.withPlugin(plugin))
  }

  override withoutPlugins(): MatrixOneControlledTransaction<DB, S, Indexed> {
    return keepOptions(this, adoptControlled<DB, S, Indexed>(super.withoutPlugins()))
  }

  override withSchema(schema: string): MatrixOneControlledTransaction<DB, S, Indexed> {
    return adoptControlled(super.withSchema(schema))
  }

  override withTables<T extends Tables>(): MatrixOneControlledTransaction<
    Extended<DB, T>,
    S,
    Indexed
  > {
    return adoptControlled(super.withTables<T>())
  }

  override $extendTables<T extends Tables>(): MatrixOneControlledTransaction<
    Extended<DB, T>,
    S,
    Indexed
  > {
    return adoptControlled(super.$extendTables?.<T>() ?? super.withTables())
  }

  override $omitTables<T extends keyof DB>(): MatrixOneControlledTransaction<
    Omitted<DB, T>,
    S,
    Indexed
  > {
    return adoptControlled(super.$omitTables?.<T>() ?? super.withTables())
  }

  override $pickTables<T extends keyof DB>(): MatrixOneControlledTransaction<
    Picked<DB, T>,
    S,
    Indexed
  > {
    return adoptControlled(super.$pickTables?.<T>() ?? super.withTables())
  }
}

function adoptControlled<DB, S extends string[], Indexed>(
  transaction: object,
): MatrixOneControlledTransaction<DB, S, Indexed> {
  return adopt<MatrixOneControlledTransaction<DB, S, Indexed>>(
    transaction,
    MatrixOneControlledTransaction,
  )
}

/** Starts a transaction that commits when its callback returns and rolls back when it throws. */
export class MatrixOneTransactionBuilder<DB, Indexed = DB> extends TransactionBuilder<DB> {
  override setAccessMode(accessMode: AccessMode): MatrixOneTransactionBuilder<DB, Indexed> {
    return planTransaction(
      adopt<MatrixOneTransactionBuilder<DB, Indexed>>(
        super.setAccessMode(accessMode),
        MatrixOneTransactionBuilder,
      ),
      planOf(this),
    )
  }

  override setIsolationLevel(
    isolationLevel: IsolationLevel,
  ): MatrixOneTransactionBuilder<DB, Indexed> {
    return planTransaction(
      adopt<MatrixOneTransactionBuilder<DB, Indexed>>(
        super.setIsolationLevel(isolationLevel),
        MatrixOneTransactionBuilder,
      ),
      planOf(this),
    )
  }

  /**
   * Runs the whole transaction again when the server undid it for a conflict: lock wait timeout
   * (1205), deadlock (20701) and their kin; never when the outcome is unknown.
   *
   * The callback runs once for each attempt, so it must change nothing but the database. A timeout
   * of `withDeadline` counts for each attempt anew, `budget` for all of them.
   *
   * @throws what the last attempt threw, or the signal's reason
   *
   * @example
   * await db.transaction().retry({ attempts: 5, budget: 10_000 }).execute(async (trx) => {
   *   await trx.updateTable('accounts').set(withdraw).where('id', '=', from).execute()
   *   await trx.updateTable('accounts').set(deposit).where('id', '=', to).execute()
   * })
   */
  retry(options: RetryOptions = {}): MatrixOneTransactionBuilder<DB, Indexed> {
    // Any setting of kysely's gives a copy of the builder; this one changes nothing.
    const copy = adopt<MatrixOneTransactionBuilder<DB, Indexed>>(
      super.setAccessMode('read write'),
      MatrixOneTransactionBuilder,
    )
    return planTransaction(copy, { ...planOf(this), retry: options })
  }

  override execute<T>(
    callback: (trx: MatrixOneTransaction<DB, Indexed>) => Promise<T>,
  ): Promise<T> {
    const run = (body: typeof callback): Promise<T> =>
      super.execute((trx) =>
        body(adopt<MatrixOneTransaction<DB, Indexed>>(trx, MatrixOneTransaction)),
      )
    const plan = planOf(this)
    if (plan === undefined) return run(callback)
    const limit = joinSignal(plan.limit, plan.retry?.signal)
    const once = (): Promise<T> =>
      limit === undefined ? run(callback) : executeWithin(limit, run, callback)
    return plan.retry === undefined ? once() : retryTransaction(once, plan.retry)
  }
}

/** Starts a transaction that the program ends. */
export class MatrixOneControlledTransactionBuilder<
  DB,
  Indexed = DB,
> extends ControlledTransactionBuilder<DB> {
  override setAccessMode(
    accessMode: AccessMode,
  ): MatrixOneControlledTransactionBuilder<DB, Indexed> {
    return planTransaction(
      adopt<MatrixOneControlledTransactionBuilder<DB, Indexed>>(
        super.setAccessMode(accessMode),
        MatrixOneControlledTransactionBuilder,
      ),
      planOf(this),
    )
  }

  override setIsolationLevel(
    isolationLevel: IsolationLevel,
  ): MatrixOneControlledTransactionBuilder<DB, Indexed> {
    return planTransaction(
      adopt<MatrixOneControlledTransactionBuilder<DB, Indexed>>(
        super.setIsolationLevel(isolationLevel),
        MatrixOneControlledTransactionBuilder,
      ),
      planOf(this),
    )
  }

  override async execute(): Promise<MatrixOneControlledTransaction<DB, [], Indexed>> {
    const start = async (): Promise<MatrixOneControlledTransaction<DB, [], Indexed>> =>
      adoptControlled(await super.execute())
    const limit = planOf(this)?.limit
    return limit === undefined ? start() : startWithin(limit, start)
  }
}

/** Runs a callback on one connection. */
export class MatrixOneConnectionBuilder<DB, Indexed = DB> extends ConnectionBuilder<DB> {
  override execute<T>(
    callback: (db: MatrixOne<DB, Indexed>) => Promise<T>,
    ...options: SecondParameter<ConnectionBuilder<DB>['execute']>
  ): Promise<T> {
    return super.execute((db) => callback(adopt<MatrixOne<DB, Indexed>>(db, MatrixOne)), ...options)
  }
}

/** `options` exists from kysely 0.29 on. */
type SecondParameter<F extends (...parameters: never[]) => unknown> =
  Parameters<F> extends [unknown, ...infer Rest] ? Rest : []

// The managers are put on the prototypes below, as getters.
export interface MatrixOne<DB, Indexed = DB>
  extends Managers<DB, MatrixOne<DB, Indexed>>, SessionMethods<DB> {}
export interface MatrixOneTransaction<DB, Indexed = DB>
  extends Managers<DB, MatrixOne<DB, Indexed>>, SessionMethods<DB> {}
export interface MatrixOneControlledTransaction<DB, S extends string[] = [], Indexed = DB>
  extends Managers<DB, MatrixOne<DB, Indexed>>, SessionMethods<DB> {}

for (const { prototype } of [MatrixOne, MatrixOneTransaction, MatrixOneControlledTransaction]) {
  for (const [name, value] of Object.entries(sessionMethods)) {
    Object.defineProperty(prototype, name, { configurable: true, writable: true, value })
  }
  for (const name of managerNames) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      get(this: Kysely<unknown>) {
        return matrixone(this)[name]
      },
    })
  }
}

// Savepoints are refused by a guard. Where it is switched off, what kysely returns gets our
// prototype too; kysely's own types stay, because they track the names.
for (const name of ['savepoint', 'rollbackToSavepoint', 'releaseSavepoint'] as const) {
  const original: (name: never) => Command<object> = ControlledTransaction.prototype[name]
  Object.defineProperty(MatrixOneControlledTransaction.prototype, name, {
    configurable: true,
    value(this: ControlledTransaction<unknown>, savepointName: never) {
      const command = original.call(this, savepointName)
      return new Command(async () => adoptControlled(await command.execute()))
    },
  })
}

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
  ConnectionBuilder,
  ControlledTransaction,
  ControlledTransactionBuilder,
  type DrainOuterGeneric,
  type IsolationLevel,
  Kysely,
  type KyselyConfig,
  type KyselyPlugin,
  type QueryExecutorProvider,
  Transaction,
  TransactionBuilder,
} from 'kysely'
import type { HookStatus } from './connection/connection-setup.js'
import { MatrixOneAdapter } from './dialect/matrixone-adapter.js'
import { MatrixOneDialect } from './dialect/matrixone-dialect.js'
import type { MatrixOneDialectConfig } from './dialect/matrixone-dialect-config.js'
import { managerNames, type Managers, matrixone } from './managers/managers.js'
import type { Instant } from './sql/time-hint.js'
import { pinTo } from './time-travel/time-travel-plugin.js'
import { sessionMethods, type SessionMethods } from './managers/session/session-methods.js'

/** What `new MatrixOne(…)` takes: the dialect's options, and kysely's own `plugins` and `log`. */
export type MatrixOneConfig = MatrixOneDialectConfig & Omit<KyselyConfig, 'dialect'>

type AccessMode = Parameters<TransactionBuilder<unknown>['setAccessMode']>[0]
type Extended<DB, T> = DrainOuterGeneric<DB & T>
type Omitted<DB, T extends keyof DB> = DB extends object ? Omit<DB, T> : DB
type Picked<DB, T extends keyof DB> = DB extends object ? Pick<DB, T> : DB
// eslint-disable-next-line typescript/no-explicit-any -- kysely's own constraint
type Tables = Record<string, Record<string, any>>

/** The connection hooks of the pool that a database or transaction uses. */
export interface Hooks {
  readonly status: () => HookStatus
}

function hooksOf(db: QueryExecutorProvider): Hooks {
  const { adapter } = db.getExecutor()
  return { status: () => (adapter as MatrixOneAdapter).runtime.hookStatus() }
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

  /** What the connection hooks have done so far. */
  get hooks(): Hooks {
    return hooksOf(this)
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

  override transaction(): MatrixOneTransactionBuilder<DB, Indexed> {
    return adopt<MatrixOneTransactionBuilder<DB, Indexed>>(
      super.transaction(),
      MatrixOneTransactionBuilder,
    )
  }

  override startTransaction(): MatrixOneControlledTransactionBuilder<DB, Indexed> {
    return adopt<MatrixOneControlledTransactionBuilder<DB, Indexed>>(
      super.startTransaction(),
      MatrixOneControlledTransactionBuilder,
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
    return adopt<MatrixOne<DB, Indexed>>(super.withoutPlugins(), MatrixOne)
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
  /** What the connection hooks have done so far. */
  get hooks(): Hooks {
    return hooksOf(this)
  }

  /** Reads the past within the transaction; see {@link MatrixOne.at}. */
  at(instant: Instant): MatrixOneTransaction<DB, Indexed> {
    return this.withPlugin(pinTo(this, instant))
  }

  override withPlugin(plugin: KyselyPlugin): MatrixOneTransaction<DB, Indexed> {
    return adopt<MatrixOneTransaction<DB, Indexed>>(super.withPlugin(plugin), MatrixOneTransaction)
  }

  override withoutPlugins(): MatrixOneTransaction<DB, Indexed> {
    return adopt<MatrixOneTransaction<DB, Indexed>>(super.withoutPlugins(), MatrixOneTransaction)
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
  /** What the connection hooks have done so far. */
  get hooks(): Hooks {
    return hooksOf(this)
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

  override withPlugin(plugin: KyselyPlugin): MatrixOneControlledTransaction<DB, S, Indexed> {
    return adoptControlled(super.withPlugin(plugin))
  }

  override withoutPlugins(): MatrixOneControlledTransaction<DB, S, Indexed> {
    return adoptControlled(super.withoutPlugins())
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
    return adopt<MatrixOneTransactionBuilder<DB, Indexed>>(
      super.setAccessMode(accessMode),
      MatrixOneTransactionBuilder,
    )
  }

  override setIsolationLevel(
    isolationLevel: IsolationLevel,
  ): MatrixOneTransactionBuilder<DB, Indexed> {
    return adopt<MatrixOneTransactionBuilder<DB, Indexed>>(
      super.setIsolationLevel(isolationLevel),
      MatrixOneTransactionBuilder,
    )
  }

  override execute<T>(
    callback: (trx: MatrixOneTransaction<DB, Indexed>) => Promise<T>,
  ): Promise<T> {
    return super.execute((trx) =>
      callback(adopt<MatrixOneTransaction<DB, Indexed>>(trx, MatrixOneTransaction)),
    )
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
    return adopt<MatrixOneControlledTransactionBuilder<DB, Indexed>>(
      super.setAccessMode(accessMode),
      MatrixOneControlledTransactionBuilder,
    )
  }

  override setIsolationLevel(
    isolationLevel: IsolationLevel,
  ): MatrixOneControlledTransactionBuilder<DB, Indexed> {
    return adopt<MatrixOneControlledTransactionBuilder<DB, Indexed>>(
      super.setIsolationLevel(isolationLevel),
      MatrixOneControlledTransactionBuilder,
    )
  }

  override async execute(): Promise<MatrixOneControlledTransaction<DB, [], Indexed>> {
    return adoptControlled(await super.execute())
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

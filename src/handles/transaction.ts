/* oxlint-disable typescript/no-unsafe-declaration-merging -- the managers are put on the prototype at the end of this file */
/** MatrixOne's transactions: kysely's own with the managers on them; see `database.ts`. */
import {
  Command,
  type Compilable,
  type CompiledQuery,
  ControlledTransaction,
  type Kysely,
  type KyselyPlugin,
  type QueryResult,
  Transaction,
} from 'kysely'
import type { MatrixOne } from './database.js'
import { bindOptions, keepOptions } from '../dialect/handle-options.js'
import { refuseTwoPhase, type TwoPhaseTransaction } from '../dialect/two-phase-transaction.js'
import {
  adopt,
  type Extended,
  type Omitted,
  type Picked,
  type SecondParameter,
  type Tables,
} from './handle.js'
import { type HandleMethods, installHandleMethods } from './handle-methods.js'
import type { Managers } from '../managers/managers.js'
import type { SessionMethods } from '../managers/session/session-methods.js'

/** A transaction: everything on it, managers included, runs on its one connection. */
export class MatrixOneTransaction<DB, Indexed = DB> extends Transaction<DB> {
  /** A transaction has its connection to itself already; see {@link MatrixOne.pinned}. */
  async pinned<T>(callback: (one: MatrixOne<DB, Indexed>) => Promise<T>): Promise<T> {
    return callback(this)
  }

  /** Only for the type: a two-phase transaction cannot begin within a transaction. */
  startTwoPhaseTransaction(
    xid: string,
  ): Promise<TwoPhaseTransaction<MatrixOneTransaction<DB, Indexed>>> {
    return refuseTwoPhase(xid)
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
  /** A transaction has its connection to itself already; see {@link MatrixOne.pinned}. */
  async pinned<T>(callback: (one: MatrixOne<DB, Indexed>) => Promise<T>): Promise<T> {
    return callback(this)
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

/** Gives a controlled transaction of kysely's making our prototype. */
export function adoptControlled<DB, S extends string[], Indexed>(
  transaction: object,
): MatrixOneControlledTransaction<DB, S, Indexed> {
  return adopt<MatrixOneControlledTransaction<DB, S, Indexed>>(
    transaction,
    MatrixOneControlledTransaction,
  )
}

export interface MatrixOneTransaction<DB, Indexed = DB>
  extends
    HandleMethods<MatrixOneTransaction<DB, Indexed>>,
    Managers<DB, MatrixOne<DB, Indexed>>,
    SessionMethods<DB> {}
export interface MatrixOneControlledTransaction<DB, S extends string[] = [], Indexed = DB>
  extends
    HandleMethods<MatrixOneControlledTransaction<DB, S, Indexed>>,
    Managers<DB, MatrixOne<DB, Indexed>>,
    SessionMethods<DB> {}

installHandleMethods(MatrixOneTransaction.prototype)
installHandleMethods(MatrixOneControlledTransaction.prototype)

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

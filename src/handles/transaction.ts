/* oxlint-disable typescript/no-unsafe-declaration-merging -- the managers are put on the prototype at the end of this file */
/** MatrixOne's transactions: kysely's own with the managers on them; see `database.ts`. */
import {
  Command,
  ControlledTransaction,
  type KyselyPlugin,
  type TableExpressionOrList,
  Transaction,
} from 'kysely'
import { UnsupportedError } from '../errors.js'
import { refuseTwoPhase, type TwoPhaseTransaction } from '../dialect/two-phase-transaction.js'
import type { Deletable, DeletableName, Deletion } from './delete-from.js'
import { installDerivedHandles } from './derive-handles.js'
import { adopt, type Extended, type Omitted, type Picked, type Tables } from './handle.js'
import { type HandleMethods, installHandleMethods } from './handle-methods.js'
import type { Managers } from '../managers/managers.js'
import type { SessionMethods } from '../managers/session/session-methods.js'
import type { Doctor } from '../search/doctor/doctor.js'
import type { SearchMethods } from '../search/search-methods.js'

/** A transaction: everything on it, managers included, runs on its one connection. */
export class MatrixOneTransaction<DB, Indexed = DB> extends Transaction<DB> {
  /** A transaction has its connection to itself already; see {@link MatrixOne.pinned}. */
  async pinned<T>(callback: (one: MatrixOneTransaction<DB, Indexed>) => Promise<T>): Promise<T> {
    return callback(this)
  }

  /** @deprecated a transaction has no second one in it */
  override startTransaction(): never {
    return refuseSecondTransaction()
  }

  /** Only for the type: a two-phase transaction cannot begin within a transaction. */
  startTwoPhaseTransaction(
    xid: string,
  ): Promise<TwoPhaseTransaction<MatrixOneTransaction<DB, Indexed>>> {
    return refuseTwoPhase(xid)
  }
}

/** A transaction that the program commits or rolls back itself. */
export class MatrixOneControlledTransaction<
  DB,
  S extends string[] = [],
  Indexed = DB,
> extends ControlledTransaction<DB, S> {
  /** A transaction has its connection to itself already; see {@link MatrixOne.pinned}. */
  async pinned<T>(
    callback: (one: MatrixOneControlledTransaction<DB, S, Indexed>) => Promise<T>,
  ): Promise<T> {
    return callback(this)
  }

  /** @deprecated a transaction has no second one in it */
  override startTransaction(): never {
    return refuseSecondTransaction()
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
}

/** kysely 0.28 would send BEGIN, which commits what the transaction has done so far. */
function refuseSecondTransaction(): never {
  throw new UnsupportedError(
    'startTransaction() was called on a transaction: MatrixOne has no transactions within transactions. ' +
      'Use this one, or start another from the database.',
  )
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
    Managers<DB, MatrixOneTransaction<DB, Indexed>>,
    SessionMethods<DB>,
    SearchMethods<DB, Indexed> {
  /** As on {@link MatrixOne}. */
  readonly doctor: Doctor<DB, MatrixOneTransaction<DB, Indexed>>
  /** As on {@link MatrixOne}. */
  deleteFrom<From extends TableExpressionOrList<DB, never>>(
    from: From & Deletable<DB, From>,
  ): Deletion<DB, From>
  deleteFrom<From extends DeletableName<DB>>(from: From): Deletion<DB, From>
  withPlugin(plugin: KyselyPlugin): MatrixOneTransaction<DB, Indexed>
  withoutPlugins(): MatrixOneTransaction<DB, Indexed>
  withSchema(schema: string): MatrixOneTransaction<DB, Indexed>
  withTables<T extends Tables>(): MatrixOneTransaction<Extended<DB, T>, Indexed>
  $extendTables<T extends Tables>(): MatrixOneTransaction<Extended<DB, T>, Indexed>
  $omitTables<T extends keyof DB>(): MatrixOneTransaction<Omitted<DB, T>, Indexed>
  $pickTables<T extends keyof DB>(): MatrixOneTransaction<Picked<DB, T>, Indexed>
}

export interface MatrixOneControlledTransaction<DB, S extends string[] = [], Indexed = DB>
  extends
    HandleMethods<MatrixOneControlledTransaction<DB, S, Indexed>>,
    Managers<DB, MatrixOneTransaction<DB, Indexed>>,
    SessionMethods<DB>,
    SearchMethods<DB, Indexed> {
  /** As on {@link MatrixOne}. */
  readonly doctor: Doctor<DB, MatrixOneTransaction<DB, Indexed>>
  /** As on {@link MatrixOne}. */
  deleteFrom<From extends TableExpressionOrList<DB, never>>(
    from: From & Deletable<DB, From>,
  ): Deletion<DB, From>
  deleteFrom<From extends DeletableName<DB>>(from: From): Deletion<DB, From>
  withPlugin(plugin: KyselyPlugin): MatrixOneControlledTransaction<DB, S, Indexed>
  withoutPlugins(): MatrixOneControlledTransaction<DB, S, Indexed>
  withSchema(schema: string): MatrixOneControlledTransaction<DB, S, Indexed>
  withTables<T extends Tables>(): MatrixOneControlledTransaction<Extended<DB, T>, S, Indexed>
  $extendTables<T extends Tables>(): MatrixOneControlledTransaction<Extended<DB, T>, S, Indexed>
  $omitTables<T extends keyof DB>(): MatrixOneControlledTransaction<Omitted<DB, T>, S, Indexed>
  $pickTables<T extends keyof DB>(): MatrixOneControlledTransaction<Picked<DB, T>, S, Indexed>
}

for (const type of [MatrixOneTransaction, MatrixOneControlledTransaction]) {
  installHandleMethods(type.prototype)
  installDerivedHandles(type)
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

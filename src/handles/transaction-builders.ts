/** What starts transactions and pins connections, with the managers on what it gives out. */
import {
  ConnectionBuilder,
  ControlledTransactionBuilder,
  type IsolationLevel,
  TransactionBuilder,
} from 'kysely'
import { type RetryOptions, retryTransaction } from '../connection/limits/retry.js'
import { TransactionClock } from '../connection/limits/transaction-clock.js'
import { MatrixOne } from './database.js'
import { MatrixOneConnection } from '../dialect/matrixone-connection.js'
import { executeWithin, startWithin } from '../dialect/limited-transactions.js'
import { planOf, planTransaction } from '../dialect/transaction-plan.js'
import { type AccessMode, adopt, type SecondParameter } from './handle.js'
import {
  adoptControlled,
  type MatrixOneControlledTransaction,
  MatrixOneTransaction,
} from './transaction.js'

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
    const { deadline, retry } = plan
    const signals = [deadline?.signal, retry?.signal]
    const once = (): Promise<T> =>
      deadline === undefined && retry?.signal === undefined
        ? run(callback)
        : executeWithin(new TransactionClock(deadline?.timeout, signals), run, callback)
    return retry === undefined ? once() : retryTransaction(once, retry)
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
    const deadline = planOf(this)?.deadline
    if (deadline === undefined) return start()
    return startWithin(new TransactionClock(deadline.timeout, [deadline.signal]), start)
  }
}

/** Runs a callback on one connection, which nobody else has meanwhile. */
export class MatrixOneConnectionBuilder<DB, Indexed = DB> extends ConnectionBuilder<DB> {
  override execute<T>(
    callback: (db: MatrixOne<DB, Indexed>) => Promise<T>,
    ...options: SecondParameter<ConnectionBuilder<DB>['execute']>
  ): Promise<T> {
    return super.execute(
      async (db) => {
        const connection = await db.getExecutor().provideConnection(async (provided) => provided)
        MatrixOneConnection.of(connection).lease.pin()
        return callback(adopt<MatrixOne<DB, Indexed>>(db, MatrixOne))
      },
      ...options,
    )
  }
}

/* oxlint-disable typescript/no-unsafe-declaration-merging -- the settings are put on the prototypes at the end of this file */
/** Builders of transactions, which give out transactions with the managers on them. */
import { ControlledTransactionBuilder, type IsolationLevel, TransactionBuilder } from 'kysely'
import { type RetryOptions, retryTransaction } from '../connection/limits/retry.js'
import { TransactionClock } from '../connection/limits/transaction-clock.js'
import { executeWithin, startWithin } from '../dialect/limited-transactions.js'
import { planOf, planTransaction } from '../dialect/transaction-plan.js'
import { installDerivedBuilders } from './derive-handles.js'
import { type AccessMode, adopt } from './handle.js'
import {
  adoptControlled,
  type MatrixOneControlledTransaction,
  MatrixOneTransaction,
} from './transaction.js'

/** Starts a transaction that commits when its callback returns and rolls back when it throws. */
export class MatrixOneTransactionBuilder<DB, Indexed = DB> extends TransactionBuilder<DB> {
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
    return planTransaction(this.setAccessMode('read write'), { ...planOf(this), retry: options })
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
  override async execute(): Promise<MatrixOneControlledTransaction<DB, [], Indexed>> {
    const start = async (): Promise<MatrixOneControlledTransaction<DB, [], Indexed>> =>
      adoptControlled(await super.execute())
    const deadline = planOf(this)?.deadline
    if (deadline === undefined) return start()
    return startWithin(new TransactionClock(deadline.timeout, [deadline.signal]), start)
  }
}

export interface MatrixOneTransactionBuilder<DB, Indexed = DB> {
  setAccessMode(accessMode: AccessMode): MatrixOneTransactionBuilder<DB, Indexed>
  setIsolationLevel(isolationLevel: IsolationLevel): MatrixOneTransactionBuilder<DB, Indexed>
}

export interface MatrixOneControlledTransactionBuilder<DB, Indexed = DB> {
  setAccessMode(accessMode: AccessMode): MatrixOneControlledTransactionBuilder<DB, Indexed>
  setIsolationLevel(
    isolationLevel: IsolationLevel,
  ): MatrixOneControlledTransactionBuilder<DB, Indexed>
}

installDerivedBuilders(MatrixOneTransactionBuilder)
installDerivedBuilders(MatrixOneControlledTransactionBuilder)

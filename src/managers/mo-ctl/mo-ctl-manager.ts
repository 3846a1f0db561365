import { MoCtlError, ValueError } from '../../errors.js'
import { resolveTable } from '../names/current-database.js'
import { HandleNames } from '../names/handle-names.js'
import {
  executeSql,
  type ManagerDb,
  pinConnection,
  type SqlExecutor,
} from '../statement/execute.js'
import type { TableName } from '../names/table-name.js'
import { wrapError } from '../statement/wrap-error.js'

/**
 * Tells the storage node to write things out now; for the `sys` account only. Allowed inside a
 * transaction, which it neither commits nor takes part in.
 */
export class MoCtlManager<DB> {
  readonly #db: ManagerDb

  constructor(db: ManagerDb) {
    this.#db = db
  }

  /**
   * Writes a table's rows from memory to objects, after which `metadata_scan` sees them.
   *
   * @throws {MoCtlError} when the table does not exist, or for an account other than `sys`
   *
   * @example
   * await db.moCtl.flush('orders')
   *
   * ```sql
   * select mo_ctl('dn', 'flush', 'shop.orders') as answer
   * ```
   */
  async flush(table: TableName<DB> | `${string}.${string}`): Promise<void> {
    await pinConnection(this.#db, async (one) => {
      const parts = await resolveTable(one, new HandleNames(one).table(table))
      // The server cuts the text at its dots and commas.
      if (/[.,\s]/.test(parts.table)) {
        throw new ValueError(`mo_ctl cannot name the table ${JSON.stringify(table)}.`)
      }
      await control(one, 'flush', `${parts.database}.${parts.table}`)
    })
  }

  /**
   * Writes a checkpoint of what changed since the last one.
   *
   * @throws {MoCtlError} for an account other than `sys`
   *
   * ```sql
   * select mo_ctl('dn', 'checkpoint', '') as answer
   * ```
   */
  async checkpoint(): Promise<void> {
    await control(this.#db, 'checkpoint', '')
  }

  /**
   * Writes a checkpoint of everything. Older history can be collected afterwards: a branch made long
   * before it may no longer be compared or merged (20405, seen on 4.2.0).
   *
   * @throws {MoCtlError} for an account other than `sys`
   *
   * ```sql
   * select mo_ctl('dn', 'globalcheckpoint', '') as answer
   * ```
   */
  async globalCheckpoint(): Promise<void> {
    await control(this.#db, 'globalcheckpoint', '')
  }
}

/** An answer is JSON text: `{"method": "Flush", "result": [{"returnStr": "OK"}]}`. */
async function control(db: SqlExecutor, command: string, argument: string): Promise<void> {
  const what = `${command} ${argument}`.trim()
  const [row] = await wrapError(MoCtlError, what, () =>
    executeSql<{ readonly answer: string }>(db, `select mo_ctl('dn', ?, ?) as answer`, [
      command,
      argument,
    ]),
  )
  const answer = String(row?.answer)
  if (/"returnStr":\s*"OK"/.test(answer)) return
  throw new MoCtlError(`Could not ${what}: the server answered ${answer.slice(0, 200)}`)
}

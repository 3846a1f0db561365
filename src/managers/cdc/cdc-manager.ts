import type { Kysely } from 'kysely'
import { CdcError } from '../../errors.js'
import { rewrap } from '../../server/rewrap-error.js'
import type { DropOptions } from '../account/account-types.js'
import { executeSecret } from '../statement/execute-secret.js'
import { executeSql, readBack } from '../statement/execute.js'
import { checkName, quoteCheckedName } from '../names/names.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'
import { assertSources } from './assert-sources.js'
import type { CdcTask, CdcWaitOptions, CreateCdcOptions } from './cdc-types.js'
import { requestPause, waitUntilStopped } from './pause-task.js'
import { type CdcRow, readTask } from './read-task.js'
import { writeCreateCdc } from './write-create.js'

/**
 * Change data capture: tasks that replicate tables to another database or server as they change.
 * Nothing of it runs in a transaction, not even the lists: MatrixOne refuses it there (20101).
 */
export class CdcManager {
  readonly #db: Kysely<unknown>

  constructor(db: Kysely<unknown>) {
    this.#db = db
  }

  /**
   * Creates a task and starts it. The first rows arrive after seconds, later changes after about
   * 0.3 s (4.2.0); `get` tells how far each table has got.
   *
   * @param name lower-cased; letters, digits, `_` and `-`, at most 64
   * @throws {CdcError} when the name is taken, a source does not exist, a server cannot be reached,
   * or no PITR of at least two hours covers the source
   * @throws {ValueError} for a name that a mapping cannot hold
   * @throws {UnsupportedError} inside a transaction, and before 4.2 for a user or password with @ or :
   *
   * @example
   * await db.pitr.create('shop_history', { level: 'database', database: 'shop', range: 2, unit: 'h' })
   * await db.cdc.create('orders_copy', {
   *   source: { host, port, user, password }, sink: { host, port, user, password },
   *   tables: [{ from: 'shop.orders', to: 'copy.orders' }],
   * })
   *
   * ```sql
   * create cdc `orders_copy` 'mysql://…' 'matrixone' 'mysql://…' 'shop.orders:copy.orders' {'Level'='table'}
   * ```
   */
  async create(name: string, options: CreateCdcOptions): Promise<CdcTask> {
    refuseInTransaction(this.#db, 'CREATE CDC')
    const { cdcDecodesUrls } = await readCapabilities(this.#db)
    const { sql, parameters } = writeCreateCdc(name, options, cdcDecodesUrls)
    // The server takes IF NOT EXISTS and ignores it (4.2.0).
    if (options.ifNotExists === true && (await this.exists(name))) return this.get(name)
    const { source, sink } = options
    const write = async (one: Kysely<unknown>): Promise<void> => {
      await assertSources(one, options)
      await executeSecret(one, sql, parameters, [source.password, sink.password])
    }
    return wrapError(CdcError, `create CDC task ${name}`, () =>
      readBack(this.#db, write, (one) => new CdcManager(one).get(name)),
    ).catch((error: unknown) => {
      throw withAdvice(error)
    })
  }

  /**
   * Gives one task with the progress of its tables.
   *
   * @throws {CdcError} when there is none of that name
   * @throws {UnsupportedError} inside a transaction
   *
   * @example
   * const { state, lag, tables } = await db.cdc.get('orders_copy')
   * const stuck = tables.filter(({ error }) => error !== null)
   *
   * ```sql
   * show cdc task `orders_copy`
   * ```
   */
  async get(name: string): Promise<CdcTask> {
    const [task] = await this.#show(`task ${quoteCheckedName('CDC task', name)}`)
    if (task !== undefined) return task
    throw new CdcError(`There is no CDC task ${checkName('CDC task', name)} in this account.`)
  }

  /**
   * Lists the tasks of the current account, sorted by name.
   *
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * show cdc all
   * ```
   */
  async list(): Promise<readonly CdcTask[]> {
    return this.#show('all')
  }

  /**
   * Whether there is a task of that name.
   *
   * @throws {UnsupportedError} inside a transaction
   */
  async exists(name: string): Promise<boolean> {
    return (await this.#show(`task ${quoteCheckedName('CDC task', name)}`)).length > 0
  }

  /**
   * Pauses a task and waits until it has stopped: until then changes go on arriving and every other
   * command on it fails.
   *
   * @throws {CdcError} when there is no such task, it is not running, or the server takes too long
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * pause cdc task `orders_copy`
   * ```
   */
  async pause(name: string, options: CdcWaitOptions = {}): Promise<CdcTask> {
    refuseInTransaction(this.#db, 'PAUSE CDC')
    await requestPause(this.#db, name, options)
    await waitUntilStopped(this.#db, name, options, () => this.get(name))
    return withState(await this.get(name), 'paused')
  }

  /**
   * Lets a paused task go on where it stopped; the next changes arrive after up to 20 s (4.2.0).
   *
   * @throws {CdcError} when there is no such task, or it is not paused
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * resume cdc task `orders_copy`
   * ```
   */
  async resume(name: string): Promise<CdcTask> {
    const sql = `resume cdc task ${quoteCheckedName('CDC task', name)}`
    return this.#change(name, sql, `resume CDC task ${name}`)
  }

  /**
   * Starts a task over. The server does so in the background, and the state reads `'restarting'`
   * meanwhile.
   *
   * @throws {CdcError} when there is no such task
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * resume cdc task `orders_copy` 'restart'
   * ```
   */
  async restart(name: string): Promise<CdcTask> {
    const sql = `resume cdc task ${quoteCheckedName('CDC task', name)} 'restart'`
    return this.#change(name, sql, `restart CDC task ${name}`)
  }

  /**
   * Drops a task; what it has replicated stays.
   *
   * @throws {CdcError} when there is none of that name
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * drop cdc task `orders_copy`
   * ```
   */
  async drop(name: string, options: DropOptions = {}): Promise<void> {
    const quoted = quoteCheckedName('CDC task', name)
    // DROP CDC IF EXISTS came with 4.1: asked first, it works everywhere.
    if (options.ifExists === true && !(await this.exists(name))) return
    await this.#send(`drop cdc task ${quoted}`, `drop CDC task ${name}`)
  }

  /**
   * Pauses every running task of the current account and waits until all have stopped.
   *
   * @throws {CdcError} when the server takes too long
   * @throws {UnsupportedError} inside a transaction
   */
  async pauseAll(options: CdcWaitOptions = {}): Promise<readonly CdcTask[]> {
    for (const { name, state } of await this.list()) {
      if (state === 'paused' || state === 'pausing') continue
      await requestPause(this.#db, name, options)
    }
    for (const { name } of await this.list()) {
      await waitUntilStopped(this.#db, name, options, () => this.get(name))
    }
    return Object.freeze((await this.list()).map((task) => withState(task, 'paused')))
  }

  /**
   * Drops every task of the current account.
   *
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * drop cdc all
   * ```
   */
  async dropAll(): Promise<void> {
    if ((await this.list()).length > 0) await this.#send('drop cdc all', 'drop all CDC tasks')
  }

  async #show(which: string): Promise<readonly CdcTask[]> {
    refuseInTransaction(this.#db, 'SHOW CDC')
    const rows = await wrapError(CdcError, 'list the CDC tasks', () =>
      executeSql<CdcRow>(this.#db, `show cdc ${which}`),
    )
    return Object.freeze(rows.map(readTask).toSorted((a, b) => (a.name < b.name ? -1 : 1)))
  }

  #change(name: string, sql: string, what: string): Promise<CdcTask> {
    return readBack(
      this.#db,
      (one) => new CdcManager(one).#send(sql, what),
      (one) => new CdcManager(one).get(name),
    )
  }

  async #send(sql: string, what: string): Promise<void> {
    refuseInTransaction(this.#db, sql.split(' ', 2).join(' ').toUpperCase())
    await wrapError(CdcError, what, () => executeSql(this.#db, sql))
  }
}

function withState(task: CdcTask, state: CdcTask['state']): CdcTask {
  return Object.freeze({ ...task, state })
}

/** What to do about the server's most frequent refusal. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof CdcError) || !/no valid PITR/.test(error.message)) return error
  return rewrap(
    error,
    CdcError,
    `${error.message}. Create one that covers the source first: ` +
      "db.pitr.create(name, { level: 'database', database, range: 2, unit: 'h' }).",
    { cause: error.cause },
  )
}

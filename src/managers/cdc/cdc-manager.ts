import { CdcError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { rewrap } from '../../server/rewrap-error.js'
import { executeSecret } from '../statement/execute-secret.js'
import type { DropOptions } from '../names/drop-options.js'
import { HandleNames } from '../names/handle-names.js'
import {
  checkedNames,
  type DroppableKind,
  dropNamed,
  NamedObjects,
} from '../names/named-objects.js'
import { quoteCheckedName } from '../names/names.js'
import { executeSql, type ManagerDb } from '../statement/execute.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'
import { assertSources } from './assert-sources.js'
import { cdcFilter, cdcWaitOptions, createCdcOptions } from './cdc-options.js'
import type { CdcFilter, CdcTask, CdcWaitOptions, CreateCdcOptions } from './cdc-types.js'
import { checkFilter, filterTasks } from './filter-tasks.js'
import { requestPause, waitUntilStopped } from './pause-task.js'
import { type CdcRow, readTask } from './read-task.js'
import { writeCreateCdc } from './write-create.js'

/**
 * Change data capture: tasks that replicate tables to another database or server as they change.
 * None of this runs in a transaction, not even the lists: MatrixOne refuses it there (20101).
 */
export class CdcManager {
  readonly #db: ManagerDb
  readonly #tasks: NamedObjects<CdcTask>

  constructor(db: ManagerDb) {
    this.#db = db
    this.#tasks = new NamedObjects(db, tasks)
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
    checkOptions('cdc.create', createCdcOptions, options)
    return this.#create(name, renameSources(options, new HandleNames(this.#db)))
  }

  async #create(name: string, options: CreateCdcOptions): Promise<CdcTask> {
    refuseInTransaction(this.#db, 'CREATE CDC')
    const { cdcDecodesUrls } = await readCapabilities(this.#db)
    const { sql, parameters } = writeCreateCdc(name, options, cdcDecodesUrls)
    // The server takes IF NOT EXISTS and ignores it (4.2.0).
    if (options.ifNotExists === true && (await this.exists(name))) return this.get(name)
    const { source, sink } = options
    const write = async (one: ManagerDb): Promise<void> => {
      await assertSources(one, options)
      await executeSecret(one, sql, parameters, [source.password, sink.password])
    }
    return this.#tasks.write(name, `create CDC task ${name}`, write).catch((error: unknown) => {
      throw withAdvice(error)
    })
  }

  /**
   * Reads one task with the progress of its tables.
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
    return this.#tasks.get(name)
  }

  /**
   * Lists the tasks of the current account, sorted by name.
   *
   * @throws {UnsupportedError} inside a transaction
   *
   * @example
   * const stuck = await db.cdc.list({ only: 'stuck' })
   * const late = await db.cdc.list({ only: 'late', lateAfter: 60_000 })
   *
   * ```sql
   * show cdc all
   * ```
   */
  async list(filter: CdcFilter = {}): Promise<readonly CdcTask[]> {
    checkOptions('cdc.list', cdcFilter, filter)
    checkFilter(filter)
    return filterTasks(await this.#tasks.list(), filter)
  }

  /**
   * Whether there is a task of that name.
   *
   * @throws {UnsupportedError} inside a transaction
   */
  async exists(name: string): Promise<boolean> {
    return this.#tasks.exists(name)
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
    checkOptions('cdc.pause', cdcWaitOptions, options)
    refuseInTransaction(this.#db, 'PAUSE CDC')
    await requestPause(this.#db, name, options)
    await waitUntilStopped(this.#db, name, options, () => this.get(name))
    return withState(await this.get(name), 'paused')
  }

  /**
   * Resumes a paused task where it stopped; the next changes arrive after up to 20 s (4.2.0).
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
   * Drops a task; the replicated rows stay.
   *
   * @throws {CdcError} when there is none of that name
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * drop cdc task `orders_copy`
   * ```
   */
  async drop(name: string, options: DropOptions = {}): Promise<void> {
    await dropNamed(this.#db, tasks, name, options)
  }

  /**
   * Pauses every running task of the current account and waits until all have stopped.
   *
   * @throws {CdcError} when the server takes too long
   * @throws {UnsupportedError} inside a transaction
   */
  async pauseAll(options: CdcWaitOptions = {}): Promise<readonly CdcTask[]> {
    checkOptions('cdc.pauseAll', cdcWaitOptions, options)
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
    if ((await this.list()).length === 0) return
    await wrapError(CdcError, 'drop all CDC tasks', () => executeSql(this.#db, 'drop cdc all'))
  }

  async #change(name: string, sql: string, what: string): Promise<CdcTask> {
    refuseInTransaction(this.#db, 'RESUME CDC')
    return this.#tasks.write(name, what, (one) => executeSql(one, sql))
  }
}

const tasks: DroppableKind<CdcTask> = {
  ...checkedNames('CDC task', 'cdc'),
  ErrorClass: CdcError,
  read: readTasks,
  drop: {
    refusedInTransaction: 'DROP CDC',
    // DROP CDC IF EXISTS came with 4.1.
    looksFirst: 'ifExists',
    write: (stored) => `drop cdc task ${quoteCheckedName('CDC task', stored)}`,
  },
}

async function readTasks(db: ManagerDb, only?: string): Promise<readonly CdcTask[]> {
  refuseInTransaction(db, 'SHOW CDC')
  const which = only === undefined ? 'all' : `task ${quoteCheckedName('CDC task', only)}`
  const rows = await wrapError(CdcError, 'list the CDC tasks', () =>
    executeSql<CdcRow>(db, `show cdc ${which}`),
  )
  return rows.map(readTask)
}

function withState(task: CdcTask, state: CdcTask['state']): CdcTask {
  return Object.freeze({ ...task, state })
}

/** The sources by the names of the handle; the sink may be another server. */
function renameSources(options: CreateCdcOptions, names: HandleNames): CreateCdcOptions {
  const { tables, database } = options
  if (database !== undefined) {
    return { ...options, database: { ...database, from: names.database(database.from) } }
  }
  if (tables === undefined) return options
  return { ...options, tables: tables.map(({ from, to }) => ({ from: names.table(from), to })) }
}

/** Adds the remedy to the server's most frequent refusal. */
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

import { PitrError, ValueError } from '../../errors.js'
import { executeSql, pinConnection, type SqlExecutor } from '../statement/execute.js'
import {
  dropHistoryObject,
  findHistoryObject,
  type HistoryKind,
  type HistoryObject,
  requireHistoryObject,
} from '../history/history-object.js'
import { type HistoryScope, resolveScope } from '../history/history-scope.js'
import { quoteCheckedName } from '../names/names.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'
import { readPitr, type PitrRow } from './pitr-row.js'

/** Hours, days, months, years. */
export type PitrUnit = 'h' | 'd' | 'mo' | 'y'

/** How far back every instant is kept. */
export interface PitrRange {
  /** 1 to 100, in `unit`. */
  readonly range: number
  readonly unit: PitrUnit
}

/** A rule that keeps the history of an object, so that it can be put back to any instant (PITR). */
export interface Pitr extends HistoryObject, PitrRange {
  /** To the second. */
  readonly createdAt: Date
  /** To the second. */
  readonly modifiedAt: Date
}

const kind: HistoryKind = { kind: 'pitr', title: 'PITR', ErrorClass: PitrError }

/** What a PITR covers and for how long. */
export type CreatePitrOptions<DB> = HistoryScope<DB> &
  PitrRange & {
    /** Leaves an existing PITR of that name as it is, instead of an error. */
    readonly ifNotExists?: boolean | undefined
  }

/**
 * Manages point-in-time recovery: rules that keep the history of an object. `db.restore` goes back,
 * `db.restore.windows()` says how far.
 *
 * MatrixOne refuses each of these statements inside a transaction, SHOW PITR included.
 */
export class PitrManager<DB> {
  readonly #db: SqlExecutor

  constructor(db: SqlExecutor) {
    this.#db = db
  }

  /**
   * Keeps the history of a cluster, account, database or table from now on.
   *
   * @param name lower-cased; letters, digits, `_` and `-`, at most 64
   * @throws {PitrError} when the name is taken, the object has a PITR already or does not exist
   * @throws {ValueError} for a range outside 1 to 100
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101)
   *
   * @example
   * await db.pitr.create('hourly', { level: 'database', database: 'shop', range: 7, unit: 'd' })
   *
   * ```sql
   * create pitr `hourly` for database `shop` range 7 'd'
   * ```
   */
  async create(name: string, options: CreatePitrOptions<DB>): Promise<Pitr> {
    refuseInTransaction(this.#db, 'CREATE PITR')
    const quoted = quoteCheckedName('pitr', name)
    const range = writeRange(options)
    const ifNotExists = options.ifNotExists ? 'if not exists ' : ''
    return pinConnection(this.#db, async (one) => {
      const scope = await resolveScope(one, options)
      await wrapError(PitrError, `create PITR ${name} for ${scope.text}`, () =>
        executeSql(one, `create pitr ${ifNotExists}${quoted} for ${scope.sql} ${range}`),
      )
      return read(one, name)
    })
  }

  /**
   * Changes how far back a PITR reaches.
   *
   * @throws {PitrError} when it does not exist
   * @throws {ValueError} for a range outside 1 to 100
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101)
   *
   * ```sql
   * alter pitr `hourly` range 2 'mo'
   * ```
   */
  async alter(name: string, range: PitrRange): Promise<Pitr> {
    refuseInTransaction(this.#db, 'ALTER PITR')
    const statement = `alter pitr ${quoteCheckedName('pitr', name)} ${writeRange(range)}`
    return pinConnection(this.#db, async (one) => {
      await wrapError(PitrError, `alter PITR ${name}`, () => executeSql(one, statement))
      return read(one, name)
    })
  }

  /**
   * Drops a PITR, and with it the history that it kept.
   *
   * @throws {PitrError} when it does not exist, unless `ifExists`
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101)
   *
   * ```sql
   * drop pitr `hourly`
   * ```
   */
  async drop(
    name: string,
    options: { readonly ifExists?: boolean | undefined } = {},
  ): Promise<void> {
    await dropHistoryObject(this.#db, kind, name, options)
  }

  /**
   * One PITR.
   *
   * @throws {PitrError} when it does not exist
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101)
   */
  async get(name: string): Promise<Pitr> {
    return this.#read((one) => read(one, name))
  }

  /** Whether a PITR of that name exists. */
  async exists(name: string): Promise<boolean> {
    return this.#read(async (one) => (await find(one, name)) !== undefined)
  }

  /**
   * The PITRs of the account, by name; the server's own are left out.
   *
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101)
   *
   * ```sql
   * show pitr
   * ```
   */
  async list(): Promise<readonly Pitr[]> {
    return this.#read(list)
  }

  async #read<T>(callback: (one: SqlExecutor) => Promise<T>): Promise<T> {
    refuseInTransaction(this.#db, 'SHOW PITR')
    return pinConnection(this.#db, callback)
  }
}

async function list(one: SqlExecutor): Promise<readonly Pitr[]> {
  const rows = await wrapError(PitrError, 'list PITRs', () => executeSql<PitrRow>(one, 'show pitr'))
  // In any account but sys the statement after SHOW PITR takes current_account_id() for 0 (4.2.0), so
  // that is one which does not ask.
  await executeSql(one, 'select 1')
  const pitrs: Pitr[] = []
  for (const row of rows) {
    // The first PITR of a cluster brings this one along, which outlives it (4.2.0).
    if (row.PITR_NAME !== 'sys_mo_catalog_pitr') pitrs.push(await readPitr(one, row))
  }
  return Object.freeze(pitrs.sort((a, b) => (a.name < b.name ? -1 : 1)))
}

function find(one: SqlExecutor, name: string): Promise<Pitr | undefined> {
  return findHistoryObject(kind, name, () => list(one))
}

async function read(one: SqlExecutor, name: string): Promise<Pitr> {
  return requireHistoryObject(kind, name, await find(one, name))
}

const units = new Set<string>(['h', 'd', 'mo', 'y'] satisfies PitrUnit[])

function writeRange({ range, unit }: PitrRange): string {
  if (!Number.isInteger(range) || range < 1 || range > 100) {
    throw new ValueError(`The range ${range} is out of bounds: MatrixOne keeps 1 to 100 units.`)
  }
  if (!units.has(unit)) {
    throw new ValueError(`${JSON.stringify(unit)} is no unit of a PITR. Use 'h', 'd', 'mo' or 'y'.`)
  }
  return `range ${range} '${unit}'`
}

import { PitrError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import {
  flag,
  integer,
  oneOf,
  type OptionRules,
  required,
  text,
} from '../../options/option-rules.js'
import { checkScope, historyLevel, resolveScope } from '../history/history-scope.js'
import type { DropOptions } from '../names/drop-options.js'
import { HandleNames } from '../names/handle-names.js'
import {
  checkedNames,
  type DroppableKind,
  dropNamed,
  NamedObjects,
} from '../names/named-objects.js'
import { quoteCheckedName, sameName } from '../names/names.js'
import { executeSql, type ManagerDb, pinConnection } from '../statement/execute.js'
import { timeReader } from '../statement/read-time.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'
import { type PitrRow, toPitr } from './pitr-row.js'
import type { CreatePitrOptions, Pitr, PitrFilter, PitrRange, PitrUnit } from './pitr-types.js'

/**
 * Manages point-in-time recovery: rules that keep the history of an object. `db.restore` goes back,
 * `db.restore.windows()` says how far.
 *
 * MatrixOne refuses each of these statements inside a transaction, SHOW PITR included.
 */
export class PitrManager<DB> {
  readonly #db: ManagerDb
  readonly #pitrs: NamedObjects<Pitr>

  constructor(db: ManagerDb) {
    this.#db = db
    this.#pitrs = new NamedObjects(db, pitrs)
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
    checkScope('pitr.create', options, { ...RANGE, ifNotExists: flag })
    refuseInTransaction(this.#db, 'CREATE PITR')
    const quoted = quoteCheckedName('pitr', name)
    const range = writeRange(options)
    const ifNotExists = options.ifNotExists ? 'if not exists ' : ''
    const scope = await resolveScope(this.#db, options, new HandleNames(this.#db))
    return this.#pitrs.write(name, `create PITR ${name} for ${scope.text}`, (one) =>
      executeSql(one, `create pitr ${ifNotExists}${quoted} for ${scope.sql} ${range}`),
    )
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
    checkOptions('pitr.alter', RANGE, range)
    refuseInTransaction(this.#db, 'ALTER PITR')
    const statement = `alter pitr ${quoteCheckedName('pitr', name)} ${writeRange(range)}`
    return this.#pitrs.write(name, `alter PITR ${name}`, (one) => executeSql(one, statement))
  }

  /**
   * Drops a PITR together with the history that it kept.
   *
   * @throws {PitrError} when it does not exist, unless `ifExists`
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101)
   *
   * ```sql
   * drop pitr `hourly`
   * ```
   */
  async drop(name: string, options: DropOptions = {}): Promise<void> {
    await dropNamed(this.#db, pitrs, name, options)
  }

  /**
   * One PITR.
   *
   * @throws {PitrError} when it does not exist
   * @throws {UnsupportedError} inside a transaction: MatrixOne refuses the statement there (20101)
   */
  async get(name: string): Promise<Pitr> {
    return this.#pitrs.get(name)
  }

  /** Whether a PITR of that name exists. */
  async exists(name: string): Promise<boolean> {
    return this.#pitrs.exists(name)
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
  async list(filter: PitrFilter = {}): Promise<readonly Pitr[]> {
    checkOptions('pitr.list', FILTER, filter)
    const { database, table } = filter
    const names = new HandleNames(this.#db)
    const named = {
      ...filter,
      database: database === undefined ? undefined : names.database(database),
      table: table === undefined ? undefined : names.bareTable(table),
    }
    const wanted = Object.entries(named) as [keyof PitrFilter, string | undefined][]
    const all = await this.#pitrs.list()
    return Object.freeze(
      all.filter((pitr) =>
        wanted.every(([name, value]) => value === undefined || sameName(pitr[name], value)),
      ),
    )
  }
}

const pitrs: DroppableKind<Pitr> = {
  ...checkedNames('pitr', 'pitr'),
  title: 'PITR',
  ErrorClass: PitrError,
  read: (db) => {
    refuseInTransaction(db, 'SHOW PITR')
    return pinConnection(db, readPitrs)
  },
}

async function readPitrs(one: ManagerDb): Promise<readonly Pitr[]> {
  const rows = await wrapError(PitrError, 'list PITRs', () => executeSql<PitrRow>(one, 'show pitr'))
  // In any account but sys the statement after SHOW PITR takes current_account_id() for 0 (4.2.0), so
  // one follows that does not ask for it.
  await executeSql(one, 'select 1')
  // The first PITR of a cluster creates one of the server's own, which outlives it (4.2.0).
  const visible = rows.filter(({ PITR_NAME }) => PITR_NAME !== 'sys_mo_catalog_pitr')
  const readTime = timeReader(one)
  return visible.map((row) => toPitr(row, readTime))
}

const FILTER: OptionRules<PitrFilter> = {
  level: historyLevel,
  account: text,
  database: text,
  table: text,
}

const RANGE: OptionRules<PitrRange> = {
  range: required(integer(1, 100)),
  unit: required(oneOf<PitrUnit>('h', 'd', 'mo', 'y')),
}

function writeRange({ range, unit }: PitrRange): string {
  return `range ${range} '${unit}'`
}

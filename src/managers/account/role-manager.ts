import { AccountError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { flag, required, text } from '../../options/option-rules.js'
import type { DropOptions } from '../names/drop-options.js'
import {
  checkedNames,
  type DroppableKind,
  dropNamed,
  NamedObjects,
} from '../names/named-objects.js'
import { quoteCheckedName } from '../names/names.js'
import { executeSql, type ManagerDb } from '../statement/execute.js'
import { timeReader } from '../statement/read-time.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'
import type { Role } from './account-types.js'

/** The roles of the current account, and the users they are granted to. */
export class RoleManager {
  readonly #db: ManagerDb
  readonly #roles: NamedObjects<Role>

  constructor(db: ManagerDb) {
    this.#db = db
    this.#roles = new NamedObjects(db, roles)
  }

  /**
   * Creates a role.
   *
   * @param name lower-cased; letters, digits, `_`, `-` and `.`
   * @throws {AccountError} when the name is taken
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * create role `reader`
   * ```
   */
  async create(name: string, options: { readonly ifNotExists?: boolean } = {}): Promise<Role> {
    checkOptions('account.roles.create', { ifNotExists: flag }, options)
    const ifNotExists = options.ifNotExists === true ? 'if not exists ' : ''
    const sql = `create role ${ifNotExists}${quoteCheckedName('role', name)}`
    refuseInTransaction(this.#db, 'CREATE ROLE')
    return this.#roles.write(name, `create role ${name}`, (one) => executeSql(one, sql))
  }

  /**
   * Gives one role.
   *
   * @throws {AccountError} when there is none of that name
   */
  async get(name: string): Promise<Role> {
    return this.#roles.get(name)
  }

  /** Lists the roles, sorted by name; every user has `public`. */
  async list(): Promise<readonly Role[]> {
    return this.#roles.list()
  }

  /** Whether there is a role of that name in the current account. */
  async exists(name: string): Promise<boolean> {
    return this.#roles.exists(name)
  }

  /**
   * Gives a role to a user, or to another role.
   *
   * @throws {AccountError} when there is no such role or user
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * grant `reader` to `ann`
   * ```
   */
  async grant(
    name: string,
    options: { readonly to: string; readonly withGrantOption?: boolean },
  ): Promise<void> {
    checkOptions('account.roles.grant', { to: required(text), withGrantOption: flag }, options)
    const { to, withGrantOption = false } = options
    const sql = `grant ${quoteCheckedName('role', name)} to ${quoteCheckedName('user', to)}`
    await this.#send(
      sql + (withGrantOption ? ' with grant option' : ''),
      `grant role ${name} to ${to}`,
    )
  }

  /**
   * Takes a role from a user or role; nothing happens when it was not granted.
   *
   * @throws {AccountError} when there is no such role or user
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * revoke `reader` from `ann`
   * ```
   */
  async revoke(name: string, options: { readonly from: string }): Promise<void> {
    checkOptions('account.roles.revoke', { from: required(text) }, options)
    const { from } = options
    await this.#send(
      `revoke ${quoteCheckedName('role', name)} from ${quoteCheckedName('user', from)}`,
      `revoke role ${name} from ${from}`,
    )
  }

  /**
   * Drops a role; its users lose its privileges.
   *
   * @throws {AccountError} when there is no such role
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * drop role `reader`
   * ```
   */
  async drop(name: string, options: DropOptions = {}): Promise<void> {
    await dropNamed(this.#db, roles, name, options)
  }

  async #send(sql: string, what: string): Promise<void> {
    const [verb = '', object = ''] = what.split(' ')
    refuseInTransaction(this.#db, `${verb} ${object}`.toUpperCase())
    await wrapError(AccountError, what, () => executeSql(this.#db, sql))
  }
}

const roles: DroppableKind<Role> = {
  ...checkedNames('role', 'account.roles'),
  ErrorClass: AccountError,
  read: readRoles,
}

async function readRoles(db: ManagerDb): Promise<readonly Role[]> {
  const rows = await wrapError(AccountError, 'list the roles', () =>
    executeSql<{ readonly name: string; readonly created: Date | string }>(
      db,
      'select role_name as `name`, created_time as `created` from mo_catalog.mo_role',
    ),
  )
  const readTime = timeReader(db)
  return rows.map(({ name, created }) =>
    Object.freeze({ name, createdAt: readTime(created) as Date }),
  )
}

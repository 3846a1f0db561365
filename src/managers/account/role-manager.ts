import type { Kysely } from 'kysely'
import { AccountError } from '../../errors.js'
import { executeSql, readBack } from '../statement/execute.js'
import { checkName, quoteCheckedName } from '../names/names.js'
import { timeReader } from '../statement/read-time.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'
import type { DropOptions, Role } from './account-types.js'

/** The roles of the current account, and who has them. */
export class RoleManager {
  readonly #db: Kysely<unknown>

  constructor(db: Kysely<unknown>) {
    this.#db = db
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
    const ifNotExists = options.ifNotExists === true ? 'if not exists ' : ''
    const sql = `create role ${ifNotExists}${quoteCheckedName('role', name)}`
    return readBack(
      this.#db,
      (one) => new RoleManager(one).#send(sql, `create role ${name}`),
      (one) => new RoleManager(one).get(name),
    )
  }

  /**
   * Gives one role.
   *
   * @throws {AccountError} when there is none of that name
   */
  async get(name: string): Promise<Role> {
    const wanted = checkName('role', name)
    const found = (await this.list()).find((role) => role.name === wanted)
    if (found !== undefined) return found
    throw new AccountError(`There is no role ${wanted} in this account.`)
  }

  /** Lists the roles, sorted by name; `public` is everybody's. */
  async list(): Promise<readonly Role[]> {
    const rows = await wrapError(AccountError, 'list the roles', () =>
      executeSql<{ readonly name: string; readonly created: Date | string }>(
        this.#db,
        'select role_name as `name`, created_time as `created` from mo_catalog.mo_role',
      ),
    )
    const readTime = timeReader(this.#db)
    const roles = rows.map(({ name, created }): Role =>
      Object.freeze({ name, createdAt: readTime(created) as Date }),
    )
    return Object.freeze(roles.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
  }

  /** Whether there is a role of that name in the current account. */
  async exists(name: string): Promise<boolean> {
    const wanted = checkName('role', name)
    return (await this.list()).some((role) => role.name === wanted)
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
    const { from } = options
    await this.#send(
      `revoke ${quoteCheckedName('role', name)} from ${quoteCheckedName('user', from)}`,
      `revoke role ${name} from ${from}`,
    )
  }

  /**
   * Drops a role; whoever had it loses its privileges.
   *
   * @throws {AccountError} when there is no such role
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * drop role `reader`
   * ```
   */
  async drop(name: string, options: DropOptions = {}): Promise<void> {
    const ifExists = options.ifExists === true ? 'if exists ' : ''
    await this.#send(`drop role ${ifExists}${quoteCheckedName('role', name)}`, `drop role ${name}`)
  }

  async #send(sql: string, what: string): Promise<void> {
    const [verb = '', object = ''] = what.split(' ')
    refuseInTransaction(this.#db, `${verb} ${object}`.toUpperCase())
    await wrapError(AccountError, what, () => executeSql(this.#db, sql))
  }
}

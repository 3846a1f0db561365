import { AccountError, ValueError } from '../../errors.js'
import { checkGivenOptions, checkOptions } from '../../options/check-options.js'
import { flag, type OptionRules, required, secret, text } from '../../options/option-rules.js'
import { executeSecret } from '../statement/execute-secret.js'
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
import type { AlterUserOptions, CreateUserOptions, User } from './account-types.js'

interface UserRow {
  readonly id: number
  readonly name: string
  readonly host: string
  readonly status: string
  readonly created: Date | string
  readonly defaultRole: string | null
}

/** Never `select *`: the table holds password hashes. */
const USERS =
  'select u.user_id as `id`, u.user_name as `name`, u.user_host as `host`, u.status as `status`, ' +
  'u.created_time as `created`, r.role_name as `defaultRole` ' +
  'from mo_catalog.mo_user u left join mo_catalog.mo_role r on r.role_id = u.default_role'

const ROLES_OF_USERS =
  'select g.user_id as `id`, r.role_name as `role` ' +
  'from mo_catalog.mo_user_grant g join mo_catalog.mo_role r on r.role_id = g.role_id'

const CREATE: OptionRules<CreateUserOptions> = {
  password: required(secret),
  defaultRole: text,
  locked: flag,
  ifNotExists: flag,
}

const ALTER: OptionRules<AlterUserOptions> = { password: secret, locked: flag }

/** The users of the current account. */
export class UserManager {
  readonly #db: ManagerDb
  readonly #users: NamedObjects<User>

  constructor(db: ManagerDb) {
    this.#db = db
    this.#users = new NamedObjects(db, users)
  }

  /**
   * Creates a user.
   *
   * @param name lower-cased; letters, digits, `_`, `-` and `.`
   * @throws {AccountError} when the name is taken or the default role does not exist
   * @throws {UnsupportedError} inside a transaction
   *
   * @example
   * await db.account.users.create('ann', { password, defaultRole: 'reader', locked: true })
   *
   * ```sql
   * create user `ann` identified by '…' default role `reader`
   * alter user `ann` lock
   * ```
   */
  async create(name: string, options: CreateUserOptions): Promise<User> {
    checkOptions('account.users.create', CREATE, options)
    const { password, defaultRole, locked = false, ifNotExists = false } = options
    refuseInTransaction(this.#db, 'CREATE USER')
    checkPassword(password)
    const user = quoteCheckedName('user', name)
    const role =
      defaultRole === undefined ? '' : ` default role ${quoteCheckedName('role', defaultRole)}`
    if (ifNotExists && (await this.exists(name))) return this.get(name)
    const write = async (one: ManagerDb): Promise<void> => {
      await executeSecret(one, `create user ${user} identified by ?${role}`, [password])
      if (!locked) return
      try {
        await executeSql(one, `alter user ${user} lock`)
      } catch (error) {
        // A user that was meant to be locked must not stay behind open.
        await executeSql(one, `drop user if exists ${user}`)
        throw error
      }
    }
    return this.#users.write(name, `create user ${name}`, write)
  }

  /**
   * Gives one user.
   *
   * @throws {AccountError} when there is none of that name
   */
  async get(name: string): Promise<User> {
    return this.#users.get(name)
  }

  /** Lists the users with their roles, sorted by name. */
  async list(): Promise<readonly User[]> {
    return this.#users.list()
  }

  /** Whether there is a user of that name in the current account. */
  async exists(name: string): Promise<boolean> {
    return this.#users.exists(name)
  }

  /**
   * Changes a user's password, or locks or unlocks the user: a statement for each.
   *
   * @throws {AccountError} when there is no such user
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * alter user `ann` identified by '…'
   * alter user `ann` unlock
   * ```
   */
  async alter(name: string, options: AlterUserOptions): Promise<User> {
    checkGivenOptions('account.users.alter', ALTER, options)
    const { password, locked } = options
    refuseInTransaction(this.#db, 'ALTER USER')
    if (password !== undefined) checkPassword(password)
    const head = `alter user ${quoteCheckedName('user', name)} `
    const write = async (one: ManagerDb): Promise<void> => {
      if (password !== undefined) await executeSecret(one, `${head}identified by ?`, [password])
      if (locked !== undefined) await executeSql(one, head + (locked ? 'lock' : 'unlock'))
    }
    return this.#users.write(name, `alter user ${name}`, write)
  }

  /**
   * Drops a user.
   *
   * @throws {AccountError} when there is no such user
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * drop user `ann`
   * ```
   */
  async drop(name: string, options: DropOptions = {}): Promise<void> {
    await dropNamed(this.#db, users, name, options)
  }
}

const users: DroppableKind<User> = {
  ...checkedNames('user', 'account.users'),
  ErrorClass: AccountError,
  read: (db) => wrapError(AccountError, 'list the users', () => readUsers(db)),
}

async function readUsers(db: ManagerDb): Promise<readonly User[]> {
  const rows = await executeSql<UserRow>(db, USERS)
  const grants = await executeSql<{ readonly id: number; readonly role: string }>(
    db,
    ROLES_OF_USERS,
  )
  const readTime = timeReader(db)
  return rows.map((row) => {
    const roles = grants.filter(({ id }) => id === row.id).map(({ role }) => role)
    return Object.freeze({
      name: row.name,
      host: row.host,
      // `lock` is what CREATE USER … LOCK leaves: such a user can log in (4.2.0).
      locked: row.status === 'forbid',
      defaultRole: row.defaultRole,
      roles: Object.freeze(roles.toSorted()),
      createdAt: readTime(row.created) as Date,
    })
  })
}

/**
 * Refuses a value that cannot be a password, without repeating it.
 *
 * @throws {ValueError} for an empty one (the server takes none) and for one with a NUL
 */
export function checkPassword(password: unknown): asserts password is string {
  if (typeof password !== 'string' || password === '' || password.includes('\0')) {
    throw new ValueError('The password must be a string that is neither empty nor contains a NUL.')
  }
}

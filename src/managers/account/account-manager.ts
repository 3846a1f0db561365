import { AccountError, ValueError } from '../../errors.js'
import { checkGivenOptions, checkOptions } from '../../options/check-options.js'
import {
  flag,
  objectOf,
  oneOf,
  type OptionRules,
  required,
  secret,
  text,
} from '../../options/option-rules.js'
import { executeSecret } from '../statement/execute-secret.js'
import { executeSql, type ManagerDb } from '../statement/execute.js'
import type { DropOptions } from '../names/drop-options.js'
import { innerLiteral } from '../names/inner-literal.js'
import {
  checkedNames,
  type DroppableKind,
  dropNamed,
  NamedObjects,
} from '../names/named-objects.js'
import { checkName, quoteCheckedName } from '../names/names.js'
import { timeReader } from '../statement/read-time.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'
import type {
  Account,
  AccountAdmin,
  AccountStatus,
  AlterAccountOptions,
  CreateAccountOptions,
  CurrentUser,
} from './account-types.js'
import { type CodegenRoleOptions, createCodegenRole } from './codegen-role.js'
import { GrantManager } from './grant-manager.js'
import { RoleManager } from './role-manager.js'
import { checkPassword, UserManager } from './user-manager.js'

/** The server keeps this many characters and drops the rest silently (4.2.0). */
const LONGEST_COMMENT = 256

const statements: Readonly<Record<AccountStatus, string>> = {
  open: 'open',
  suspend: 'suspend',
  restrict: 'restricted',
}

const ADMIN = objectOf<AccountAdmin>({ name: required(text), password: required(secret) })

const CREATE: OptionRules<CreateAccountOptions> = {
  admin: required(ADMIN),
  comment: text,
  ifNotExists: flag,
}

const ALTER: OptionRules<AlterAccountOptions> = {
  status: oneOf<AccountStatus>('open', 'suspend', 'restrict'),
  comment: text,
  admin: ADMIN,
}

interface AccountRow {
  readonly account_name: string
  readonly admin_name: string
  readonly created_time: Date | string
  readonly status: AccountStatus
  readonly suspended_time: Date | string | null
  readonly db_count: number
  readonly tbl_count: number
  readonly size: number
  readonly snapshot_size: number
  readonly comments: string
}

/**
 * Accounts (tenants), and the users, roles and grants of the current one. Only sys creates, changes
 * and drops accounts. None of this runs in a transaction: MatrixOne refuses it there (20101).
 */
export class AccountManager {
  readonly #db: ManagerDb
  readonly #accounts: NamedObjects<Account>

  constructor(db: ManagerDb) {
    this.#db = db
    this.#accounts = new NamedObjects(db, accounts)
    this.users = new UserManager(db)
    this.roles = new RoleManager(db)
    this.grants = new GrantManager(db)
  }

  /** The users of the current account. */
  readonly users: UserManager

  /** The roles of the current account, and who has them. */
  readonly roles: RoleManager

  /** The privileges of the current account's roles. */
  readonly grants: GrantManager

  /**
   * Creates an account with its administrator, in about 300 ms.
   *
   * @param name lower-cased; letters, digits, `_` and `-`
   * @throws {AccountError} when the name is taken, or the current account is not sys
   * @throws {UnsupportedError} inside a transaction
   *
   * @example
   * await db.account.create('acme', { admin: { name: 'admin', password: process.env.ACME_PASSWORD! } })
   *
   * ```sql
   * create account `acme` admin_name 'admin' identified by '…'
   * ```
   */
  async create(name: string, options: CreateAccountOptions): Promise<Account> {
    checkOptions('account.create', CREATE, options)
    const { admin, comment, ifNotExists = false } = options
    refuseInTransaction(this.#db, 'CREATE ACCOUNT')
    const sql =
      `create account ${ifNotExists ? 'if not exists ' : ''}${quoteCheckedName('account', name)} ` +
      writeAdmin(admin) +
      (comment === undefined ? '' : ` comment ${writeComment(comment)}`)
    return this.#accounts.write(name, `create account ${name}`, (one) =>
      executeSecret(one, sql, [admin.password]),
    )
  }

  /**
   * Gives one account.
   *
   * @throws {AccountError} when there is none of that name, or the current account may not see it
   */
  async get(name: string): Promise<Account> {
    return this.#accounts.get(name)
  }

  /**
   * Lists the accounts, sorted by name; any account but sys sees only itself.
   *
   * ```sql
   * show accounts
   * ```
   */
  async list(): Promise<readonly Account[]> {
    return this.#accounts.list()
  }

  /** Whether there is an account of that name, as far as the current one can see. */
  async exists(name: string): Promise<boolean> {
    return this.#accounts.exists(name)
  }

  /**
   * Changes an account: its status, its comment, its administrator's password.
   *
   * MatrixOne takes one option a statement (20101 `at most one option at a time`), so each is sent
   * alone; when one fails, those before it have been made.
   *
   * @throws {AccountError} when there is no such account or administrator
   * @throws {UnsupportedError} inside a transaction
   *
   * @example
   * await db.account.alter('acme', { status: 'suspend', comment: 'has not paid' })
   *
   * ```sql
   * alter account `acme` suspend
   * alter account `acme` comment 'has not paid'
   * ```
   */
  async alter(name: string, options: AlterAccountOptions): Promise<Account> {
    checkGivenOptions('account.alter', ALTER, options)
    const { status, comment, admin } = options
    refuseInTransaction(this.#db, 'ALTER ACCOUNT')
    const head = `alter account ${quoteCheckedName('account', name)} `
    const writtenComment = comment === undefined ? undefined : writeComment(comment)
    const writtenAdmin = admin === undefined ? undefined : writeAdmin(admin)
    const write = async (one: ManagerDb): Promise<void> => {
      if (status !== undefined) await executeSql(one, head + statements[status])
      if (writtenComment !== undefined) await executeSql(one, `${head}comment ${writtenComment}`)
      if (admin !== undefined) await executeSecret(one, `${head}${writtenAdmin}`, [admin.password])
    }
    return this.#accounts.write(name, `alter account ${name}`, write)
  }

  /**
   * Drops an account with all its databases, users, snapshots and PITRs.
   *
   * @throws {AccountError} when there is no such account
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * drop account `acme`
   * ```
   */
  async drop(name: string, options: DropOptions = {}): Promise<void> {
    await dropNamed(this.#db, accounts, name, options)
  }

  /**
   * Says who is logged in.
   *
   * ```sql
   * select current_account_name() as account, current_account_id() as accountId,
   *        current_user_name() as user, current_role_name() as role
   * ```
   */
  async current(): Promise<CurrentUser> {
    const [row] = await executeSql<CurrentUser>(
      this.#db,
      'select current_account_name() as `account`, current_account_id() as `accountId`, ' +
        'current_user_name() as `user`, current_role_name() as `role`',
    )
    if (row === undefined) throw new AccountError('The server does not say who is logged in.')
    return Object.freeze({ ...row, accountId: Number(row.accountId) })
  }

  /**
   * Creates a role with no more rights than `mo-codegen` needs, and a user for it if asked.
   *
   * The right to read `mo_catalog` reaches further than one would wish: the password hashes of the
   * account's users and the credentials of its stages are in there too. Without it
   * (`catalog: false`) codegen reads `information_schema`, which any user may, and misses details.
   *
   * @throws {AccountError} when the role or user exists, or a database does not; nothing is left behind
   * @throws {UnsupportedError} inside a transaction
   *
   * @example
   * await db.account.createCodegenRole('codegen', {
   *   databases: ['shop'],
   *   user: { name: 'codegen', password: process.env.CODEGEN_PASSWORD! },
   * })
   *
   * ```sql
   * create role `codegen`
   * grant connect, show databases on account * to `codegen`
   * grant select on table `mo_catalog`.* to `codegen`
   * grant show tables on database `shop` to `codegen`
   * create user `codegen` identified by '…' default role `codegen`
   * ```
   */
  async createCodegenRole(name: string, options: CodegenRoleOptions): Promise<void> {
    await createCodegenRole(this, name, options)
  }
}

const accounts: DroppableKind<Account> = {
  ...checkedNames('account', 'account'),
  ErrorClass: AccountError,
  read: readAccounts,
  missing: () => 'Or the current account may not see it: only sys sees all accounts.',
}

async function readAccounts(db: ManagerDb): Promise<readonly Account[]> {
  // SHOW ACCOUNTS LIKE without a match is an error (4.2.0), so names are compared here.
  const rows = await wrapError(AccountError, 'list the accounts', () =>
    executeSql<AccountRow>(db, 'show accounts'),
  )
  const readTime = timeReader(db)
  return rows.map((row) =>
    Object.freeze({
      name: row.account_name,
      admin: row.admin_name,
      status: row.status,
      comment: row.comments === '' ? null : row.comments,
      createdAt: readTime(row.created_time) as Date,
      suspendedAt: readTime(row.suspended_time),
      databases: Number(row.db_count),
      tables: Number(row.tbl_count),
      size: Number(row.size),
      snapshotSize: Number(row.snapshot_size),
    }),
  )
}

function writeAdmin({ name, password }: AccountAdmin): string {
  checkPassword(password)
  return `admin_name '${checkName('user', name)}' identified by ?`
}

function writeComment(comment: string): string {
  // The server counts code points.
  const length = Array.from(comment).length
  if (length <= LONGEST_COMMENT) return innerLiteral(comment, '"')
  throw new ValueError(
    `The comment has ${length} characters, but MatrixOne keeps only the first ${LONGEST_COMMENT}. Use a shorter one.`,
  )
}

import { AccountError, ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import {
  flag,
  isObject,
  listOf,
  oneOf,
  type OptionRule,
  required,
  text,
} from '../../options/option-rules.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { executeSql, type ManagerDb } from '../statement/execute.js'
import { HandleNames } from '../names/handle-names.js'
import { checkName, parseTableReference, quoteCheckedName, quoteDatabase } from '../names/names.js'
import { refuseInTransaction } from '../statement/refuse-in-transaction.js'
import { wrapError } from '../statement/wrap-error.js'
import type {
  AccountPrivilege,
  DatabasePrivilege,
  Grant,
  Privileges,
  TablePrivilege,
} from './account-types.js'

interface GrantRow {
  readonly role: string
  readonly privilege: string
  readonly type: Grant['on']
  readonly withGrantOption: boolean | number | string
  readonly database: string | null
  readonly tableDatabase: string | null
  readonly table: string | null
}

/** SHOW GRANTS names patterns (`d.*`) instead of objects (4.2.0), so the catalog is asked. */
const GRANTS =
  'select p.role_name as `role`, p.privilege_name as `privilege`, p.obj_type as `type`, ' +
  'p.with_grant_option as `withGrantOption`, d.datname as `database`, ' +
  't.reldatabase as `tableDatabase`, t.relname as `table` from mo_catalog.mo_role_privs p ' +
  "left join mo_catalog.mo_database d on d.dat_id = p.obj_id and p.privilege_level in ('d', 'd.*') " +
  "left join mo_catalog.mo_tables t on t.rel_id = p.obj_id and p.privilege_level in ('d.t', 't')"

/** The privileges of the current account's roles. MatrixOne grants to roles only, never to users. */
export class GrantManager {
  readonly #db: ManagerDb
  readonly #names: HandleNames

  constructor(db: ManagerDb) {
    this.#db = db
    this.#names = new HandleNames(db)
  }

  /**
   * Gives privileges to a role.
   *
   * @throws {AccountError} when there is no such role, database or table
   * @throws {UnsupportedError} inside a transaction
   *
   * @example
   * await db.account.grants.grant({ on: { table: 'shop.*' }, privileges: ['select'] }, { to: 'reader' })
   *
   * ```sql
   * grant select on table `shop`.* to `reader`
   * ```
   */
  async grant(
    what: Privileges,
    options: { readonly to: string; readonly withGrantOption?: boolean },
  ): Promise<void> {
    checkOptions('account.grants.grant', { to: required(text), withGrantOption: flag }, options)
    const { to, withGrantOption = false } = options
    refuseInTransaction(this.#db, 'GRANT')
    const sql = `grant ${writePrivileges('account.grants.grant', what, this.#names)} to ${quoteCheckedName('role', to)}`
    await wrapError(AccountError, `grant privileges to role ${to}`, () =>
      executeSql(this.#db, sql + (withGrantOption ? ' with grant option' : '')),
    )
  }

  /**
   * Takes privileges from a role. A privilege that was not granted, or was granted at another level (`*.*`
   * and `shop.*` are two), is ignored silently (4.2.0).
   *
   * @throws {AccountError} when there is no such role, database or table
   * @throws {UnsupportedError} inside a transaction
   *
   * ```sql
   * revoke select on table `shop`.* from `reader`
   * ```
   */
  async revoke(what: Privileges, options: { readonly from: string }): Promise<void> {
    checkOptions('account.grants.revoke', { from: required(text) }, options)
    refuseInTransaction(this.#db, 'REVOKE')
    const sql = `revoke ${writePrivileges('account.grants.revoke', what, this.#names)} from ${quoteCheckedName('role', options.from)}`
    await wrapError(AccountError, `revoke privileges from role ${options.from}`, () =>
      executeSql(this.#db, sql),
    )
  }

  /** Lists the privileges of all roles, or of one. */
  async list(filter: { readonly role?: string } = {}): Promise<readonly Grant[]> {
    checkOptions('account.grants.list', { role: text }, filter)
    const { role } = filter
    const rows = await wrapError(AccountError, 'list the grants', () =>
      executeSql<GrantRow>(
        this.#db,
        `${GRANTS}${role === undefined ? '' : ' where p.role_name = ?'} order by 1, 3, 5, 6, 7, 2`,
        role === undefined ? [] : [checkName('role', role)],
      ),
    )
    return Object.freeze(
      rows.map((row) =>
        Object.freeze({
          role: row.role,
          privilege: row.privilege,
          on: row.type,
          database: row.database ?? row.tableDatabase,
          table: row.table,
          withGrantOption: Number(row.withGrantOption) === 1,
        }),
      ),
    )
  }
}

const PRIVILEGES = {
  account: oneOf<AccountPrivilege>(
    'create user',
    'drop user',
    'alter user',
    'create role',
    'drop role',
    'create database',
    'drop database',
    'show databases',
    'connect',
    'manage grants',
    'all',
  ),
  database: oneOf<DatabasePrivilege>(
    'show tables',
    'create table',
    'drop table',
    'alter table',
    'create view',
    'drop view',
    'alter view',
    'all',
    'ownership',
  ),
  table: oneOf<TablePrivilege>(
    'select',
    'insert',
    'update',
    'delete',
    'truncate',
    'index',
    'execute',
    'all',
    'ownership',
  ),
}

/** An object with one of the keys, or `'account'`. */
const TARGET: OptionRule = {
  expected: "'account', { database }, { table } or { view }",
  accepts: (on) =>
    on === 'account' ||
    (isObject(on) &&
      /^(database|table|view)$/.test(Object.keys(on).join(' ')) &&
      typeof Object.values(on)[0] === 'string'),
}

function writePrivileges(call: string, what: Privileges, names: HandleNames): string {
  const on = isObject(what) ? what.on : undefined
  const level = on === 'account' ? on : isObject(on) && 'database' in on ? 'database' : 'table'
  const rules = { on: required(TARGET), privileges: required(listOf(PRIVILEGES[level])) }
  checkOptions(call, rules, what)
  if (what.privileges.length === 0) throw new ValueError('privileges must name at least one.')
  return `${what.privileges.join(', ')} on ${writeTarget(what.on, names)}`
}

function writeTarget(on: Privileges['on'], names: HandleNames): string {
  if (on === 'account') return 'account *'
  if ('database' in on) return `database ${writeDatabase(names.database(on.database))}`
  return 'view' in on
    ? `view ${writeTable(names.table(on.view))}`
    : `table ${writeTable(names.table(on.table))}`
}

function writeDatabase(name: string): string {
  return name === '*' ? '*' : quoteDatabase(name)
}

function writeTable(reference: string): string {
  const { database, table } = parseTableReference(reference)
  if (database === undefined) {
    throw new ValueError(
      `A grant needs to know the database of ${reference}: write 'database.table', 'database.*' or '*.*'.`,
    )
  }
  return `${writeDatabase(database)}.${table === '*' ? '*' : quoteIdentifier(table)}`
}

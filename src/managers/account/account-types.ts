/** Whether an account can be used: `'restrict'` lets it read and delete, `'suspend'` refuses logins. */
export type AccountStatus = 'open' | 'suspend' | 'restrict'

/** A tenant of the cluster. */
export interface Account {
  readonly name: string
  /** The administrator that it was created with. */
  readonly admin: string
  readonly status: AccountStatus
  readonly comment: string | null
  readonly createdAt: Date
  readonly suspendedAt: Date | null
  readonly databases: number
  readonly tables: number
  /** Megabytes. */
  readonly size: number
  /** Megabytes that only snapshots keep. */
  readonly snapshotSize: number
}

/** The administrator of an account. */
export interface AccountAdmin {
  readonly name: string
  readonly password: string
}

/** How an account is created. */
export interface CreateAccountOptions {
  readonly admin: AccountAdmin
  /** At most 256 characters. */
  readonly comment?: string
  /** Returns the account of that name when there is one. */
  readonly ifNotExists?: boolean
}

/** Changes to an account; one statement each, in this order. */
export interface AlterAccountOptions {
  readonly status?: AccountStatus
  /** At most 256 characters. */
  readonly comment?: string
  /** A new password for the account's administrator. */
  readonly admin?: AccountAdmin
}

/** Who is logged in. */
export interface CurrentUser {
  readonly account: string
  readonly accountId: number
  readonly user: string
  readonly role: string
}

/** A user of the current account. */
export interface User {
  readonly name: string
  readonly host: string
  /** Whether logins are refused; set by `alter({ locked: true })` alone. */
  readonly locked: boolean
  readonly defaultRole: string | null
  /** The roles granted to it, sorted; every user has `public`. */
  readonly roles: readonly string[]
  readonly createdAt: Date
}

/** How a user is created. */
export interface CreateUserOptions {
  readonly password: string
  /** Granted to the user as well. Default `public`. */
  readonly defaultRole?: string
  /** Locks the user at once, by a statement of its own: LOCK on CREATE USER does nothing (4.2.0). */
  readonly locked?: boolean
  /** Returns the user of that name, unchanged, when there is one. */
  readonly ifNotExists?: boolean
}

/** Changes to a user. */
export interface AlterUserOptions {
  readonly password?: string
  readonly locked?: boolean
}

/** A role of the current account. */
export interface Role {
  readonly name: string
  readonly createdAt: Date
}

/** Privileges on the account. */
export type AccountPrivilege =
  | 'create user'
  | 'drop user'
  | 'alter user'
  | 'create role'
  | 'drop role'
  | 'create database'
  | 'drop database'
  | 'show databases'
  | 'connect'
  | 'manage grants'
  | 'all'

/** Privileges on a database. */
export type DatabasePrivilege =
  | 'show tables'
  | 'create table'
  | 'drop table'
  | 'alter table'
  | 'create view'
  | 'drop view'
  | 'alter view'
  | 'all'
  | 'ownership'

/** Privileges on a table or view. */
export type TablePrivilege =
  | 'select'
  | 'insert'
  | 'update'
  | 'delete'
  | 'truncate'
  | 'index'
  | 'execute'
  | 'all'
  | 'ownership'

/** Privileges with the object they apply to; `*` stands for any database or table. */
export type Privileges =
  | { readonly on: 'account'; readonly privileges: readonly AccountPrivilege[] }
  | {
      /** A name, or `*`. */
      readonly on: { readonly database: string }
      readonly privileges: readonly DatabasePrivilege[]
    }
  | {
      /** `database.table`, `database.*` or `*.*`. */
      readonly on: { readonly table: string } | { readonly view: string }
      readonly privileges: readonly TablePrivilege[]
    }

/** One privilege that a role has. */
export interface Grant {
  readonly role: string
  readonly privilege: string
  readonly on: 'account' | 'database' | 'table' | 'view'
  /** Null for all databases, and for the account. */
  readonly database: string | null
  /** Null for all tables, and for databases and the account. */
  readonly table: string | null
  readonly withGrantOption: boolean
}

import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import {
  flag,
  listOf,
  objectOf,
  type OptionRules,
  required,
  secret,
  text,
} from '../../options/option-rules.js'
import { checkName } from '../names/names.js'
import type { AccountAdmin, Privileges } from './account-types.js'
import type { GrantManager } from './grant-manager.js'
import type { RoleManager } from './role-manager.js'
import type { UserManager } from './user-manager.js'

interface AccountParts {
  readonly users: UserManager
  readonly roles: RoleManager
  readonly grants: GrantManager
}

/** Rights of a codegen role. */
export interface CodegenRoleOptions {
  /** The databases whose tables and views are read. */
  readonly databases: readonly string[]
  /** Whether `mo_catalog` may be read; default true. */
  readonly catalog?: boolean
  /**
   * Whether the views may be read; default false. Only a SELECT tells whether a view still has the
   * columns of its creation, so without it codegen warns that it could not check them.
   */
  readonly views?: boolean
  /** A user to be created with this as its default role. */
  readonly user?: AccountAdmin
}

const OPTIONS: OptionRules<CodegenRoleOptions> = {
  databases: required(listOf(text)),
  catalog: flag,
  views: flag,
  user: objectOf<AccountAdmin>({ name: required(text), password: required(secret) }),
}

/** Creates the role, or nothing. */
export async function createCodegenRole(
  { users, roles, grants }: AccountParts,
  name: string,
  options: CodegenRoleOptions,
): Promise<void> {
  checkOptions('account.createCodegenRole', OPTIONS, options)
  const { databases, catalog = true, views = false, user } = options
  if (databases.length === 0) throw new ValueError('databases must name at least one.')
  if (user !== undefined) checkName('user', user.name)
  await roles.create(name)
  try {
    for (const privileges of neededPrivileges(databases, catalog, views)) {
      await grants.grant(privileges, { to: name })
    }
    if (user !== undefined) {
      await users.create(user.name, { password: user.password, defaultRole: name })
    }
  } catch (error) {
    await roles.drop(name, { ifExists: true })
    throw error
  }
}

/**
 * Measured on 4.2.0 with a user that has nothing else. `mo_tables`, `mo_columns` and `mo_database`
 * cannot be granted one by one (20101), so it is all of `mo_catalog` or nothing.
 */
function neededPrivileges(
  databases: readonly string[],
  catalog: boolean,
  views: boolean,
): readonly Privileges[] {
  return [
    { on: 'account', privileges: ['connect', 'show databases'] },
    ...(catalog ? [{ on: { table: 'mo_catalog.*' }, privileges: ['select'] } as const] : []),
    ...databases.flatMap((database): readonly Privileges[] => [
      { on: { database }, privileges: ['show tables'] },
      ...(views ? [{ on: { view: `${database}.*` }, privileges: ['select'] } as const] : []),
    ]),
  ]
}

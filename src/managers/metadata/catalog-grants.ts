import { PrivilegeError } from '../../errors.js'
import { rewrap } from '../../server/rewrap-error.js'
import { quoteIdentifier } from '../../sql/identifiers.js'

const tables = ['mo_database', 'mo_tables', 'mo_columns', 'mo_indexes', 'mo_foreign_keys']

/** The five rights that reading the catalog needs; none on the database itself (4.2.0). */
export function writeGrants(role: string): readonly string[] {
  const to = role === '' ? '<role>' : quoteIdentifier(role)
  return tables.map((table) => `GRANT SELECT ON TABLE mo_catalog.${table} TO ${to};`)
}

/** The same error with what to do about it. */
export function withGrants(error: PrivilegeError, role: string): PrivilegeError {
  return rewrap(
    error,
    PrivilegeError,
    `The role ${role} may not read the catalog (${error.message}). ` +
      `An account administrator can run:\n${writeGrants(role).join('\n')}`,
    { cause: error.cause ?? error },
  )
}

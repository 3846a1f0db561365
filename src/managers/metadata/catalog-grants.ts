import { PrivilegeError } from '../../errors.js'
import { rewrap } from '../../server/rewrap-error.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { type Cell, readText } from './catalog-values.js'

const tables = ['mo_database', 'mo_tables', 'mo_columns', 'mo_indexes', 'mo_foreign_keys']

/** The two rights more that reading partitions needs. */
export function writePartitionGrants(role: string): readonly string[] {
  return grantsOf(['mo_partition_metadata', 'mo_partition_tables'], role)
}

/** The right to ask a view; on the tables behind it none is needed (3.0, 4.1, 4.2). */
export function writeViewGrant(database: string, view: string): string {
  return `GRANT SELECT ON VIEW ${quoteIdentifier(database)}.${quoteIdentifier(view)} TO <role>;`
}

/** The five rights that reading the catalog needs; none on the database itself (4.2.0). */
export function writeGrants(role: string): readonly string[] {
  return grantsOf(tables, role)
}

function grantsOf(of: readonly string[], role: string): readonly string[] {
  const to = role === '' ? '<role>' : quoteIdentifier(role)
  return of.map((table) => `GRANT SELECT ON TABLE mo_catalog.${table} TO ${to};`)
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

/** The role of the session. */
export async function readRole(db: SqlExecutor): Promise<string> {
  const [row] = await executeSql<{ readonly role: Cell }>(db, 'select current_role() as role')
  return readText(row?.role)
}

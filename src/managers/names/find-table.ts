import { UnknownObjectError } from '../../errors.js'
import type { SqlExecutor } from '../statement/execute.js'
import type { TableModel } from '../../schema/schema-model.js'
import { readDatabaseMetadata } from '../metadata/read-database.js'
import { parseTableReference } from './names.js'

/** A table and the database that it is in. */
export interface FoundTable {
  readonly database: string
  readonly table: TableModel
}

/**
 * Looks up `table` or `database.table`; on a transaction with its own uncommitted changes.
 *
 * @throws {UnknownObjectError} when there is no such table
 */
export async function findTable(db: SqlExecutor, reference: string): Promise<FoundTable> {
  const { database, table: name } = parseTableReference(reference)
  const scope = database === undefined ? {} : { database }
  const { tables, name: found } = await readDatabaseMetadata(db, { ...scope, include: [name] })
  // `*` and `?` in `include` are patterns, and legal in names.
  const wanted = [name, name.toLowerCase()]
  const table = tables.find((each) => wanted.includes(each.name))
  if (table !== undefined) return Object.freeze({ database: found, table })
  throw new UnknownObjectError(`The database ${found} has no table ${name}.`)
}

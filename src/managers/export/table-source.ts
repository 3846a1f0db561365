/** A table as the source of an export: its columns in order, and what the wire does not say of them. */
import { CompiledQuery } from 'kysely'
import { readMembers } from '../../bulk/enum-members.js'
import type { SourceColumn } from '../../bulk/sent-column.js'
import { ExportError } from '../../errors.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { showColumns } from '../metadata/show-columns.js'
import { HandleNames } from '../names/handle-names.js'
import { quoteTable } from '../names/names.js'
import type { ManagerDb } from '../statement/execute.js'
import { wrapError } from '../statement/wrap-error.js'

/** The query of a table, and facts of its columns by their names. */
export interface TableSource {
  readonly query: CompiledQuery
  readonly columns: ReadonlyMap<string, SourceColumn>
}

/**
 * Reads the columns of a table. Generated ones are left out, as LOAD DATA does.
 *
 * ```sql
 * show columns from `articles`
 * ```
 */
export async function readTableSource(db: ManagerDb, table: string): Promise<TableSource> {
  const place = new HandleNames(db).table(table)
  const shown = await wrapError(ExportError, `export ${table}`, () => showColumns(db, place))
  const columns = new Map(
    shown
      .filter(({ Extra }) => !/generated/i.test(Extra))
      .map(({ Field, Type, Extra }) => [
        Field,
        { autoIncrement: /auto_increment/i.test(Extra), members: readMembers(Type) },
      ]),
  )
  const selected = [...columns.keys()].map(quoteIdentifier).join(', ')
  return { query: CompiledQuery.raw(`select ${selected} from ${quoteTable(place)}`), columns }
}

/**
 * Refuses tables that DIFF, MERGE and PICK cannot read before 4.2. With an ENUM column these statements
 * silently leave out inserted rows, and once a row was updated they never answer, hold their transaction
 * open and cannot be killed (3.0.14, 4.1.4). YEAR, GEOMETRY and a DECIMAL of more than 38 digits make the
 * server panic. 3.0.14 also pastes table names unquoted into its own SQL, where `a b` reads table `a`.
 */
import { UnsupportedError } from '../../errors.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { parseTableReference } from '../names/names.js'
import { readCapabilities } from '../statement/read-capabilities.js'

interface ColumnRow {
  readonly name: string
  readonly type: string
}

/**
 * Refuses tables that this server's DIFF, MERGE and PICK lose rows of.
 *
 * @throws {UnsupportedError} before 4.2, for the types and names that are affected
 */
export async function assertComparable(
  db: SqlExecutor,
  tables: readonly [branch: string, against: string],
): Promise<void> {
  const { branchComparesEveryType, branchQuotesNames } = await readCapabilities(db)
  if (!branchQuotesNames) tables.forEach(refuseQuotedNames)
  if (branchComparesEveryType) return
  // Both have the same columns, but either may be gone and held by a snapshot only.
  for (const table of tables) {
    const found = (await readColumns(db, table)).find(({ type }) => isUnreadable(type))
    if (found === undefined) continue
    throw new UnsupportedError(
      `${table} has the column ${found.name} of type ${found.type}: before MatrixOne 4.2 DIFF, MERGE and ` +
        'PICK lose rows of such a table, or never answer. Compare the tables by a join.',
    )
  }
}

function refuseQuotedNames(reference: string): void {
  const { database, table } = parseTableReference(reference)
  const name = [database, table].find((part) => part !== undefined && !/^[a-z_]\w*$/i.test(part))
  if (name === undefined) return
  throw new UnsupportedError(
    `DIFF, MERGE and PICK of ${reference} would read another table: MatrixOne 3.0 pastes the name ` +
      `${JSON.stringify(name)} unquoted into SQL of its own. Use letters, digits and _ only.`,
  )
}

/** As 4.1.4 (`ENUM('a','b')`) and 3.0.14 (`ENUM(0)`) spell them. */
function isUnreadable(type: string): boolean {
  return (
    /^(enum|year|geometry|point|linestring|polygon|multi)/i.test(type) ||
    Number(/^decimal\((\d+)/i.exec(type)?.[1] ?? 0) > 38
  )
}

async function readColumns(db: SqlExecutor, reference: string): Promise<readonly ColumnRow[]> {
  const { database, table } = parseTableReference(reference)
  return executeSql<ColumnRow>(
    db,
    'select column_name as name, column_type as type from information_schema.columns ' +
      'where table_schema = coalesce(?, database()) and table_name = ? order by ordinal_position',
    [database?.toLowerCase() ?? null, table.toLowerCase()],
  )
}

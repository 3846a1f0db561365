import { type InsertQueryNode, MysqlQueryCompiler, type RootOperationNode } from 'kysely'
import { UnsupportedError } from '../errors.js'
import { checkNewName, quoteIdentifier } from '../sql/identifiers.js'
import { insertClause } from './insert-clause.js'

/** MySQL's SQL, less what MatrixOne cannot do: that is refused before it is sent. */
export class MatrixOneQueryCompiler extends MysqlQueryCompiler {
  /** MatrixOne 4.2.0 answers each of these with 20105 `DML RETURNING does not support …`. */
  protected override visitInsertQuery(node: InsertQueryNode): void {
    const clause = node.returning === undefined ? undefined : insertClause(node)
    if (clause !== undefined) throw returningUnsupported(clause)
    super.visitInsertQuery(node)
  }

  /** Names are quoted by the same rules everywhere: a table with a NUL could never be dropped again. */
  protected override sanitizeIdentifier(identifier: string): string {
    return harmless.test(identifier) ? identifier : quoteIdentifier(identifier).slice(1, -1)
  }

  override compileQuery(
    ...[node, queryId]: Parameters<MysqlQueryCompiler['compileQuery']>
  ): ReturnType<MysqlQueryCompiler['compileQuery']> {
    if (hasReturning(node) && 'with' in node && node.with !== undefined) {
      throw returningUnsupported('WITH')
    }
    const newName = findNewName(node)
    if (newName !== undefined) checkNewName(newName)
    return super.compileQuery(node, queryId)
  }
}

/** Names that quoting leaves as they are; looked at first because every name of every query comes by. */
const harmless = /^[\w$ .-]+$/

/** What the query makes or renames: the server takes names with which it cannot drop it again. */
function findNewName(node: RootOperationNode): string | undefined {
  if (node.kind === 'CreateTableNode') return node.table.table.identifier.name
  if (node.kind === 'CreateViewNode') return node.name.identifier.name
  if (node.kind === 'CreateSchemaNode') return node.schema.name
  return node.kind === 'AlterTableNode' ? node.renameTo?.table.identifier.name : undefined
}

function hasReturning(node: RootOperationNode): boolean {
  return 'returning' in node && node.returning !== undefined
}

function returningUnsupported(clause: string): Error {
  return new UnsupportedError(
    `RETURNING does not work together with ${clause} on MatrixOne (4.2.0). ` +
      'Leave out returning(), and select the rows by their key afterwards.',
  )
}

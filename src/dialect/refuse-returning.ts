/** MatrixOne 4.2.0 answers RETURNING beside some clauses with 20105 `DML RETURNING does not support …`. */
import {
  AliasNode,
  type DeleteQueryNode,
  InsertQueryNode,
  type OperationNode,
  ReferenceNode,
  SelectAllNode,
  TableNode,
  type UpdateQueryNode,
} from 'kysely'
import { UnsupportedError } from '../errors.js'
import type { SchemaIndex } from '../schema/schema-index.js'
import { insertClause } from './insert-clause.js'
import { relationsOf } from './relations.js'
import { nameOf } from './selections.js'

/**
 * @throws {UnsupportedError} beside WITH, REPLACE, INSERT IGNORE and ON DUPLICATE KEY UPDATE; it names
 *   the columns, and the key when the schema is known
 */
export function refuseReturning(
  node: InsertQueryNode | UpdateQueryNode | DeleteQueryNode,
  schema: SchemaIndex | undefined,
): void {
  const clause =
    node.with === undefined ? InsertQueryNode.is(node) && insertClause(node) : ('WITH' as const)
  if (!clause) return
  const columns = (node.returning?.selections ?? []).map(({ selection }) => describe(selection))
  const list = columns.join(', ')
  const source = relationsOf(node)[0]?.source
  const table = source !== undefined && TableNode.is(source) ? source.table : undefined
  const key = table && schema?.find(table.schema?.name, table.identifier.name)?.key
  throw new UnsupportedError(
    `RETURNING ${list} does not work together with ${clause} on MatrixOne (4.2.0). Leave out ` +
      `returning(), and select ${list} from ${table?.identifier.name ?? 'the table'} by ` +
      `${key === undefined ? 'its key' : `its key (${key.join(', ')})`} afterwards, in the same transaction.`,
  )
}

/** RETURNING has no table but the one that is written, and does not take it with its database (20105). */
export function withoutDatabase(node: ReferenceNode): ReferenceNode {
  if (node.table?.table.schema === undefined) return node
  return { ...node, table: TableNode.create(node.table.table.identifier.name) }
}

function describe(selection: OperationNode): string {
  if (AliasNode.is(selection)) return columnIn(selection.node) ?? nameOf(selection)
  return columnIn(selection) ?? 'an expression'
}

function columnIn(selection: OperationNode): string | undefined {
  const isAll =
    SelectAllNode.is(selection) ||
    (ReferenceNode.is(selection) && SelectAllNode.is(selection.column))
  return isAll ? '*' : nameOf(selection) || undefined
}

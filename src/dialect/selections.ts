/** The parts of a list of selected columns. */
import {
  AliasNode,
  ColumnNode,
  IdentifierNode,
  type OperationNode,
  ReferenceNode,
  SelectionNode,
  type TableNode,
} from 'kysely'

/** The name of a selected column in the result; `''` when it has none of its own. */
export function nameOf(selection: OperationNode): string {
  if (AliasNode.is(selection)) {
    return IdentifierNode.is(selection.alias) ? selection.alias.name : ''
  }
  if (ReferenceNode.is(selection)) return nameOf(selection.column)
  return ColumnNode.is(selection) ? selection.column.name : ''
}

/** A selection without its alias. */
export function expressionOf(selection: OperationNode): OperationNode {
  return AliasNode.is(selection) ? selection.node : selection
}

/** The selection of a column, behind a table's name or alone. */
export function selectColumn(column: string, table?: TableNode): SelectionNode {
  return SelectionNode.create(ReferenceNode.create(ColumnNode.create(column), table))
}

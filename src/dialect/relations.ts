/** The tables of a statement: what its FROM, JOIN, INTO and UPDATE name, and how the rest refers to them. */
import {
  AliasNode,
  IdentifierNode,
  ListNode,
  type OperationNode,
  ParensNode,
  RawNode,
  type RootOperationNode,
  TableNode,
} from 'kysely'

/** One table of a statement. */
export interface Relation {
  /** A `TableNode`, a query in parentheses, or anything else such as raw SQL. */
  readonly source: OperationNode
  /** How columns are qualified; undefined for raw SQL without an alias. */
  readonly qualifier: TableNode | undefined
  readonly isAliased: boolean
}

/** The tables of a statement, in the order in which `*` gives their columns. */
export function relationsOf(node: RootOperationNode | OperationNode): readonly Relation[] {
  const relations: Relation[] = []
  const add = (table: OperationNode | undefined): void => {
    if (table === undefined) return
    if (ListNode.is(table)) for (const item of table.items) add(item)
    else relations.push(relationOf(table))
  }
  const { into, table, from, joins } = node as Partial<StatementTables>
  add(into)
  add(table)
  for (const item of from?.froms ?? []) add(item)
  for (const join of joins ?? []) add(join.table)
  return relations
}

/** Where kysely keeps tables: INSERT in `into`, UPDATE in `table`, SELECT and DELETE in `from`. */
interface StatementTables {
  readonly into: OperationNode
  readonly table: OperationNode
  readonly from: { readonly froms: readonly OperationNode[] }
  readonly joins: readonly { readonly table: OperationNode }[]
}

function relationOf(node: OperationNode): Relation {
  if (AliasNode.is(node)) {
    const name = IdentifierNode.is(node.alias) ? node.alias.name : undefined
    return {
      source: withoutHint(node.node),
      qualifier: name === undefined ? undefined : TableNode.create(name),
      isAliased: true,
    }
  }
  const source = withoutHint(node)
  return { source, qualifier: TableNode.is(source) ? source : undefined, isAliased: false }
}

/** A table under a time hint is raw SQL around it: `orders {snapshot = 'friday'}`. */
function withoutHint(node: OperationNode): OperationNode {
  if (ParensNode.is(node)) return withoutHint(node.node)
  if (!RawNode.is(node)) return node
  const [table] = node.parameters
  const isHinted = node.sqlFragments[0] === '' && node.sqlFragments[1]?.startsWith(' {')
  return isHinted && table !== undefined && TableNode.is(table) ? table : node
}

/** The table that a qualifier such as `a` in `a.id` means. */
export function findRelation(
  relations: readonly Relation[],
  { table: { schema, identifier } }: TableNode,
): Relation | undefined {
  return relations.find(({ qualifier }) => {
    if (qualifier?.table.identifier.name !== identifier.name) return false
    const written = qualifier.table.schema?.name
    return schema === undefined || written === undefined || schema.name === written
  })
}

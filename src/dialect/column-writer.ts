/**
 * MatrixOne answers `select *` and `returning *` with lower-cased names and keeps a name that the
 * statement spells out (3.0.14 to 4.2.0). So `*` of a table that has capitals is written out as its
 * columns; every other `*` stays. A derived table keeps the names of its inner list under an outer
 * `*`, so writing out the tables themselves is enough.
 */
import {
  type OperationNode,
  OperationNodeTransformer,
  type QueryId,
  ReferenceNode,
  type RootOperationNode,
  SelectAllNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  type WithNode,
} from 'kysely'
import type { SchemaIndex } from '../schema/schema-index.js'
import { findRelation, type Relation, relationsOf } from './relations.js'
import { selectColumn } from './selections.js'
import { sortFromOutside } from './sorted-union.js'

type Selections = readonly SelectionNode[]

/**
 * Writes out every `*` of a table that has capitals, and sorts unions so that capitals are found.
 *
 * ```sql
 * select `id`, `userName` from `users`
 * select `u`.`id`, `u`.`userName`, `o`.* from `users` as `u` inner join `orders` as `o` on …
 * ```
 */
export function writeOutColumns<Node extends RootOperationNode>(
  node: Node,
  schema: SchemaIndex | undefined,
  queryId: QueryId,
): Node {
  return new ColumnWriter(schema).transformNode(node, queryId)
}

class ColumnWriter extends OperationNodeTransformer {
  readonly #schema: SchemaIndex | undefined
  /** The common table expressions in sight, which hide tables of their name. */
  #ctes: ReadonlySet<string> = new Set()
  /** The tables of the statements around the present one, the innermost last. */
  #tables: readonly (readonly Relation[])[] = []

  constructor(schema: SchemaIndex | undefined) {
    super()
    this.#schema = schema
  }

  protected override transformNodeImpl<Node extends OperationNode>(
    node: Node,
    queryId?: QueryId,
  ): Node {
    if (!isStatement(node)) return super.transformNodeImpl(node, queryId)
    const [ctes, tables] = [this.#ctes, this.#tables]
    const { with: withNode, ...rest } = node
    const common = withNode && this.#transformCommon(withNode, queryId)
    this.#tables = [...tables, relationsOf(node)]
    const transformed = super.transformNodeImpl(rest as typeof node, queryId)
    const written = this.#writeStatement(transformed)
    this.#ctes = ctes
    this.#tables = tables
    const whole = common === undefined ? written : { ...written, with: common }
    return SelectQueryNode.is(whole) ? (sortFromOutside(whole) as typeof whole) : whole
  }

  /** A common table expression sees the ones before it, and itself only when it is recursive. */
  #transformCommon(node: WithNode, queryId?: QueryId): WithNode {
    const see = (name: string): void => {
      this.#ctes = new Set([...this.#ctes, name])
    }
    const names = node.expressions.map(({ name }) => name.table.table.identifier.name)
    if (node.recursive) for (const name of names) see(name)
    const expressions = node.expressions.map((expression, at) => {
      const transformed = this.transformNode(expression, queryId)
      see(names[at] as string)
      return transformed
    })
    return { ...node, expressions }
  }

  #writeStatement<Node extends Statement>(node: Node): Node {
    const { selections, returning } = node
    if (selections !== undefined) return { ...node, selections: this.#writeOut(selections) }
    if (returning === undefined) return node
    return {
      ...node,
      returning: { ...returning, selections: this.#writeOut(returning.selections) },
    }
  }

  #writeOut(selections: Selections): Selections {
    return selections.flatMap((selection) => this.#columnsOf(selection.selection) ?? [selection])
  }

  /** The columns instead of a `*` or `a.*`; undefined for a selection that stays. */
  #columnsOf(selection: OperationNode): Selections | undefined {
    if (SelectAllNode.is(selection)) return this.#columnsOfAll(this.#tables.at(-1) ?? [])
    if (!ReferenceNode.is(selection) || !SelectAllNode.is(selection.column)) return undefined
    const { table } = selection
    if (table === undefined) return undefined
    const columns = this.#spelled(this.#find(table))
    return columns?.map((column) => selectColumn(column, table))
  }

  #columnsOfAll(relations: readonly Relation[]): Selections | undefined {
    const [only, second] = relations
    if (second === undefined) return this.#spelled(only)?.map((column) => selectColumn(column))
    if (!relations.some((relation) => this.#spelled(relation) !== undefined)) return undefined
    const columns: SelectionNode[] = []
    for (const relation of relations) {
      const { qualifier } = relation
      // Raw SQL without an alias: its columns cannot be asked for alone.
      if (qualifier === undefined) return undefined
      const spelled = this.#spelled(relation)
      if (spelled === undefined) columns.push(SelectionNode.createSelectAllFromTable(qualifier))
      else columns.push(...spelled.map((column) => selectColumn(column, qualifier)))
    }
    return columns
  }

  #find(table: TableNode): Relation | undefined {
    for (const relations of this.#tables.toReversed()) {
      const found = findRelation(relations, table)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The columns of a table that has capitals; undefined for every other one. */
  #spelled(relation: Relation | undefined): readonly string[] | undefined {
    if (relation === undefined || !TableNode.is(relation.source)) return undefined
    const { schema, identifier } = relation.source.table
    if (schema === undefined && this.#ctes.has(identifier.name)) return undefined
    return this.#schema?.find(schema?.name, identifier.name)?.columns
  }
}

/** The statements that have tables of their own. */
type Statement = OperationNode & {
  readonly with?: WithNode
  readonly selections?: Selections
  readonly returning?: OperationNode & { readonly selections: Selections }
}

function isStatement(node: OperationNode): node is Statement {
  return (
    node.kind === 'SelectQueryNode' ||
    node.kind === 'InsertQueryNode' ||
    node.kind === 'UpdateQueryNode' ||
    node.kind === 'DeleteQueryNode'
  )
}

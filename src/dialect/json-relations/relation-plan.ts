/**
 * The reading of a query's relations when its rows arrive. JSON does not say of which type a value
 * was, so the subqueries are asked once without rows (`limit 0`): the wire then names every type.
 */
import {
  AliasNode,
  IdentifierNode,
  LimitNode,
  type OperationNode,
  ReferenceNode,
  type RootOperationNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  ValueNode,
  type WithNode,
} from 'kysely'
import { ownMember, type SchemaIndex } from '../../schema/schema-index.js'
import { findRelation, relationsOf } from '../relations.js'
import { nameOf } from '../selections.js'
import { membersOf, readRelation, type Relation, relationOfSelection } from './relation-node.js'

/** A subquery that is asked for its types: one column for each member that is not a relation itself. */
export interface Probe {
  readonly select: SelectQueryNode
  readonly columns: OperationNode[]
  /** The columns that are vectors of float32: JSON has their float64 digits, and the wire does not tell. */
  readonly float32: Set<number>
}

/** The shape of a relation or of one of its members. */
export type Shape =
  | { readonly kind: 'value'; readonly probe: Probe; readonly at: number }
  | {
      readonly kind: 'array' | 'object' | 'build'
      readonly isOrdered: boolean
      readonly members: readonly (readonly [name: string, shape: Shape])[]
    }

/** The relations of a query's result. */
export interface RelationPlan {
  /** By the name of the result's column. */
  readonly shapes: ReadonlyMap<string, Shape>
  readonly probes: readonly Probe[]
}

/** Whether a relation is numbered, and so sorted when it arrives. */
export function isOrdered({ orderBy }: SelectQueryNode): boolean {
  return orderBy !== undefined
}

/** The plan for the relations that the outermost query selects; undefined without any. */
export function planRelations(
  root: RootOperationNode,
  schema: SchemaIndex | undefined,
): RelationPlan | undefined {
  if (!SelectQueryNode.is(root)) return undefined
  const probes: Probe[] = []
  const shapes = new Map<string, Shape>()
  const own = newProbe(root)
  for (const { selection } of root.selections ?? []) {
    const relation = relationOfSelection(selection)
    if (relation === undefined) continue
    shapes.set(nameOf(selection), shapeOf(relation, own, probes))
  }
  if (shapes.size === 0) return undefined
  const asked = [own, ...probes].filter(({ columns }) => columns.length > 0)
  if (schema !== undefined) for (const probe of asked) markFloat32(probe, schema)
  return { shapes, probes: asked }
}

function shapeOf(relation: Relation, around: Probe, probes: Probe[]): Shape {
  if (relation.kind === 'build') {
    const members = relation.members.map(
      ({ name, node }) => [name, memberShape(node, around, probes)] as const,
    )
    return { kind: 'build', isOrdered: false, members }
  }
  const { kind, select } = relation
  const probe = newProbe(select)
  probes.push(probe)
  const members = membersOf(select).map(
    ({ name, node }) => [name, memberShape(node, probe, probes)] as const,
  )
  return { kind, isOrdered: kind === 'array' && isOrdered(select), members }
}

function memberShape(node: OperationNode, probe: Probe, probes: Probe[]): Shape {
  const relation = readRelation(node)
  if (relation !== undefined) return shapeOf(relation, probe, probes)
  const at = probe.columns.push(node) - 1
  return { kind: 'value', probe, at }
}

function newProbe(select: SelectQueryNode): Probe {
  return { select, columns: [], float32: new Set() }
}

function markFloat32({ select, columns, float32 }: Probe, schema: SchemaIndex): void {
  const tables = relationsOf(select)
  columns.forEach((node, at) => {
    if (!ReferenceNode.is(node)) return
    const named = node.table === undefined ? undefined : findRelation(tables, node.table)
    for (const { source } of named === undefined ? tables : [named]) {
      if (!TableNode.is(source)) continue
      const { schema: database, identifier } = source.table
      const vectors = schema.find(database?.name, identifier.name)?.vectors
      if (ownMember(vectors, nameOf(node))?.element === 'f32') float32.add(at)
    }
  })
}

/**
 * The query that asks for the types.
 *
 * ```sql
 * select `orders`.`id` as `c0`, `orders`.`total` as `c1` from `orders` limit 0
 * ```
 */
export function probeQuery(
  { select, columns }: Probe,
  common: WithNode | undefined,
): SelectQueryNode {
  return {
    kind: 'SelectQueryNode',
    ...(select.from && { from: select.from }),
    ...(select.joins && { joins: select.joins }),
    ...(common && { with: common }),
    selections: columns.map((column, at) =>
      SelectionNode.create(AliasNode.create(column, IdentifierNode.create(probeColumn(at)))),
    ),
    limit: LimitNode.create(ValueNode.createImmediate(0)),
  }
}

/** The name of a column in the probe's result. */
export function probeColumn(at: number): string {
  return `c${at}`
}

/**
 * Follows columns to the tables that the schema value describes, in the query's tree: the wire names
 * neither table nor column behind derived tables, common table expressions, views and unions.
 *
 * A fact follows its column through aliases, `*`, derived tables, common table expressions, scalar
 * subqueries, RETURNING, and `min`, `max` and `coalesce`, which kysely types like their argument. Of any
 * other expression, and of raw SQL, nothing is known.
 */
import {
  ColumnNode,
  type OperationNode,
  ParensNode,
  ReferenceNode,
  SelectAllNode,
  type SelectionNode,
  SelectQueryNode,
  TableNode,
  type WithNode,
} from 'kysely'
import type { SchemaIndex } from '../schema/schema-index.js'
import type { TableValue } from '../schema/value.js'
import { findRelation, type Relation, relationsOf } from './relations.js'
import { expressionOf, nameOf } from './selections.js'

/** Facts about columns, by their names. */
export type Facts<Fact> = ReadonlyMap<string, Fact>

const NONE: Facts<never> = new Map<string, never>()

/** A selected column or `*`. */
export interface Output<Fact> {
  readonly selection: OperationNode
  /** The column's name; undefined for `*`. */
  readonly name?: string
  /** The table of a `*`. */
  readonly table?: string | undefined
  readonly facts: Facts<Fact>
}

/** The tables and common table expressions that a statement can name. */
interface Scope<Fact> {
  readonly relations?: readonly Relation[]
  readonly common?: ReadonlyMap<string, Facts<Fact>>
  readonly outer?: Scope<Fact>
}

/** A table, and the scope that names it. */
interface Found<Fact> {
  readonly relation: Relation
  readonly scope: Scope<Fact>
}

interface StatementParts {
  readonly with?: WithNode
  readonly selections?: readonly SelectionNode[]
  readonly returning?: { readonly selections: readonly SelectionNode[] }
}

/** The facts to follow, and where they end. */
export interface Traced<Fact> {
  readonly factsOf: (table: TableValue) => { readonly [column: string]: Fact } | undefined
  /** Whether the columns of a union are those of its first part, or not known. */
  readonly unions: 'first part' | 'unknown'
}

/** Follows the columns of one query. */
export class ColumnTracer<Fact> {
  readonly #schema: SchemaIndex
  /** Kept because every column of a derived table asks, at every level of nesting. */
  readonly #known = new Map<Relation, Facts<Fact>>()
  readonly #traced: Traced<Fact>

  constructor(schema: SchemaIndex, traced: Traced<Fact>) {
    this.#schema = schema
    this.#traced = traced
  }

  /** The outputs of a statement: a `*` is one for each table, an expression without a name is none. */
  outputsOf(statement: OperationNode, outer: Scope<Fact> = {}): readonly Output<Fact>[] {
    const node = statement as StatementParts
    const selections = node.selections ?? node.returning?.selections ?? []
    const common = node.with && this.#common(node.with, outer)
    const scope = { outer, relations: relationsOf(statement), ...(common && { common }) }
    return selections.flatMap(({ selection }) => this.#outputs(selection, scope))
  }

  #common({ expressions }: WithNode, outer: Scope<Fact>): ReadonlyMap<string, Facts<Fact>> {
    const common = new Map<string, Facts<Fact>>()
    for (const { name, expression } of expressions) {
      const facts = this.#factsOfQuery(expression, { outer, common }, name.columns)
      common.set(name.table.table.identifier.name, facts)
    }
    return common
  }

  #outputs(selection: OperationNode, scope: Scope<Fact>): readonly Output<Fact>[] {
    if (SelectAllNode.is(selection)) {
      return (scope.relations ?? []).map((relation) => this.#star(selection, relation, scope))
    }
    if (ReferenceNode.is(selection) && SelectAllNode.is(selection.column)) {
      const found = selection.table && find(selection.table, scope)
      return found === undefined ? [] : [this.#star(selection, found.relation, found.scope)]
    }
    const name = nameOf(selection)
    if (name === '') return []
    const fact = this.#factOf(expressionOf(selection), scope)
    const facts = fact === undefined ? NONE : new Map([[name, fact]])
    return [{ selection, name, facts }]
  }

  #star(selection: OperationNode, relation: Relation, scope: Scope<Fact>): Output<Fact> {
    const table = relation.qualifier?.table.identifier.name
    return { selection, table, facts: this.#factsOf(relation, scope) }
  }

  /** @param scope the one that names the table */
  #factsOf(relation: Relation, scope: Scope<Fact>): Facts<Fact> {
    const known = this.#known.get(relation)
    if (known !== undefined) return known
    const facts = this.#findFacts(relation, scope)
    this.#known.set(relation, facts)
    return facts
  }

  #findFacts(relation: Relation, scope: Scope<Fact>): Facts<Fact> {
    const { source } = relation
    if (!TableNode.is(source)) return this.#factsOfQuery(source, scopeBefore(relation, scope))
    const { schema, identifier } = source.table
    if (schema === undefined) {
      for (let at: Scope<Fact> | undefined = scope; at !== undefined; at = at.outer) {
        const facts = at.common?.get(identifier.name)
        if (facts !== undefined) return facts
      }
    }
    const table = this.#schema.find(schema?.name, identifier.name)
    const facts = table && this.#traced.factsOf(table)
    return facts === undefined ? NONE : new Map(Object.entries(facts))
  }

  /** @param names how `with x(a, b)` calls the columns; behind a `*` their places are not known */
  #factsOfQuery(
    query: OperationNode,
    scope: Scope<Fact>,
    names?: readonly ColumnNode[],
  ): Facts<Fact> {
    if (ParensNode.is(query)) return this.#factsOfQuery(query.node, scope, names)
    if (!SelectQueryNode.is(query)) return NONE
    const isUnion = (query.setOperations?.length ?? 0) > 0
    if (isUnion && this.#traced.unions === 'unknown') return NONE
    const outputs = this.outputsOf(query, scope)
    if (names !== undefined && outputs.some(({ name }) => name === undefined)) return NONE
    const merged = new Map<string, Fact>()
    outputs.forEach(({ name, facts }, at) => {
      const listed = names?.[at]?.column.name
      if (name !== undefined) merged.delete(listed ?? name)
      for (const [column, fact] of facts) merged.set(listed ?? column, fact)
    })
    return merged
  }

  #factOf(expression: OperationNode, scope: Scope<Fact>): Fact | undefined {
    if (ParensNode.is(expression)) return this.#factOf(expression.node, scope)
    if (ReferenceNode.is(expression)) return this.#factOfReference(expression, scope)
    if (SelectQueryNode.is(expression)) {
      const [output] = this.outputsOf(expression, scope)
      return output?.name === undefined ? undefined : output.facts.get(output.name)
    }
    const [first, ...others] = argumentsLikeResult(expression)
    if (first === undefined) return undefined
    const fact = this.#factOf(first, scope)
    return others.every((other) => this.#factOf(other, scope) === fact) ? fact : undefined
  }

  #factOfReference({ table, column }: ReferenceNode, scope: Scope<Fact>): Fact | undefined {
    if (!ColumnNode.is(column)) return undefined
    const { name } = column.column
    if (table !== undefined) {
      const found = find(table, scope)
      return found && this.#factsOf(found.relation, found.scope).get(name)
    }
    // Without a qualifier the nearest tables have it: their other columns are not known here.
    for (const relation of scope.relations ?? []) {
      const fact = this.#factsOf(relation, scope).get(name)
      if (fact !== undefined) return fact
    }
    return undefined
  }
}

function find<Fact>(table: TableNode, scope: Scope<Fact>): Found<Fact> | undefined {
  const relation = findRelation(scope.relations ?? [], table)
  if (relation !== undefined) return { relation, scope }
  return scope.outer && find(table, scope.outer)
}

/** The scope of a derived table: never itself, and by LATERAL the tables before it. */
function scopeBefore<Fact>(relation: Relation, scope: Scope<Fact>): Scope<Fact> {
  const relations = scope.relations ?? []
  return { ...scope, relations: relations.slice(0, relations.indexOf(relation)) }
}

/** The arguments of a function whose result kysely types like them. */
function argumentsLikeResult(node: OperationNode): readonly OperationNode[] {
  const { kind, func, aggregated, arguments: inputs } = node as FunctionParts
  if (kind === 'AggregateFunctionNode' && /^(?:min|max)$/i.test(func)) return aggregated.slice(0, 1)
  return kind === 'FunctionNode' && /^coalesce$/i.test(func) ? inputs : []
}

interface FunctionParts extends OperationNode {
  readonly func: string
  readonly aggregated: readonly OperationNode[]
  readonly arguments: readonly OperationNode[]
}

/**
 * Which columns of a result are read in a way of their own, found in the query's tree: the wire
 * names neither table nor column behind derived tables, common table expressions, views and unions.
 *
 * A choice follows its column through aliases, `*`, derived tables, common table expressions, the
 * first part of a union, scalar subqueries, RETURNING, and `min`, `max` and `coalesce`, which kysely
 * types like their argument. Any other expression, and raw SQL, is read as `types` says.
 */
import {
  AliasNode,
  ColumnNode,
  type CompiledQuery,
  type OperationNode,
  ParensNode,
  ReferenceNode,
  type RootOperationNode,
  SelectAllNode,
  type SelectionNode,
  SelectQueryNode,
  TableNode,
  type WithNode,
} from 'kysely'
import type { SchemaIndex } from '../schema/schema-index.js'
import type { ColumnRead } from '../types/column-type-options.js'
import type { FieldReads } from '../wire/field-reads.js'
import { findRelation, type Relation, relationsOf } from './relations.js'
import { nameOf } from './sorted-union.js'

/** The columns that are read in their own way, by name. */
type Reads = ReadonlyMap<string, ColumnRead>

const NONE: Reads = new Map()

const bound = new WeakMap<RootOperationNode, FieldReads>()

/** Finds the columns of a query that are read in their own way, for when its result arrives. */
export function bindFieldReads(query: RootOperationNode, schema: SchemaIndex): void {
  const outputs = new ReadsFinder(schema).outputsOf(query, {})
  if (outputs.some(({ reads }) => reads.size > 0)) bound.set(query, new OutputReads(outputs))
}

/** The columns of the query's result that are read in their own way. */
export function fieldReadsOf({ query }: CompiledQuery): FieldReads | undefined {
  return bound.get(query)
}

/** A selected column or `*`. */
interface Output {
  /** The column's name; undefined for `*`. */
  readonly name?: string
  /** The table of a `*`. */
  readonly table?: string | undefined
  readonly reads: Reads
}

class OutputReads implements FieldReads {
  readonly #columns = new Map<string, ColumnRead | undefined>()
  readonly #stars: readonly Output[]

  constructor(outputs: readonly Output[]) {
    this.#stars = outputs.filter(({ name }) => name === undefined)
    for (const { name, reads } of outputs) {
      if (name !== undefined) this.#columns.set(name, reads.get(name))
    }
  }

  readOf(table: string, column: string): ColumnRead | undefined {
    if (this.#columns.has(column)) return this.#columns.get(column)
    for (const star of this.#stars) {
      const isOther = table !== '' && star.table !== undefined && star.table !== table
      const read = isOther ? undefined : star.reads.get(column)
      if (read !== undefined) return read
    }
    return undefined
  }
}

/** The tables and common table expressions that a statement can name. */
interface Scope {
  readonly relations?: readonly Relation[]
  readonly common?: ReadonlyMap<string, Reads>
  readonly outer?: Scope
}

/** A table, and the scope that names it. */
interface Found {
  readonly relation: Relation
  readonly scope: Scope
}

interface StatementParts {
  readonly with?: WithNode
  readonly selections?: readonly SelectionNode[]
  readonly returning?: { readonly selections: readonly SelectionNode[] }
}

class ReadsFinder {
  readonly #schema: SchemaIndex
  /** Kept because every column of a derived table asks, at every level of nesting. */
  readonly #known = new Map<Relation, Reads>()

  constructor(schema: SchemaIndex) {
    this.#schema = schema
  }

  outputsOf(statement: OperationNode, outer: Scope): readonly Output[] {
    const node = statement as StatementParts
    const selections = node.selections ?? node.returning?.selections ?? []
    const common = node.with && this.#common(node.with, outer)
    const scope = { outer, relations: relationsOf(statement), ...(common && { common }) }
    return selections.flatMap(({ selection }) => this.#outputs(selection, scope))
  }

  #common({ expressions }: WithNode, outer: Scope): ReadonlyMap<string, Reads> {
    const common = new Map<string, Reads>()
    for (const { name, expression } of expressions) {
      const reads = this.#readsOfQuery(expression, { outer, common }, name.columns)
      common.set(name.table.table.identifier.name, reads)
    }
    return common
  }

  #outputs(selection: OperationNode, scope: Scope): readonly Output[] {
    if (SelectAllNode.is(selection)) {
      return (scope.relations ?? []).map((relation) => this.#star(relation, scope))
    }
    if (ReferenceNode.is(selection) && SelectAllNode.is(selection.column)) {
      const found = selection.table && find(selection.table, scope)
      return found === undefined ? [] : [this.#star(found.relation, found.scope)]
    }
    const name = nameOf(selection)
    if (name === '') return []
    const read = this.#readOf(AliasNode.is(selection) ? selection.node : selection, scope)
    return [{ name, reads: read === undefined ? NONE : new Map([[name, read]]) }]
  }

  #star(relation: Relation, scope: Scope): Output {
    const table = relation.qualifier?.table.identifier.name
    return { table, reads: this.#readsOf(relation, scope) }
  }

  /** @param scope the one that names the table */
  #readsOf(relation: Relation, scope: Scope): Reads {
    const known = this.#known.get(relation)
    if (known !== undefined) return known
    const reads = this.#findReads(relation, scope)
    this.#known.set(relation, reads)
    return reads
  }

  #findReads(relation: Relation, scope: Scope): Reads {
    const { source } = relation
    if (!TableNode.is(source)) return this.#readsOfQuery(source, scopeBefore(relation, scope))
    const { schema, identifier } = source.table
    if (schema === undefined) {
      for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
        const reads = at.common?.get(identifier.name)
        if (reads !== undefined) return reads
      }
    }
    const types = this.#schema.find(schema?.name, identifier.name)?.types
    return types === undefined ? NONE : new Map(Object.entries(types))
  }

  /** @param names how `with x(a, b)` calls the columns; behind a `*` their places are not known */
  #readsOfQuery(query: OperationNode, scope: Scope, names?: readonly ColumnNode[]): Reads {
    if (ParensNode.is(query)) return this.#readsOfQuery(query.node, scope, names)
    if (!SelectQueryNode.is(query)) return NONE
    const outputs = this.outputsOf(query, scope)
    if (names !== undefined && outputs.some(({ name }) => name === undefined)) return NONE
    const merged = new Map<string, ColumnRead>()
    outputs.forEach(({ name, reads }, at) => {
      const listed = names?.[at]?.column.name
      if (name !== undefined) merged.delete(listed ?? name)
      for (const [column, read] of reads) merged.set(listed ?? column, read)
    })
    return merged
  }

  #readOf(expression: OperationNode, scope: Scope): ColumnRead | undefined {
    if (ParensNode.is(expression)) return this.#readOf(expression.node, scope)
    if (ReferenceNode.is(expression)) return this.#readOfReference(expression, scope)
    if (SelectQueryNode.is(expression)) {
      const [output] = this.outputsOf(expression, scope)
      return output?.name === undefined ? undefined : output.reads.get(output.name)
    }
    const [first, ...others] = argumentsLikeResult(expression)
    if (first === undefined) return undefined
    const read = this.#readOf(first, scope)
    return others.every((other) => this.#readOf(other, scope) === read) ? read : undefined
  }

  #readOfReference({ table, column }: ReferenceNode, scope: Scope): ColumnRead | undefined {
    if (!ColumnNode.is(column)) return undefined
    const { name } = column.column
    if (table !== undefined) {
      const found = find(table, scope)
      return found && this.#readsOf(found.relation, found.scope).get(name)
    }
    // Without a qualifier the nearest tables have it: their other columns are not known here.
    for (const relation of scope.relations ?? []) {
      const read = this.#readsOf(relation, scope).get(name)
      if (read !== undefined) return read
    }
    return undefined
  }
}

function find(table: TableNode, scope: Scope): Found | undefined {
  const relation = findRelation(scope.relations ?? [], table)
  if (relation !== undefined) return { relation, scope }
  return scope.outer && find(table, scope.outer)
}

/** The scope of a derived table: never itself, and by LATERAL the tables before it. */
function scopeBefore(relation: Relation, scope: Scope): Scope {
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

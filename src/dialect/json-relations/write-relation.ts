/** The SQL of relations, written by the compiler that calls this. */
import { AndNode, OrderByNode, type OperationNode, type SelectQueryNode, WhereNode } from 'kysely'
import { UnsupportedError } from '../../errors.js'
import { toLiteral } from '../../sql/literals.js'
import { orderMember, readRelation, type Relation } from './relation-node.js'
import { isOrdered } from './relation-plan.js'
import { type RelationParts, splitRelation } from './split-relation.js'

/** The compiler's means. */
export interface RelationSink {
  readonly append: (sql: string) => void
  readonly visit: (node: OperationNode) => void
  readonly visitAll: (nodes: readonly OperationNode[], separator: string) => void
}

/** Writes relations where they may stand: in the outermost selections, and in other relations. */
export class RelationWriter {
  readonly #sink: RelationSink
  readonly #allowed = new WeakSet<OperationNode>()
  #depth = 0

  constructor(sink: RelationSink) {
    this.#sink = sink
  }

  /** Allows a relation as a selection of the outermost query, or of another relation. */
  allow(node: OperationNode): void {
    this.#allowed.add(node)
  }

  /**
   * @throws {UnsupportedError} for a relation elsewhere, and for a subquery that MatrixOne cannot nest
   */
  write(node: OperationNode, relation: Relation): void {
    if (!this.#allowed.has(node)) {
      throw new UnsupportedError(
        'jsonArrayFrom, jsonObjectFrom and jsonBuildObject can be selected by the outermost query and ' +
          'by other relations: only there their values are read back by type.',
      )
    }
    if (relation.kind === 'build') return this.#writeObject(relation.members)
    const parts = splitRelation(relation.select)
    this.#depth += 1
    const { append } = this.#sink
    const isArray = relation.kind === 'array'
    append(isArray ? 'coalesce((select json_arrayagg(' : '(select json_extract(json_arrayagg(')
    this.#writeAggregate(relation.select, parts, isArray)
    append(isArray ? '), json_array())' : ')')
    this.#depth -= 1
  }

  #writeObject(members: readonly { readonly name: string; readonly node: OperationNode }[]): void {
    const { append, visit } = this.#sink
    append('json_object(')
    members.forEach(({ name, node }, at) => {
      append(`${at === 0 ? '' : ', '}${toLiteral(name)}, `)
      if (readRelation(node) !== undefined) this.allow(node)
      visit(node)
    })
    append(')')
  }

  #writeAggregate(select: SelectQueryNode, parts: RelationParts, isArray: boolean): void {
    const { append, visit } = this.#sink
    const { members, ties, limit, offset } = parts
    const table = `r${this.#depth}`
    const pairs = members.map(({ name }, at) => `${toLiteral(name)}, ${table}.\`${at}\``)
    // One row is wanted of an object: the first, which has to be numbered to be told.
    const first = limit === 0n ? 0n : 1n
    const last = isArray ? limit : isOrdered(select) || limit !== undefined ? first : undefined
    const isNumbered = isOrdered(select) || last !== undefined || offset > 0n
    if (isArray && isOrdered(select)) {
      const order = orderMember(members.map(({ name }) => name))
      pairs.push(`${toLiteral(order)}, ${table}.n`)
    }
    append(`json_object(${pairs.join(', ')}))`)
    append(isArray ? ' from (select ' : ", '$[0]') from (select ")
    members.forEach(({ node }, at) => {
      if (at > 0) append(', ')
      if (readRelation(node) !== undefined) this.allow(node)
      visit(node)
      append(` as \`${at}\``)
    })
    ties.forEach(({ inner }, at) => {
      append(', ')
      visit(inner)
      append(` as k${at}`)
    })
    if (isNumbered) this.#writeNumber(parts)
    this.#writeSource(select, parts)
    append(`) ${table}`)
    const bounds = [
      ...(offset > 0n ? [`${table}.n > ${offset}`] : []),
      ...(last === undefined ? [] : [`${table}.n <= ${offset + last}`]),
    ]
    ties.forEach(({ outer }, at) => {
      append(`${at === 0 ? ' where ' : ' and '}${table}.k${at} = `)
      visit(outer)
    })
    bounds.forEach((bound, at) =>
      append(`${at === 0 && ties.length === 0 ? ' where ' : ' and '}${bound}`),
    )
  }

  #writeNumber({ ties, order }: RelationParts): void {
    const { append, visit, visitAll } = this.#sink
    append(', row_number() over (')
    if (ties.length > 0) {
      append('partition by ')
      visitAll(
        ties.map(({ inner }) => inner),
        ', ',
      )
      append(' ')
    }
    if (order.length > 0) visit(OrderByNode.create(order))
    append(') as n')
  }

  #writeSource({ from, joins = [] }: SelectQueryNode, { conditions }: RelationParts): void {
    const { append, visit, visitAll } = this.#sink
    if (from !== undefined) {
      append(' ')
      visit(from)
    }
    if (joins.length > 0) {
      append(' ')
      visitAll(joins, ' ')
    }
    const [first, ...others] = conditions
    if (first === undefined) return
    append(' ')
    visit(WhereNode.create(others.reduce((left, right) => AndNode.create(left, right), first)))
  }
}

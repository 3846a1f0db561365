import {
  AliasNode,
  type FromNode,
  type JoinNode,
  type OperationNode,
  OperationNodeTransformer,
  type QueryId,
  RawNode,
  type SelectModifierNode,
  type SelectQueryNode,
  TableNode,
  type WithNode,
} from 'kysely'
import { UnsupportedError } from '../errors.js'
import { normalizeHint } from '../sql/time-hint.js'
import { computesDistance, makeExact } from './exact-search.js'
import { findRawTables, type RawTables } from './raw-tables.js'

/** Puts one time hint behind every table of a statement, and refuses statements that cannot read the past. */
export class TimeHintTransformer extends OperationNodeTransformer {
  readonly #hint: string
  readonly #root: OperationNode
  readonly #searchesVectors: boolean
  /** The common table expressions in sight, in lower case: a hint on one is silently ignored. */
  #ctes: ReadonlySet<string> = new Set()

  constructor(hint: string, root: OperationNode) {
    super()
    this.#hint = hint
    this.#root = root
    this.#searchesVectors = computesDistance(root)
  }

  protected override transformNodeImpl<T extends OperationNode>(node: T, queryId?: QueryId): T {
    const isStatement = /(?:Query|CreateTable|CreateView)Node$/.test(node.kind)
    const isOther = node === this.#root && node.kind !== 'RawNode'
    if ((isStatement || isOther) && node.kind !== 'SelectQueryNode') throw this.#writes(node.kind)
    return super.transformNodeImpl(node, queryId)
  }

  protected override transformSelectQuery(
    node: SelectQueryNode,
    queryId?: QueryId,
  ): SelectQueryNode {
    const outer = this.#ctes
    const { with: withNode, ...rest } = node
    // Before the tables, which may name them.
    const ctes = withNode && this.#transformCtes(withNode, queryId)
    const select = super.transformSelectQuery(rest, queryId)
    this.#ctes = outer
    const hinted = ctes === undefined ? select : { ...select, with: ctes }
    return this.#searchesVectors ? makeExact(hinted) : hinted
  }

  #transformCtes(node: WithNode, queryId?: QueryId): WithNode {
    const see = (name: string): void => {
      this.#ctes = new Set([...this.#ctes, name.toLowerCase()])
    }
    const named = node.expressions.map((expression) => ({
      expression,
      name: expression.name.table.table.identifier.name,
    }))
    if (node.recursive) for (const { name } of named) see(name)
    const expressions = named.map(({ expression, name }) => {
      const transformed = this.transformNode(expression, queryId)
      see(name)
      return transformed
    })
    return { ...node, expressions }
  }

  protected override transformFrom(node: FromNode, queryId?: QueryId): FromNode {
    return {
      ...node,
      froms: node.froms.map((from) => this.#transformTableExpression(from, queryId)),
    }
  }

  protected override transformJoin(node: JoinNode, queryId?: QueryId): JoinNode {
    const { table, ...rest } = super.transformJoin({ ...node, table: nothing }, queryId)
    void table
    return { ...rest, table: this.#transformTableExpression(node.table, queryId) }
  }

  #transformTableExpression(node: OperationNode, queryId?: QueryId): OperationNode {
    if (AliasNode.is(node)) {
      const aliased: AliasNode = {
        ...node,
        node: this.#transformTableExpression(node.node, queryId),
        alias: this.transformNode(node.alias, queryId),
      }
      return aliased
    }
    if (RawNode.is(node)) return this.#hintRaw(node, true, queryId)
    const transformed = this.transformNode(node, queryId)
    return TableNode.is(transformed) && !this.#isCte(transformed)
      ? this.#withHint(transformed)
      : transformed
  }

  #isCte({ table }: TableNode): boolean {
    return table.schema === undefined && this.#ctes.has(table.identifier.name.toLowerCase())
  }

  #withHint(table: TableNode): RawNode {
    return RawNode.create(['', ` ${this.#hint}`], [table])
  }

  protected override transformRaw(node: RawNode, queryId?: QueryId): RawNode {
    return this.#hintRaw(node, false, queryId)
  }

  #hintRaw(node: RawNode, inTables: boolean, queryId?: QueryId): RawNode {
    const tables = findRawTables(node, inTables, this.#ctes)
    this.#checkRaw(node, tables)
    let position = 0
    const hint = (raw: RawNode): RawNode => ({
      ...raw,
      parameters: raw.parameters.map((parameter) => {
        if (RawNode.is(parameter)) return hint(parameter)
        const transformed = this.transformNode(parameter, queryId)
        const needsHint = tables.isTable[position++] === true && TableNode.is(transformed)
        return needsHint && !this.#isCte(transformed) ? this.#withHint(transformed) : transformed
      }),
    })
    return hint(node)
  }

  #checkRaw(node: RawNode, { bareNames, hints, words, writes, isStacked }: RawTables): void {
    if (node === this.#root && (writes || !['SELECT', 'WITH'].includes(words[0] ?? ''))) {
      throw this.#writes(words[0] ?? 'This statement')
    }
    if (isStacked) throw this.#writes('A text of several statements')
    const other = hints.find((hint) => normalizeHint(hint) !== normalizeHint(this.#hint))
    if (other !== undefined) {
      throw new UnsupportedError(
        `The hint ${other} cannot stand beside ${this.#hint}: of two hints in a statement MatrixOne ` +
          'silently applies one to all tables. Read one state at a time.',
      )
    }
    if (bareNames.length > 0) {
      throw new UnsupportedError(
        `Raw SQL names ${bareNames.join(', ')}, which would silently be read as of now, not at ${this.#hint}. ` +
          `Write \${sql.table('orders')} in the place of the name, or the hint behind it: orders ${this.#hint}.`,
      )
    }
    if (words.includes('AGAINST') && words.includes('MATCH')) throw this.#fulltext()
    const pairs = words.map((word, index) => `${word} ${words[index + 1]}`)
    if (pairs.some((pair) => locks.has(pair))) throw this.#locks()
    if (this.#searchesVectors && node === this.#root && words.includes('ORDER')) {
      if (!pairs.includes('BY RANK')) throw this.#rawSearch()
    }
  }

  protected override transformSelectModifier(
    node: SelectModifierNode,
    queryId?: QueryId,
  ): SelectModifierNode {
    if (node.modifier !== undefined && node.modifier !== 'Distinct') throw this.#locks()
    return super.transformSelectModifier(node, queryId)
  }

  #writes(what: string): Error {
    return new UnsupportedError(
      `${what.replace(/Node$/, '')} cannot be run at ${this.#hint}: the past can only be read. In an ` +
        'UPDATE or DELETE the hint corrupts the table on MatrixOne. Write on the database itself; to ' +
        "bring rows back, db.insertInto('t').expression(db.at(…).selectFrom('t').selectAll()).",
    )
  }

  #locks(): Error {
    return new UnsupportedError(
      `Rows cannot be locked at ${this.#hint}: the past does not change. Leave out FOR UPDATE, FOR SHARE.`,
    )
  }

  #fulltext(): Error {
    return new UnsupportedError(
      `MATCH … AGAINST cannot be read at ${this.#hint}: MatrixOne joins today's full-text index with ` +
        'the old rows and finds too few. Filter with LIKE, or clone the table at that state and search there.',
    )
  }

  #rawSearch(): Error {
    return new UnsupportedError(
      `A raw vector search at ${this.#hint} would answer with present rows from the index. ` +
        "End it with: by rank with option 'mode=force'.",
    )
  }
}

const locks = new Set(['FOR UPDATE', 'FOR SHARE', 'LOCK IN'])

/** Stands in for a join's table while kysely transforms the rest of the join. */
const nothing = Object.freeze(RawNode.createWithSql(''))

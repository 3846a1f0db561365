import {
  type BinaryOperationNode,
  type CompiledQuery,
  type DeleteQueryNode,
  type InsertQueryNode,
  MysqlQueryCompiler,
  type OperationNode,
  type QueryId,
  type RawNode,
  type ReferenceNode,
  type ReturningNode,
  type RootOperationNode,
  type SelectAllNode,
  type SelectQueryNode,
  type SetOperationNode,
  TableNode,
  type UpdateQueryNode,
} from 'kysely'
import type { SchemaIndex } from '../schema/schema-index.js'
import { checkNewDatabaseName, checkNewName, quoteIdentifier } from '../sql/identifiers.js'
import { isLittleEndian } from '../sql/column-vector.js'
import { mayMeasure } from '../sql/distances.js'
import { bindTextVectors } from '../sql/text-vectors.js'
import { type Base64Selections, selectBase64 } from './base64-selections.js'
import { writeOutColumns } from './column-writer.js'
import { markInsertedValues, markUpdatedValues } from './column-values.js'
import { expressionOf } from './selections.js'
import { emptyListCondition, type EmptyLists } from './empty-lists.js'
import { writeLists } from './list-parameters.js'
import { readRelation } from './json-relations/relation-node.js'
import { planRelations, probeQuery } from './json-relations/relation-plan.js'
import { bindMembers, bindRelations } from './json-relations/relation-results.js'
import { RelationWriter } from './json-relations/write-relation.js'
import { refuseReturning, withoutDatabase } from './refuse-returning.js'
import { checkMatchPlace, isMatch } from './match-places.js'
import { relationsOf } from './relations.js'
import { type ReturnedMembers, returnMembers } from './returned-members.js'
import { bindFieldReads } from './result-reads.js'
import { checkInsertedVectors, checkUpdatedVectors } from './vector-checks.js'

/** Options of the compiler; see `MatrixOneDialectConfig`. */
export interface CompilerOptions {
  readonly emptyLists?: EmptyLists | undefined
  readonly vectors?: 'base64' | 'text' | undefined
}

/** MySQL's SQL, less what MatrixOne cannot do: that is refused before it is sent. */
export class MatrixOneQueryCompiler extends MysqlQueryCompiler {
  readonly #schema: SchemaIndex | undefined
  readonly #emptyLists: EmptyLists
  readonly #sendsBase64: boolean
  /** Whether the query under way has a table with capitals, one with reads of its own, one with vectors, a `*`, a union. */
  #capitals = false
  #reads = false
  #vectors = false
  #star = false
  #union = false
  #hasRelations = false
  #isReturning = false
  readonly #relations = new RelationWriter({
    append: (sql) => this.append(sql),
    visit: (node) => this.visitNode(node),
    visitAll: (nodes, separator) => this.compileList(nodes, separator),
  })

  /** @param schema gives `*` its names, results their types, and vectors their check */
  constructor(
    schema?: SchemaIndex,
    { emptyLists = 'allow', vectors = 'base64' }: CompilerOptions = {},
  ) {
    super()
    this.#schema = schema
    this.#emptyLists = emptyLists
    this.#sendsBase64 = vectors === 'base64' && isLittleEndian
  }

  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    const condition = emptyListCondition(node, this.#emptyLists)
    if (condition === undefined) super.visitBinaryOperation(node)
    else this.append(condition)
  }

  protected override visitTable(node: TableNode): void {
    // The few names that matter are found while the SQL is written: no query is walked in vain.
    if (this.#schema !== undefined) {
      const { name } = node.table.identifier
      this.#capitals ||= this.#schema.capitals.has(name)
      this.#reads ||= this.#schema.reads.has(name)
      this.#vectors ||= this.#schema.vectors.has(name)
    }
    super.visitTable(node)
  }

  protected override visitSelectQuery(node: SelectQueryNode): void {
    if (this.parentNode === undefined) {
      for (const { selection } of node.selections ?? []) {
        const selected = expressionOf(selection)
        if (selected.kind === 'RawNode') this.#relations.allow(selected)
      }
    }
    super.visitSelectQuery(node)
  }

  protected override visitRaw(node: RawNode): void {
    const relation = readRelation(node)
    if (isMatch(node)) checkMatchPlace(this.nodeStack.slice(0, -1))
    if (relation === undefined) return super.visitRaw(writeLists(node))
    this.#hasRelations = true
    this.#relations.write(node, relation)
  }

  protected override visitSelectAll(node: SelectAllNode): void {
    this.#star = true
    super.visitSelectAll(node)
  }

  protected override visitSetOperation(node: SetOperationNode): void {
    this.#union = true
    super.visitSetOperation(node)
  }

  protected override visitUpdateQuery(node: UpdateQueryNode): void {
    if (this.#schema !== undefined) checkUpdatedVectors(node, this.#schema)
    super.visitUpdateQuery(node)
  }

  protected override visitInsertQuery(node: InsertQueryNode): void {
    if (this.#schema !== undefined) checkInsertedVectors(node, this.#schema)
    super.visitInsertQuery(node)
  }

  protected override visitReturning(node: ReturningNode): void {
    this.#isReturning = true
    super.visitReturning(node)
    this.#isReturning = false
  }

  protected override visitReference(node: ReferenceNode): void {
    super.visitReference(this.#isReturning ? withoutDatabase(node) : node)
  }

  /** Names are quoted by the same rules everywhere: a table with a NUL could never be dropped again. */
  protected override sanitizeIdentifier(identifier: string): string {
    return harmless.test(identifier) ? identifier : quoteIdentifier(identifier).slice(1, -1)
  }

  override compileQuery(
    ...[node, queryId]: Parameters<MysqlQueryCompiler['compileQuery']>
  ): ReturnType<MysqlQueryCompiler['compileQuery']> {
    return this.#compile(node, queryId, this.#sendsBase64)
  }

  #compile(node: RootOperationNode, queryId: QueryId, sendsBase64: boolean): CompiledQuery {
    if (isWrite(node) && node.returning !== undefined) refuseReturning(node, this.#schema)
    const newName = findNewName(node)
    if (newName !== undefined) checkNewName(newName)
    if (node.kind === 'CreateSchemaNode') checkNewDatabaseName(node.schema.name)
    this.#capitals = this.#reads = this.#star = this.#union = false
    this.#vectors = this.#hasRelations = this.#isReturning = false
    const [marked, members] = this.#markColumns(node)
    const compiled = super.compileQuery(marked, queryId)
    const isRewritten = this.#union || (this.#capitals && this.#star)
    const written = isRewritten
      ? super.compileQuery(writeOutColumns(marked, this.#schema, queryId), queryId)
      : compiled
    const base64 = sendsBase64 ? this.#selectBase64(written) : undefined
    const finished = base64 === undefined ? written : super.compileQuery(base64.query, queryId)
    if (base64 !== undefined) bindTextVectors(finished.query, written)
    if (members !== undefined) bindMembers(finished.query, members)
    if ((this.#reads || base64 !== undefined) && this.#schema !== undefined) {
      const reads = { written: written.query, schema: this.#schema, vectors: base64?.vectors }
      bindFieldReads(finished.query, reads)
    }
    if (this.#hasRelations) this.#bindRelations(finished.query, queryId)
    return finished
  }

  /**
   * A statement with a relation is probed for the types of its columns, one with a distance is searched, and
   * under a time hint a table may have had other columns.
   */
  #selectBase64({ query, sql }: CompiledQuery): Base64Selections | undefined {
    const schema = this.#schema
    if (schema === undefined || !this.#vectors || this.#hasRelations) return undefined
    const selected = selectBase64(query as RootOperationNode, schema)
    return selected !== undefined && (mayMeasure.test(sql) || sql.includes('{'))
      ? undefined
      : selected
  }

  /** Marks values that depend on their column, and asks for members by their numbers. */
  #markColumns(
    node: RootOperationNode,
  ): readonly [RootOperationNode, ReturnedMembers['reads'] | undefined] {
    const schema = this.#schema
    if (schema === undefined || !isWrite(node)) return [node, undefined]
    if (!relationsOf(node).some(({ source }) => isWritten(source, schema))) return [node, undefined]
    const members = returnMembers(node, schema)
    const returned = members === undefined ? node : { ...node, returning: members.returning }
    const marked =
      returned.kind === 'InsertQueryNode'
        ? markInsertedValues(returned, schema, this.#sendsBase64)
        : returned.kind === 'UpdateQueryNode'
          ? markUpdatedValues(returned, schema, this.#sendsBase64)
          : returned
    return [marked, members?.reads]
  }

  /** Compiles the questions for the types of the relations, each with what else belongs to a query. */
  #bindRelations(query: RootOperationNode, queryId: QueryId): void {
    const plan = planRelations(query, this.#schema)
    if (plan === undefined) return
    const common = 'with' in query ? query.with : undefined
    const queries = plan.probes.map((probe) =>
      this.#compile(probeQuery(probe, common), queryId, false),
    )
    bindRelations(query, { plan, queries })
  }
}

/** Names that quoting leaves as they are; looked at first because every name of every query comes by. */
const harmless = /^[\w$ .-]+$/

/** The name that the query gives: the server takes names with which it cannot drop the object again. */
function findNewName(node: RootOperationNode): string | undefined {
  if (node.kind === 'CreateTableNode') return node.table.table.identifier.name
  if (node.kind === 'CreateViewNode') return node.name.identifier.name
  return node.kind === 'AlterTableNode' ? node.renameTo?.table.identifier.name : undefined
}

type WriteNode = InsertQueryNode | UpdateQueryNode | DeleteQueryNode

function isWrite(node: RootOperationNode): node is WriteNode {
  const { kind } = node
  return kind === 'InsertQueryNode' || kind === 'UpdateQueryNode' || kind === 'DeleteQueryNode'
}

function isWritten(source: OperationNode, schema: SchemaIndex): boolean {
  if (!TableNode.is(source)) return false
  const { name } = source.table.identifier
  return schema.written.has(name) || schema.vectors.has(name)
}

/**
 * Vector searches for MatrixOne 3.0. It moves a condition that stands around the hits of a search into it, loses
 * the index by that and sorts rows without a vector first, where they take the places of hits; a LIMIT keeps the
 * condition out. A search that starts from a row never goes through the index there, and needs a condition
 * against those rows (3.0.14). Since 4.1 neither is so, and a statement is sent as it was compiled.
 */
import {
  AliasNode,
  type CompiledQuery,
  IdentifierNode,
  LimitNode,
  type OperationNode,
  OperationNodeTransformer,
  type QueryId,
  RawNode,
  type SelectQueryNode,
  ValueNode,
  WhereNode,
} from 'kysely'
import { capabilitiesOf } from '../server/capabilities.js'
import { parseServerVersion } from '../server/server-version.js'
import { MatrixOneQueryCompiler } from './matrixone-query-compiler.js'
import { expressionOf } from './selections.js'

/** Names that `src/search` gives: the ranked hits, and the row that a search starts from. */
const HITS = 'b'
const RANK = 'rank'
const SOURCE = 'likeness'
const DISTANCE = 'distance'

const mayBeOld = /as `rank` from \(|as `likeness`/

/** More than a search has hits. */
const ALL = 4_294_967_295

/** Writes a compiled query as a server needs it: with another text, or the query itself. */
export type FitSearches = (query: CompiledQuery) => CompiledQuery

/** Gives what a server of this version needs. */
export function fitSearchesOn(serverVersion: string): FitSearches {
  const { hitsStayApart } = capabilitiesOf(parseServerVersion(serverVersion))
  return hitsStayApart ? (query) => query : fitOldSearches
}

function fitOldSearches(query: CompiledQuery): CompiledQuery {
  if (RawNode.is(query.query) || !mayBeOld.test(query.sql)) return query
  const node = new OldSearches().transformNode(query.query, query.queryId)
  const { sql, parameters } = new MatrixOneQueryCompiler().compileQuery(node, query.queryId)
  return { ...query, sql, parameters }
}

class OldSearches extends OperationNodeTransformer {
  protected override transformSelectQuery(
    node: SelectQueryNode,
    queryId?: QueryId,
  ): SelectQueryNode {
    const select = super.transformSelectQuery(node, queryId)
    if (isHits(select))
      return { ...select, limit: LimitNode.create(ValueNode.createImmediate(ALL)) }
    const vector = searchedVector(select)
    if (vector === undefined) return select
    const isThere = RawNode.create(['', ' is not null'], [vector])
    const where =
      select.where === undefined
        ? WhereNode.create(isThere)
        : WhereNode.cloneWithOperation(select.where, 'And', isThere)
    return { ...select, where }
  }
}

function isHits({ from, limit, selections = [] }: SelectQueryNode): boolean {
  return (
    limit === undefined &&
    from?.froms.length === 1 &&
    from.froms.every((table) => isNamed(table, HITS)) &&
    selections.some(({ selection }) => isNamed(selection, RANK))
  )
}

/** The column that is compared with the vector of a row. */
function searchedVector({
  joins = [],
  selections = [],
}: SelectQueryNode): OperationNode | undefined {
  if (!joins.some(({ table }) => isNamed(table, SOURCE))) return undefined
  const measured = selections.find(({ selection }) => isNamed(selection, DISTANCE))
  const call = measured && expressionOf(measured.selection)
  return call !== undefined && RawNode.is(call) ? call.parameters[1] : undefined
}

function isNamed(node: OperationNode, name: string): boolean {
  return AliasNode.is(node) && IdentifierNode.is(node.alias) && node.alias.name === name
}

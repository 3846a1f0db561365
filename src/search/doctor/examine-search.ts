import { type OperationNode, OrderByItemNode, RawNode, SelectQueryNode } from 'kysely'
import { ValueError } from '../../errors.js'
import type { VectorIndexModel } from '../../schema/schema-model.js'
import { distanceFunction } from '../../managers/vector-ops/metric-functions.js'
import type { AnyQuery } from '../any-query.js'
import { readPlan } from '../read-plan.js'
import type { SearchPlan } from '../search.js'
import { Searcher, type SearchState } from '../searcher.js'
import type { Findings } from './examination.js'

/** A search of this library, or a SELECT of kysely that sorts by a distance. */
export type ExaminedSearch =
  | { explain(): Promise<SearchPlan> }
  | { toOperationNode(): SelectQueryNode }

/** Asks the server whether a search reads an index, and says why where it does not. */
export async function examineSearch(
  search: ExaminedSearch,
  indexes: readonly VectorIndexModel[],
  findings: Findings,
): Promise<void> {
  if (search instanceof Searcher) {
    const { path, reason, indexes: read } = await (search as Searcher<SearchState>).explain()
    if (read.length > 0) return
    if (path === 'index') addLost('the server plans it without one', findings)
    else findings.note(`The given search compares rows one by one: ${reason}.`)
    return
  }
  if (!('toOperationNode' in search)) {
    throw new ValueError(
      'The option search of doctor.index must be a search (db.vectorSearch(…)) or a SELECT of kysely.',
    )
  }
  const query = search as unknown as AnyQuery
  const { indexes: read } = await readPlan(query)
  if (read.length > 0) return
  addLost(findReason(query, indexes), findings)
}

function addLost(reason: string, findings: Findings): void {
  findings.add(
    'lost-index',
    undefined,
    `The given search does not read an index, it compares all rows: ${reason}.`,
    'Sort by the distance alone, ascending, with a limit, and put joins and anything else around it: db.vectorSearch(…).as(…) keeps the index under all of them.',
  )
}

/** MatrixOne uses an index for a SELECT from one table that sorts by the distance alone (4.2.0). */
function findReason(query: AnyQuery, indexes: readonly VectorIndexModel[]): string {
  const node: OperationNode = query.toOperationNode()
  if (!SelectQueryNode.is(node)) return 'it is not a SELECT'
  const items = node.orderBy?.items ?? []
  if (items.length === 0) return 'it does not sort by a distance'
  if (items.length > 1) return 'it sorts by more than the distance'
  if (items.some(isDescending)) return 'it sorts in descending order'
  if (node.limit === undefined) return 'it has no limit'
  if ((node.joins ?? []).length > 0) return 'it joins at the same level'
  if (node.groupBy !== undefined) return 'it groups at the same level'
  if ((node.endModifiers ?? []).length > 0)
    return 'it locks rows, or asks for another way to search'
  const { sql } = query.compile()
  const served = indexes.flatMap(({ metric }) => distanceFunction(metric) ?? [])
  if (served.length > 0 && !served.some((text) => sql.includes(`${text}(`))) {
    return `its indexes serve ${served.join(' and ')} only`
  }
  return 'something stands around or beside the distance'
}

function isDescending(item: OperationNode): boolean {
  if (!OrderByItemNode.is(item) || item.direction === undefined) return false
  return RawNode.is(item.direction) && item.direction.sqlFragments.join('').includes('desc')
}

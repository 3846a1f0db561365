/** The columns and subqueries of a filter, as far as they decide whether an index can serve the search. */
import { ColumnNode, type OperationNode, RawNode } from 'kysely'
import { isName, readName, tokenize } from '../../sql/tokenize.js'
import { flattenRaw } from '../../time-travel/raw-tables.js'
import { isNode } from '../../time-travel/some-node.js'

/** The names in a filter. */
export interface FilterNames {
  /** Columns, and every other name in raw SQL, in lower case. */
  readonly columns: ReadonlySet<string>
  /** Whether it asks another table. */
  readonly hasSubquery: boolean
}

/** Reads the names in a filter, those in raw SQL included. */
export function readFilter(filter: OperationNode): FilterNames {
  const columns = new Set<string>()
  let hasSubquery = false
  const visit = (node: OperationNode): void => {
    if (ColumnNode.is(node)) columns.add(node.column.name.toLowerCase())
    if (node.kind === 'SelectQueryNode') hasSubquery = true
    if (RawNode.is(node)) {
      for (const token of tokenize(flattenRaw(node).text)) {
        if (token.word === 'SELECT') hasSubquery = true
        else if (isName(token)) columns.add(readName(token).toLowerCase())
      }
    }
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) value.forEach((each) => isNode(each) && visit(each))
      else if (isNode(value)) visit(value)
    }
  }
  visit(filter)
  return { columns, hasSubquery }
}

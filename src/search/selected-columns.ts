/** The selections of a search: what they are called, and which of them cannot stand beside a distance or a score. */
import { ColumnNode, type OperationNode, ReferenceNode, type SelectionNode } from 'kysely'
import { expressionOf, nameOf } from '../dialect/selections.js'
import { UnsupportedError, ValueError } from '../errors.js'
import { computesDistance } from '../time-travel/exact-search.js'
import { someNode } from '../time-travel/some-node.js'
import type { AnyQuery } from './any-query.js'

/**
 * Refuses a selection that would change what a search finds, or that its result could not hold.
 *
 * @param call for messages: `vectorSearch`
 * @param ownNames the columns that the search adds
 * @throws {UnsupportedError} for an aggregate, a window or a second distance
 * @throws {ValueError} for a name that the search uses itself, or that stands there twice
 */
export function checkSelections(call: string, query: AnyQuery, ownNames: readonly string[]): void {
  const own = new Set(ownNames.map((name) => name.toLowerCase()))
  const names = new Set<string>()
  for (const { selection } of query.toOperationNode().selections ?? []) {
    const name = nameOf(selection)
    if (name === '') {
      throw new ValueError(
        `Each selection of ${call} needs a name: name the columns, or use as('…').`,
      )
    }
    if (own.has(name.toLowerCase())) {
      throw new ValueError(
        `${call} has a column ${name} of its own. Give the selection another name: '${name} as other'.`,
      )
    }
    if (names.has(name)) throw new ValueError(`${call} selects ${name} twice.`)
    names.add(name)
    if (aggregates(selection)) {
      throw new UnsupportedError(
        `${name} is an aggregate or a window, beside which MatrixOne does not use the index. Put it ` +
          `around the search: db.selectFrom(search.as('hit')).select(…).`,
      )
    }
    if (computesDistance(selection)) {
      throw new UnsupportedError(
        `${name} computes a second distance, beside which MatrixOne fails (1064). The search selects ` +
          `its distance itself; compute with it outside: db.selectFrom(search.as('hit')).select(…).`,
      )
    }
  }
}

/** The names of the selected columns. */
export function selectedNames(query: AnyQuery): readonly string[] {
  return (query.toOperationNode().selections ?? []).map(({ selection }) => nameOf(selection))
}

/** The name under which a column is selected as it is; undefined when it is not. */
export function selectedAs(
  selections: readonly SelectionNode[],
  column: string,
): string | undefined {
  for (const { selection } of selections) {
    const source = expressionOf(selection)
    if (!ReferenceNode.is(source) || !ColumnNode.is(source.column)) continue
    if (source.column.column.name.toLowerCase() === column.toLowerCase()) return nameOf(selection)
  }
  return undefined
}

/** Whether a selection aggregates over the hits; a subquery may aggregate over its own rows. */
function aggregates(selection: OperationNode): boolean {
  return someNode(
    selection,
    ({ kind }) => kind === 'AggregateFunctionNode' || kind === 'OverNode',
    ({ kind }) => kind === 'SelectQueryNode',
  )
}

/**
 * The places where MatrixOne has no MATCH … AGAINST: under OR and NOT, in any expression, and in a SELECT
 * with an outer join or a lock it is 20105 `MATCH() AGAINST() function cannot be replaced by FULLTEXT
 * INDEX`, sometimes though EXPLAIN shows the index (4.2.0). The message says none of that.
 */
import { type OperationNode, RawNode, SelectQueryNode, UnaryOperationNode } from 'kysely'
import { UnsupportedError } from '../errors.js'
import { flattenRaw } from '../time-travel/raw-tables.js'

const BEGINS = /^\s*match\s*\(/i

/** Whether raw SQL is a MATCH and nothing before it. */
export function isMatch(node: RawNode): boolean {
  return BEGINS.test(node.sqlFragments[0] ?? '') && /\bagainst\b/i.test(flattenRaw(node).text)
}

/**
 * @param ancestors the nodes around the MATCH, the outermost first
 * @throws {UnsupportedError} where MATCH cannot stand
 */
export function checkMatchPlace(ancestors: readonly OperationNode[]): void {
  let isCondition = false
  for (const node of ancestors.toReversed()) {
    if (node.kind === 'WhereNode') isCondition = true
    const place = placeOf(node)
    if (place !== undefined) throw refuse(place)
    if (SelectQueryNode.is(node)) {
      if (node.joins?.some(({ joinType }) => /left|right|full/i.test(joinType))) {
        throw refuse('in a SELECT with an outer join')
      }
      if (!isCondition && node.joins?.length) throw refuse('among the selections of a join')
      if (node.endModifiers?.some(({ modifier }) => modifier?.startsWith('For'))) {
        throw refuse('in a SELECT that locks its rows')
      }
    }
    if (node.kind.endsWith('QueryNode')) return
  }
}

function placeOf(node: OperationNode): string | undefined {
  if (node.kind === 'OrNode') return 'under OR'
  if (node.kind === 'BinaryOperationNode') return 'inside of an expression'
  if (UnaryOperationNode.is(node)) return 'under NOT'
  if (!RawNode.is(node)) return undefined
  const text = node.sqlFragments.join(' ? ')
  const [word] = /\b(?:OR|XOR|NOT)\b/i.exec(text) ?? []
  if (word !== undefined) return `under ${word.toUpperCase()}`
  // A whole statement may have any of them elsewhere.
  return /[-+*/%<>=(]/.test(text) && !/\bSELECT\b/i.test(text)
    ? 'inside of an expression'
    : undefined
}

function refuse(place: string): UnsupportedError {
  return new UnsupportedError(
    `MATCH … AGAINST cannot stand ${place}: MatrixOne has it only in WHERE, alone or joined by AND (20105 ` +
      `otherwise). Search first and put the rest around it: db.selectFrom(db.textSearch(…).as('hit')).`,
  )
}

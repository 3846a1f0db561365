/**
 * Lists for `in (?)` of raw SQL. An array is one value on its way to MatrixOne, a vector or JSON text, so
 * `sql\`… where city in (${['Oslo', 'Rome']})\`` would compare with `'["Oslo","Rome"]'` and find nothing,
 * without an error. Where a placeholder is all that stands behind IN, its array is a list.
 */
import { type CompiledQuery, type OperationNode, RawNode, ValueNode } from 'kysely'
import { ValueError } from '../errors.js'
import { analyzeSql } from '../sql/analyze-sql.js'
import { tokenize } from '../sql/tokenize.js'

/** The values of a placeholder that is all there is behind IN; undefined for anything else. */
function listAt(
  before: string | undefined,
  value: readonly unknown[],
  after: string | undefined,
): readonly unknown[] | undefined {
  const [word, opening] = tokenize(before ?? '').slice(-2)
  const [closing] = tokenize(after ?? '')
  if (word?.word !== 'IN' || opening?.text !== '(' || closing?.text !== ')') return undefined
  if (value.length === 0) {
    throw new ValueError(
      'An empty array stands behind IN, and MatrixOne does not know in () (1064). Leave the condition out, or ' +
        'use one that is never true: 1 = 0.',
    )
  }
  return value
}

/** Writes each array behind IN as its values, in a query that is text throughout. */
export function expandLists(query: CompiledQuery): CompiledQuery {
  if (!RawNode.is(query.query) || !query.parameters.some(Array.isArray)) return query
  const { segments } = analyzeSql(query.sql)
  // Another number of values is refused where they are put in.
  if (segments.length !== query.parameters.length + 1) return query
  const { sqlFragments, parameters } = writeLists(
    RawNode.create(
      segments,
      query.parameters.map((value) => ValueNode.create(value)),
    ),
  )
  const values = parameters.map((node) => (node as ValueNode).value)
  return { ...query, sql: sqlFragments.join('?'), parameters: values }
}

/** Writes each array behind IN as its values. */
export function writeLists(node: RawNode): RawNode {
  const { sqlFragments, parameters } = node
  if (!parameters.some(isArray)) return node
  const fragments = [sqlFragments[0] ?? '']
  const values: OperationNode[] = []
  for (const [index, parameter] of parameters.entries()) {
    const list = isArray(parameter)
      ? listAt(sqlFragments[index], parameter.value, sqlFragments[index + 1])
      : undefined
    for (const [position, value] of (list ?? [parameter]).entries()) {
      if (position > 0) fragments.push(', ')
      values.push(list === undefined ? parameter : ValueNode.create(value))
    }
    fragments.push(sqlFragments[index + 1] ?? '')
  }
  return { ...node, sqlFragments: fragments, parameters: values }
}

function isArray(node: OperationNode): node is ValueNode & { readonly value: readonly unknown[] } {
  return ValueNode.is(node) && Array.isArray(node.value)
}

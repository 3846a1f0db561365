/**
 * `in ()` and `not in ()` are syntax errors (1064 on 4.2.0), and a filter by a list that happens to be
 * empty is everyday code. Nothing is in an empty list, and everything is not in it.
 */
import {
  type BinaryOperationNode,
  OperatorNode,
  PrimitiveValueListNode,
  ValueListNode,
} from 'kysely'
import { ValueError } from '../errors.js'

/** Meaning of `in []` and `not in []`. */
export type EmptyLists = 'allow' | 'refuse'

/**
 * The condition that replaces one with an empty list; undefined for every other condition.
 *
 * @throws {ValueError} under `'refuse'`
 */
export function emptyListCondition(
  { operator, rightOperand }: BinaryOperationNode,
  emptyLists: EmptyLists,
): string | undefined {
  if (!ValueListNode.is(rightOperand) && !PrimitiveValueListNode.is(rightOperand)) return undefined
  if (rightOperand.values.length > 0 || !OperatorNode.is(operator)) return undefined
  const name = operator.operator
  if (name !== 'in' && name !== 'not in') return undefined
  if (emptyLists === 'refuse') {
    throw new ValueError(
      `The list after ${name} is empty, which the option emptyLists: 'refuse' forbids. ` +
        'Leave the condition out, or look at the list first.',
    )
  }
  return name === 'in' ? '1 = 0' : '1 = 1'
}

import type { OperationNode } from 'kysely'

type Test = (node: OperationNode) => boolean

/**
 * Whether a node, or one anywhere inside it, passes a test.
 *
 * @param isLeftOut nodes that are not looked at, nor what is inside them
 */
export function someNode(node: OperationNode, test: Test, isLeftOut: Test = () => false): boolean {
  if (isLeftOut(node)) return false
  const passes = (value: unknown): boolean => isNode(value) && someNode(value, test, isLeftOut)
  return (
    test(node) ||
    Object.values(node).some((value) => (Array.isArray(value) ? value.some(passes) : passes(value)))
  )
}

/** Whether a value of a tree is a node. */
export function isNode(value: unknown): value is OperationNode {
  return typeof value === 'object' && value !== null && 'kind' in value
}

import type { OperationNode } from 'kysely'

/** Whether a node, or one anywhere inside it, passes a test. */
export function someNode(node: OperationNode, test: (node: OperationNode) => boolean): boolean {
  const passes = (value: unknown): boolean => isNode(value) && someNode(value, test)
  return (
    test(node) ||
    Object.values(node).some((value) => (Array.isArray(value) ? value.some(passes) : passes(value)))
  )
}

/** Whether a value of a tree is a node. */
export function isNode(value: unknown): value is OperationNode {
  return typeof value === 'object' && value !== null && 'kind' in value
}

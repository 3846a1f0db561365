/**
 * Places the boxes of a picture with too many lines to avoid their crossing: dagre takes 20 to 45 seconds for
 * 1,000 tables with 3 to 5 foreign keys each, this takes a few milliseconds.
 */
import type { Box } from './entity-boxes.js'
import type { DocumentedTable, Relation } from './outline.js'

/** A box and its upper left corner. */
export interface PlacedBox {
  readonly box: Box
  readonly x: number
  readonly y: number
}

/** The space around the picture, between boxes, and between columns. */
export interface Spaces {
  readonly margin: number
  readonly gap: number
  readonly lines: number
}

/** Parents on the left of their children, each layer in as many columns as keep the picture about square. */
export function placeLayers(
  boxes: readonly Box[],
  relations: readonly Relation[],
  { margin, gap, lines }: Spaces,
): readonly PlacedBox[] {
  const depths = findDepths(relations)
  const area = boxes.reduce((sum, { width, height }) => sum + (width + lines) * (height + gap), 0)
  const bottom = margin + Math.max(700, Math.sqrt(area))
  const placed: PlacedBox[] = []
  let left = margin
  let widest = 0
  let y = margin
  const beginColumn = (): void => {
    if (widest > 0) left += widest + lines
    widest = 0
    y = margin
  }
  const layers: Box[][] = []
  for (const box of boxes) (layers[depths.get(box.table) ?? 0] ??= []).push(box)
  for (const layer of layers.filter((each) => each !== undefined)) {
    beginColumn()
    for (const box of layer) {
      if (y > margin && y + box.height > bottom) beginColumn()
      placed.push({ box, x: left, y })
      y += box.height + gap
      widest = Math.max(widest, box.width)
    }
  }
  return placed
}

/** How many tables are above each; a table that is met again on the way is not above itself. */
function findDepths(relations: readonly Relation[]): ReadonlyMap<DocumentedTable, number> {
  const parents = new Map<DocumentedTable, DocumentedTable[]>()
  for (const { child, parent } of relations) {
    parents.set(child, [...(parents.get(child) ?? []), parent])
  }
  const depths = new Map<DocumentedTable, number>()
  const open = new Set<DocumentedTable>()
  // By a list instead of calls: a chain of keys may be as long as the schema.
  const path = [...parents.keys()].toReversed()
  for (let table = path.at(-1); table !== undefined; table = path.at(-1)) {
    const above = parents.get(table) ?? []
    const isNew = !depths.has(table) && !open.has(table)
    const unknown = isNew ? above.filter((one) => !depths.has(one) && !open.has(one)) : []
    if (unknown.length > 0) {
      open.add(table)
      path.push(...unknown)
      continue
    }
    if (!depths.has(table)) {
      depths.set(table, Math.max(0, ...above.map((one) => (depths.get(one) ?? -1) + 1)))
    }
    path.pop()
  }
  return depths
}

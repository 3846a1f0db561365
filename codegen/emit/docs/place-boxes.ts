/** Places the boxes of the picture: related tables in layers, the others in rows below. */
import { type EdgeLabel, Graph, type GraphLabel, layout, type NodeLabel } from '@dagrejs/dagre'
import type { Box } from './entity-boxes.js'
import type { Relation } from './outline.js'
import { placeLayers, type PlacedBox } from './place-layers.js'

/** A point of the picture. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** A foreign key and the points that its line runs through, from the child to the parent. */
export interface PlacedRelation {
  readonly relation: Relation
  readonly points: readonly Point[]
}

/** The picture before it is drawn. */
export interface Picture {
  readonly boxes: readonly PlacedBox[]
  readonly relations: readonly PlacedRelation[]
  readonly width: number
  readonly height: number
}

const margin = 20
const gap = 30
/** Between the columns, for the lines. */
const lineSpace = 70
/** From here on lines cross anyway, and a layout that avoids it takes many seconds. */
const mostRouted = 1_000

/** Places boxes and lines. The same schema gives the same picture. */
export function placeBoxes(boxes: readonly Box[], relations: readonly Relation[]): Picture {
  const related = new Set(relations.flatMap(({ child, parent }) => [child.id, parent.id]))
  const layered = placeRelated(
    boxes.filter(({ table }) => related.has(table.id)),
    relations,
  )
  const alone = boxes.filter(({ table }) => !related.has(table.id))
  const top = layered.boxes.length === 0 ? margin : layered.height + gap
  const rows = placeInRows(alone, top, Math.max(layered.width, rowWidth(alone)))
  const all = [...layered.boxes, ...rows]
  return {
    boxes: all,
    relations: layered.relations,
    width: Math.max(0, layered.width, ...all.map(({ x, box }) => x + box.width)) + margin,
    height: Math.max(0, layered.height, ...all.map(({ y, box }) => y + box.height)) + margin,
  }
}

function placeRelated(boxes: readonly Box[], relations: readonly Relation[]): Picture {
  if (boxes.length === 0) return { boxes: [], relations: [], width: 0, height: 0 }
  if (relations.length <= mostRouted) return routeLines(boxes, relations)
  const placed = placeLayers(boxes, relations, { margin, gap, lines: lineSpace })
  return {
    boxes: placed,
    relations: drawLines(placed, relations, () => []),
    width: placed.reduce((most, { x, box }) => Math.max(most, x + box.width), 0) + margin,
    height: placed.reduce((most, { y, box }) => Math.max(most, y + box.height), 0) + margin,
  }
}

function routeLines(boxes: readonly Box[], relations: readonly Relation[]): Picture {
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>({ multigraph: true })
  // The simplex that gives the best layers takes seconds from a few hundred tables on.
  const ranker = boxes.length > 150 ? 'longest-path' : 'network-simplex'
  graph.setGraph({
    rankdir: 'RL',
    nodesep: gap,
    ranksep: lineSpace,
    marginx: margin,
    marginy: margin,
    ranker,
  })
  for (const { table, width, height } of boxes) graph.setNode(table.id, { width, height })
  relations.forEach(({ child, parent }, at) => graph.setEdge(child.id, parent.id, {}, String(at)))
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  const placed = boxes.map((box) => {
    const { x = 0, y = 0 } = graph.node(box.table.id)
    return { box, x: Math.round(x - box.width / 2), y: Math.round(y - box.height / 2) }
  })
  const lines = drawLines(placed, relations, ({ child, parent }, at) => {
    const { points = [] } = graph.edge(child.id, parent.id, String(at))
    // The ends of dagre's line may be at the top of a box, where a foot cannot be told from its frame.
    return child === parent ? [] : points.slice(1, -1).map(roundPoint)
  })
  return { boxes: placed, relations: lines, width, height }
}

function drawLines(
  placed: readonly PlacedBox[],
  relations: readonly Relation[],
  pointsBetween: (relation: Relation, at: number) => readonly Point[],
): readonly PlacedRelation[] {
  const byTable = new Map(placed.map((one) => [one.box.table, one]))
  return relations.flatMap((relation, at) => {
    const child = byTable.get(relation.child)
    const parent = byTable.get(relation.parent)
    if (child === undefined || parent === undefined) return []
    const between = pointsBetween(relation, at)
    return [{ relation, points: [sideOf(child, parent), ...between, sideOf(parent, child)] }]
  })
}

/** The middle of the side of a box that looks towards another; of a box to itself, the right one. */
function sideOf({ box, x, y }: PlacedBox, other: PlacedBox): Point {
  const isLeft = other.x + other.box.width / 2 < x + box.width / 2
  return { x: isLeft ? x : x + box.width, y: Math.round(y + box.height / 2) }
}

function roundPoint({ x, y }: Point): Point {
  return { x: Math.round(x), y: Math.round(y) }
}

/** About as wide as high. */
function rowWidth(boxes: readonly Box[]): number {
  const area = boxes.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0)
  return Math.max(700, Math.ceil(Math.sqrt(area) * 1.4))
}

function placeInRows(boxes: readonly Box[], top: number, width: number): readonly PlacedBox[] {
  const placed: PlacedBox[] = []
  let x = margin
  let y = top
  let highest = 0
  for (const box of boxes) {
    if (x > margin && x + box.width > width) {
      x = margin
      y += highest + gap
      highest = 0
    }
    placed.push({ box, x, y })
    x += box.width + gap
    highest = Math.max(highest, box.height)
  }
  return placed
}

/** The entity-relationship picture as SVG. */
import { boxOf, lineHeight } from './entity-boxes.js'
import { listOf } from './facts.js'
import { type Html, markup } from './markup.js'
import type { ColumnMark, Outline } from './outline.js'
import { placeBoxes, type PlacedRelation, type Point } from './place-boxes.js'
import type { PlacedBox } from './place-layers.js'

/** From here on a box has its keys only. */
const largePicture = 80

/** Draws the tables of a schema; undefined when there are none. */
export function drawPicture({ tables, relations }: Outline): Html | undefined {
  if (tables.length === 0) return undefined
  const keysOnly = tables.length > largePicture
  const boxes = tables.map((table) => boxOf(table, { keysOnly }))
  const picture = placeBoxes(boxes, relations)
  const { width, height } = picture
  return markup`<svg id="er" viewBox="0 0 ${width} ${height}" data-width="${width}" data-height="${height}" tabindex="0" role="group" aria-label="Entity-relationship picture; arrow keys move it, + and - zoom">
<defs>${markers}</defs>
${picture.relations.map(drawRelation)}${picture.boxes.map(drawBox)}</svg>`
}

/** The feet of lines: one, perhaps one, many. */
const markers: readonly Html[] = [
  marker('one', 'M6,1 V11 M10,1 V11'),
  marker('maybe', 'M10,1 V11 M8,6 A3,3 0 1 1 2,6 A3,3 0 1 1 8,6'),
  marker('many', 'M12,1 L4,6 L12,11 M4,6 H12'),
  marker('single', 'M6,1 V11'),
]

function marker(id: string, path: string): Html {
  return markup`<marker id="${id}" viewBox="0 0 12 12" refX="12" refY="6" markerWidth="12" markerHeight="12" orient="auto-start-reverse"><path d="${path}"/></marker>`
}

function drawRelation({ relation, points }: PlacedRelation): Html {
  const { child, parent, key, isUnique, isOptional } = relation
  const title = `${child.name} ${listOf(key.columns)} → ${parent.name} ${listOf(key.references.columns)}`
  const start = isUnique ? 'single' : 'many'
  const end = isOptional ? 'maybe' : 'one'
  return markup`<path class="line" d="${pathOf(points)}" marker-start="url(#${start})" marker-end="url(#${end})"><title>${title}</title></path>
`
}

/** A curve that leaves and reaches each point level. */
function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  const [last] = rest
  if (last?.x === first.x && last.y === first.y) return `M${first.x},${first.y - 9} h26 v18 h-26`
  const curves = rest.map(({ x, y }, at) => {
    const from = points[at] ?? first
    const middle = Math.round((from.x + x) / 2)
    return `C${middle},${from.y} ${middle},${y} ${x},${y}`
  })
  return `M${first.x},${first.y} ${curves.join(' ')}`
}

/** The mark of a line, as few letters. */
const letters: Readonly<Record<ColumnMark, string>> = {
  'primary key': 'PK',
  'foreign key': 'FK',
  unique: 'U',
  vector: 'V',
  'full text': 'T',
  index: 'I',
}

/** The meaning of the letters in the boxes. */
export const legend: readonly Html[] = Object.entries(letters).map(
  ([mark, letter]) => markup`<span><b>${letter}</b> ${mark}</span> `,
)

function drawBox({ box, x, y }: PlacedBox): Html {
  const { table, title, lines, more, width, height } = box
  const kind = table.table.kind === 'table' ? 'box' : 'box derived'
  const right = width - 8
  const rows = lines.map(
    ({ name, type, mark }, at) =>
      markup`${mark && drawText('mark', 8, at + 1, letters[mark])}${drawText('name', 28, at + 1, name)}${drawText('type', right, at + 1, type)}`,
  )
  const rest = more > 0 ? drawText('type', right, lines.length + 1, `${more} more`) : undefined
  return markup`<a class="${kind}" href="#${table.id}" tabindex="-1" transform="translate(${x} ${y})"><title>${table.name}</title><rect width="${width}" height="${height}" rx="6"/><path class="rule" d="M0,${lineHeight + 4} H${width}"/>${drawText('title', 10, 0, title)}${rows}${rest}</a>
`
}

function drawText(kind: string, x: number, line: number, text: string): Html {
  return markup`<text class="${kind}" x="${x}" y="${textY(line)}">${text}</text>`
}

function textY(line: number): number {
  return line * lineHeight + (line === 0 ? 16 : 19)
}

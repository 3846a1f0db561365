/** The boxes of the picture: which columns a table shows, and how large that makes it. */
import type { ColumnModel, TableModel } from 'kysely-matrixone/schema'
import { printable } from '../../report/printable.js'
import { typeOf } from './facts.js'
import { type ColumnMark, marksOf, type DocumentedTable } from './outline.js'

/** One line of a box. */
export interface BoxLine {
  readonly name: string
  readonly type: string
  readonly mark: ColumnMark | undefined
}

/** The box of a table; lengths are in pixels of an unscaled picture. */
export interface Box {
  readonly table: DocumentedTable
  readonly title: string
  readonly lines: readonly BoxLine[]
  /** How many columns are not shown. */
  readonly more: number
  readonly width: number
  readonly height: number
}

/** Height of a line and of the title. */
export const lineHeight = 20
/** Width of a character of the monospace font at 12 pixels, and of the gap on either side. */
const characterWidth = 7.3
const padding = 10
const longestName = 28
const longestType = 18
const mostLines = 12

/** Makes the box of a table; all columns of a key are in it, and others as far as there is room. */
export function boxOf(table: DocumentedTable, { keysOnly }: { readonly keysOnly: boolean }): Box {
  const { columns } = table.table
  const room = keysOnly ? 0 : mostLines
  const marked = columns.filter((column) => marksOf(column, table.table).length > 0)
  const free = Math.max(0, room - marked.length)
  const plain = new Set(columns.filter((column) => !marked.includes(column)).slice(0, free))
  const shown = columns.filter((column) => marked.includes(column) || plain.has(column))
  const lines = shown.slice(0, mostLines).map((column) => lineOf(column, table.table))
  const more = columns.length - lines.length
  const title = shorten(table.name, longestName + longestType)
  const widest = Math.max(
    widthOf(title) + 2,
    ...lines.map(({ name, type }) => widthOf(name) + widthOf(type) + 5),
  )
  const rows = 1 + lines.length + (more > 0 ? 1 : 0)
  return {
    table,
    title,
    lines,
    more,
    width: Math.ceil(widest * characterWidth + 2 * padding),
    height: rows * lineHeight + 6,
  }
}

function lineOf(column: ColumnModel, table: TableModel): BoxLine {
  return {
    name: shorten(column.name, longestName),
    type: shorten(typeOf(column), longestType),
    mark: marksOf(column, table)[0],
  }
}

function shorten(text: string, length: number): string {
  const characters = Array.from(printable(text))
  return characters.length <= length
    ? characters.join('')
    : `${characters.slice(0, length - 1).join('')}…`
}

/** In characters of ASCII; ideographs and emoji take two. */
function widthOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (isWide(character) ? 2 : 1), 0)
}

function isWide(character: string): boolean {
  return /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\p{Extended_Pictographic}\uFF01-\uFF60]/u.test(
    character,
  )
}

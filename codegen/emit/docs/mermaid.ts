/**
 * The entity-relationship diagram as Mermaid text.
 *
 * Mermaid reads `%%{…}%%` as a directive, `%%` as a comment and `#…;` as a character anywhere in its
 * text, and an attribute is a word of ASCII. So a table has a plain word for its name, and its real name
 * is a label in which all but letters and digits is written as the number of its character.
 */
import { type ColumnModel, isReadOnly, type TableModel } from 'kysely-matrixone/schema'
import { printable } from '../../report/printable.js'
import { marksOf, type DocumentedTable, type Outline, type Relation } from './outline.js'

/** Mermaid draws at most 500 edges, and a picture of so many tables is not readable anyway. */
const largestPicture = 60

/** Writes the diagram; the columns of a large schema are left out. */
export function writeMermaid({ tables, relations }: Outline): string {
  const isLarge = tables.length > largestPicture
  return [
    'erDiagram',
    ...tables.flatMap((one) => writeTable(one, isLarge)),
    ...relations.slice(0, 500).map(writeRelation),
  ].join('\n')
}

/** Text inside the double quotes of a label. */
export function mermaidLabel(text: string): string {
  return Array.from(printable(text), (character) =>
    /^[\p{L}\p{N} _.,]$/u.test(character) ? character : `#${character.codePointAt(0)};`,
  ).join('')
}

function writeTable({ id, name, table }: DocumentedTable, isLarge: boolean): readonly string[] {
  const kind = isReadOnly(table) ? ` (${table.kind})` : ''
  const label = `  ${id}["${mermaidLabel(name + kind)}"]`
  const columns = isLarge ? [] : table.columns
  if (columns.length === 0) return [label]
  return [`${label} {`, ...columns.map((column) => writeColumn(column, table)), '  }']
}

function writeColumn(column: ColumnModel, table: TableModel): string {
  const marks = marksOf(column, table)
  const keys = [
    ...(marks.includes('primary key') ? ['PK'] : []),
    ...(marks.includes('foreign key') ? ['FK'] : []),
    ...(marks.includes('unique') ? ['UK'] : []),
  ]
  const name = wordOf(column.name)
  const shown = name === column.name ? '' : ` "${mermaidLabel(column.name)}"`
  return `    ${typeWord(column)} ${name}${keys.length === 0 ? '' : ` ${keys.join(', ')}`}${shown}`
}

function typeWord({ type }: ColumnModel): string {
  const size = type.vector?.dimension ?? type.length ?? type.precision
  return `${wordOf(type.name)}${size === undefined ? '' : `(${size})`}`
}

/** A word that Mermaid takes for the name or type of an attribute. */
function wordOf(name: string): string {
  const word = name.replaceAll(/[^A-Za-z0-9_]/g, '_')
  return /^[A-Za-z]/.test(word) && !/^[PFU]K$/i.test(word) ? word : `_${word}`
}

function writeRelation({ child, parent, key, isUnique, isOptional }: Relation): string {
  const arrow = `${isOptional ? '|o' : '||'}--${isUnique ? 'o|' : 'o{'}`
  return `  ${parent.id} ${arrow} ${child.id} : "${mermaidLabel(key.columns.join(', '))}"`
}

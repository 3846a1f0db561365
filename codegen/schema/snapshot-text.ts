/**
 * A schema model as text: JSON that people can read and git can merge, one column or index a line.
 */
import { canonicalJson, sortedKeys } from './canonical-json.js'
import { columnText } from './column-text.js'
import type { SchemaModel, TableModel } from './schema-model.js'
import { sortModel } from './sort-model.js'

const marker = '"generatedBy": "mo-codegen"'

/** Whether a text is a snapshot of ours, even a broken one: only those are overwritten. */
export function isSnapshotText(text: string): boolean {
  return text.slice(0, 200).includes(marker)
}

/** A model is never changed, and one run needs its text twice: for the hash and for the file. */
const known = new WeakMap<SchemaModel, string>()

/**
 * Writes a model as the text of a snapshot file: sorted, `\n` line ends, a final newline. Equal
 * models give equal bytes.
 */
export function serializeSnapshot(model: SchemaModel): string {
  const text = known.get(model) ?? writeModel(sortModel(model))
  known.set(model, text)
  return text
}

function writeModel(model: SchemaModel): string {
  const databases = model.databases.map((database) => {
    const tables = database.tables.map((table) => `        ${writeTable(table)}`)
    const name =
      database.name === undefined ? '' : `      "name": ${JSON.stringify(database.name)},\n`
    return `    {\n${name}      "tables": ${writeList(tables, '      ')}\n    }`
  })
  return `{\n  ${marker},\n  "formatVersion": ${model.formatVersion},\n  "databases": ${writeList(databases, '  ')}\n}\n`
}

function writeTable(table: TableModel): string {
  const fields = { ...table } as Readonly<Record<string, unknown>>
  const members = sortedKeys(fields).map((key) => {
    const text =
      key === 'columns' ? writeLines(table.columns, columnText) : writeMember(fields[key])
    return `          ${JSON.stringify(key)}: ${text}`
  })
  return `{\n${members.join(',\n')}\n        }`
}

function writeMember(value: unknown): string {
  const objects = Array.isArray(value) && value.some((item) => typeof item === 'object')
  return objects ? writeLines(value, canonicalJson) : canonicalJson(value)
}

function writeLines<Item>(items: readonly Item[], write: (item: Item) => string): string {
  return writeList(
    items.map((item) => `            ${write(item)}`),
    '          ',
  )
}

function writeList(items: readonly string[], indent: string): string {
  return items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n${indent}]`
}

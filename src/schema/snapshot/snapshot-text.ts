/**
 * A schema model as text: JSON that people can read and git can merge, one column or index a line.
 */
import { canonicalJson, sortedKeys } from '../canonical-json.js'
import { columnText } from './column-text.js'
import type { ColumnModel, DatabaseModel, SchemaModel, TableModel } from '../schema-model.js'
import { sortModel } from '../sort-model.js'

const marker = '"generatedBy": "mo-codegen"'

/** Whether a text is a snapshot of ours, even a broken one: only those are overwritten. */
export function isSnapshotText(text: string): boolean {
  return text.slice(0, 200).includes(marker)
}

/**
 * Writes a model as the text of a snapshot file: sorted, `\n` line ends, a final newline. Equal
 * models give equal bytes.
 */
export function serializeSnapshot(model: SchemaModel): string {
  return [...snapshotParts(model)].join('')
}

/** The same text a table at a time: hashing it never holds megabytes of it. */
export function* snapshotParts(model: SchemaModel): Generator<string> {
  const { databases, formatVersion, liftedFrom } = sortModel(model)
  const lifted = liftedFrom === undefined ? '' : `\n  "liftedFrom": "${liftedFrom}",`
  yield `{\n  ${marker},\n  "formatVersion": "${formatVersion}",${lifted}\n  "databases": `
  yield* listParts(databases, '  ', databaseParts)
  yield '\n}\n'
}

/** The databases alone: a part of the file that does not change with its format. */
export function databasesText(databases: readonly DatabaseModel[]): Generator<string> {
  return listParts(databases, '', databaseParts)
}

function* databaseParts({ name, tables }: DatabaseModel): Generator<string> {
  yield `    {\n${name === undefined ? '' : `      "name": ${JSON.stringify(name)},\n`}      "tables": `
  yield* listParts(tables, '      ', tableParts)
  yield '\n    }'
}

function* tableParts(table: TableModel): Generator<string> {
  yield `        ${writeTable(table)}`
}

function* listParts<Item>(
  items: readonly Item[],
  indent: string,
  partsOf: (item: Item) => Generator<string>,
): Generator<string> {
  let before = '[\n'
  for (const item of items) {
    yield before
    yield* partsOf(item)
    before = ',\n'
  }
  yield items.length === 0 ? '[]' : `\n${indent}]`
}

/**
 * A run hashes the same tables twice, for the snapshot and for what the types show: mostly the same
 * objects, and always the same columns, which are nine tenths of the text.
 */
const tableTexts = new WeakMap<TableModel, string>()
const columnTexts = new WeakMap<readonly ColumnModel[], string>()

function writeTable(table: TableModel): string {
  const text = tableTexts.get(table) ?? writeMembers(table)
  tableTexts.set(table, text)
  return text
}

function writeMembers(table: TableModel): string {
  const fields = { ...table } as Readonly<Record<string, unknown>>
  const members = sortedKeys(fields).map((key) => {
    const text = key === 'columns' ? writeColumns(table.columns) : writeMember(fields[key])
    return `          ${JSON.stringify(key)}: ${text}`
  })
  return `{\n${members.join(',\n')}\n        }`
}

function writeColumns(columns: readonly ColumnModel[]): string {
  const text = columnTexts.get(columns) ?? writeLines(columns, columnText)
  columnTexts.set(columns, text)
  return text
}

function writeMember(value: unknown): string {
  const objects = Array.isArray(value) && value.some((item) => typeof item === 'object')
  return objects ? writeLines(value, canonicalJson) : canonicalJson(value)
}

function writeLines<Item>(items: readonly Item[], write: (item: Item) => string): string {
  if (items.length === 0) return '[]'
  const lines = items.map((item) => `            ${write(item)}`)
  return `[\n${lines.join(',\n')}\n          ]`
}

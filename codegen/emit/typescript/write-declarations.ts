import type CodeBlockWriter from 'code-block-writer'
import { defaultColumnTypes } from 'kysely-matrixone/schema'
import { changed, type EmitOptions, type ResolvedEmitOptions } from './emit-options.js'
import { propertyKey, stringLiteral } from './identifiers.js'
import { indexEntries, type IndexEntries } from './index-entries.js'
import type { EnumPlan } from './enums.js'
import type { FilePlan, TablePlan } from './plan-tables.js'
import { code } from './tsdoc.js'
import { writeMember } from './write-value.js'

/** Writes imports, an interface per table, the schema value, `DB`, and what read-only columns need. */
export function writeDeclarations(
  writer: CodeBlockWriter,
  plan: FilePlan,
  options: ResolvedEmitOptions,
): void {
  const entries = plan.tables.map((table) => ({
    table,
    entries: indexEntries(table.table, plan.nameOf),
  }))
  const searchable = entries.filter(hasEntries)
  writer.writeLine('/* eslint-disable */')
  // TypeScript 7 takes no types from node_modules that are not named.
  if (plan.used.has('Buffer')) writer.writeLine('/// <reference types="node" />')
  const indexing = searchable.length === 0 ? [] : ['indexes']
  // The value has the names of the database, and with camelCase the types have others.
  const isDerived = options.schemaValue && options.camelCase === false
  if (isDerived && searchable.length > 0) indexing.unshift('SearchIndexes')
  writeImports(writer, plan, indexing)
  for (const [module, names] of plan.imports) writeImport(writer, module, names)
  for (const one of plan.enums) writeEnum(writer, one)
  for (const table of plan.tables) writeTable(writer, table)
  writeRowTypes(writer, plan)
  if (options.schemaValue) writeSchemaValue(writer, plan, options)
  writer.blankLine()
  writeDoc(writer, [
    searchable.length > 0
      ? 'The tables by name; `[indexes]` says what can be searched through which index.'
      : 'The tables by name.',
  ])
  writer.write('export interface DB ').block(() => {
    for (const { member, interfaceName } of plan.tables) {
      writer.writeLine(`${propertyKey(member)}: ${interfaceName}`)
    }
    if (searchable.length === 0) return
    if (isDerived) writer.writeLine('readonly [indexes]: SearchIndexes<typeof schema>')
    else writeIndexes(writer, searchable)
  })
  if (plan.used.has('ReadOnly')) writeReadOnly(writer)
  writer.newLineIfLastNot()
}

interface Searchable {
  readonly table: TablePlan
  readonly entries: IndexEntries
}

function hasEntries(one: { table: TablePlan; entries: IndexEntries | null }): one is Searchable {
  return one.entries !== null
}

function writeImports(
  writer: CodeBlockWriter,
  { used, tables }: FilePlan,
  indexing: readonly string[],
): void {
  const fromKysely = [
    ...(used.has('ReadOnly') ? ['ColumnType', 'SelectType'] : []),
    ...(tables.some(({ rows }) => rows) ? ['Selectable'] : []),
    ...(tables.some(({ rows }) => rows?.insert) ? ['Insertable', 'Updateable'] : []),
  ]
  writeImport(writer, 'kysely', fromKysely.toSorted())
  const own = [...used].filter((name) => name !== 'ReadOnly' && name !== 'Buffer')
  writeImport(writer, 'kysely-matrixone', [...own, ...indexing].toSorted())
}

function writeImport(writer: CodeBlockWriter, module: string, names: readonly string[]): void {
  if (names.length === 0) return
  const from = stringLiteral(module)
  const line = `import type { ${names.join(', ')} } from ${from}`
  const lines = `import type {\n${names.map((name) => `  ${name},\n`).join('')}} from ${from}`
  writer.writeLine(line.length <= 100 ? line : lines)
}

function writeTable(writer: CodeBlockWriter, table: TablePlan): void {
  writer.blankLine()
  writeDoc(writer, table.lines)
  writer.write(`export interface ${table.interfaceName} `).block(() => {
    for (const column of table.columns) {
      writeDoc(writer, column.lines)
      const space = column.type.startsWith('\n') ? '' : ' '
      writer.writeLine(`${propertyKey(column.name)}:${space}${column.type}`)
    }
  })
}

function writeEnum(writer: CodeBlockWriter, { name, source, members }: EnumPlan): void {
  writer.blankLine()
  writeDoc(writer, [`The members of ${code(source)}.`])
  writer.write(`export enum ${name} `).block(() => {
    for (const [key, text] of members) {
      writer.writeLine(`${propertyKey(key)} = ${stringLiteral(text)},`)
    }
  })
}

/** `Article` to read, `NewArticle` to insert, `ArticleUpdate` to update. */
function writeRowTypes(writer: CodeBlockWriter, { tables }: FilePlan): void {
  for (const { rows, interfaceName } of tables) {
    if (rows === undefined) continue
    writer.blankLine()
    writer.writeLine(`export type ${rows.select} = Selectable<${interfaceName}>`)
    if (rows.insert) writer.writeLine(`export type ${rows.insert} = Insertable<${interfaceName}>`)
    if (rows.update) writer.writeLine(`export type ${rows.update} = Updateable<${interfaceName}>`)
  }
}

/** The choices of `types`, and a line for each table that the run time has to know something about. */
function writeSchemaValue(writer: CodeBlockWriter, plan: FilePlan, { types }: EmitOptions): void {
  writer.blankLine()
  writeDoc(writer, ['The schema at run time: `new MatrixOne<DB>({ connection, schema })`.'])
  writer.writeLine('export const schema = {')
  writer.writeLine(writeMember('types', changed(types ?? {}, defaultColumnTypes), 2))
  const tables = plan.tables.flatMap(({ key, value }) =>
    value === null ? [] : [writeMember(key, value, 4)],
  )
  if (tables.length === 0) writer.writeLine('  tables: {},')
  else writer.writeLine(['  tables: {', ...tables, '  },'].join('\n'))
  writer.writeLine('} as const')
}

function writeIndexes(writer: CodeBlockWriter, searchable: readonly Searchable[]): void {
  writer.write('readonly [indexes]: ').block(() => {
    for (const { table, entries } of searchable) {
      writer.write(`${propertyKey(table.member)}: `).block(() => {
        writeMembers(
          writer,
          'vector',
          [...entries.vector].map(([column, types]) =>
            types.length === 1
              ? `${column}: ${types[0]}`
              : `${column}:${types.map((type) => `\n  | ${type}`).join('')}`,
          ),
        )
        writeMembers(
          writer,
          'fulltext',
          [...entries.fulltext].map(([name, columns]) => `${name}: ${columns}`),
        )
      })
    }
  })
}

function writeMembers(writer: CodeBlockWriter, name: string, members: readonly string[]): void {
  if (members.length === 0) {
    writer.writeLine(`${name}: {}`)
    return
  }
  writer.write(`${name}: `).block(() => {
    for (const member of members) writer.writeLine(member)
  })
}

/**
 * Not `never`, which kysely drops: then nothing is left to insert, and TypeScript lets any object
 * stand for nothing. A required column that no value fits is refused, and the message says why.
 */
function writeReadOnly(writer: CodeBlockWriter): void {
  writer.blankLine()
  writeDoc(writer, ['A column of a view or external table: it can be read and never written.'])
  writer.writeLine('type ReadOnly<T> = ColumnType<SelectType<T>, NotWritable, NotWritable>')
  writer.blankLine()
  writer.write('interface NotWritable ').block(() => {
    writer.writeLine("'views and external tables cannot be written': never")
  })
}

function writeDoc(writer: CodeBlockWriter, lines: readonly string[]): void {
  const [only, ...more] = lines
  if (only === undefined) return
  if (more.length === 0) {
    writer.writeLine(`/** ${only} */`)
    return
  }
  writer.writeLine('/**')
  for (const line of lines) writer.writeLine(` * ${line}`.trimEnd())
  writer.writeLine(' */')
}

import type CodeBlockWriter from 'code-block-writer'
import { defaultColumnTypes } from 'kysely-matrixone/schema'
import type { TypeName } from './column-type.js'
import { changed, type EmitOptions, type ResolvedEmitOptions } from './emit-options.js'
import { propertyKey, stringLiteral } from './identifiers.js'
import { indexEntries, type IndexEntries } from './index-entries.js'
import type { FilePlan, TablePlan } from './plan-tables.js'
import { writeMember } from './write-value.js'

/** Writes imports, an interface per table, the schema value, `DB`, and what read-only columns need. */
export function writeDeclarations(
  writer: CodeBlockWriter,
  plan: FilePlan,
  options: ResolvedEmitOptions,
): void {
  const entries = plan.tables.map((table) => ({ table, entries: indexEntries(table.table) }))
  const searchable = entries.filter(hasEntries)
  writer.writeLine('/* eslint-disable */')
  // TypeScript 7 takes no types from node_modules that are not named.
  if (plan.used.has('Buffer')) writer.writeLine('/// <reference types="node" />')
  const indexing = searchable.length === 0 ? [] : ['indexes']
  if (options.schemaValue && searchable.length > 0) indexing.unshift('SearchIndexes')
  writeImports(writer, plan.used, indexing)
  for (const [module, names] of plan.imports) writeImport(writer, module, names)
  for (const table of plan.tables) writeTable(writer, table)
  if (options.schemaValue) writeSchemaValue(writer, plan, options)
  writer.blankLine()
  writeDoc(writer, [
    searchable.length > 0
      ? 'The tables by name; `[indexes]` says what can be searched through which index.'
      : 'The tables by name.',
  ])
  writer.write('export interface DB ').block(() => {
    for (const { key, interfaceName } of plan.tables) {
      writer.writeLine(`${propertyKey(key)}: ${interfaceName}`)
    }
    if (searchable.length === 0) return
    if (options.schemaValue) writer.writeLine('readonly [indexes]: SearchIndexes<typeof schema>')
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
  used: ReadonlySet<TypeName>,
  indexing: readonly string[],
): void {
  const readsOnly = used.has('ReadOnly')
  writeImport(writer, 'kysely', readsOnly ? ['ColumnType', 'SelectType'] : [])
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
      writer.write(`${propertyKey(table.key)}: `).block(() => {
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

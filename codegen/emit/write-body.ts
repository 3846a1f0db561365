import type { CodeBlockWriter } from 'ts-morph'
import type { SchemaModel } from '../schema/schema-model.js'
import type { TypeName } from './column-type.js'
import type { ResolvedEmitOptions } from './emit-options.js'
import { propertyKey } from './identifiers.js'
import { indexEntries, type IndexEntries } from './index-entries.js'
import { planTables, type FilePlan, type TablePlan } from './plan-tables.js'
import { sortModel } from './sort-model.js'

/**
 * Writes everything below the header through one ts-morph source file. One writer for the whole
 * file: `addInterface` parses the file again at each call (30 s for 1,000 tables).
 */
export async function writeBody(model: SchemaModel, options: ResolvedEmitOptions): Promise<string> {
  const plan = planTables(sortModel(model), options)
  // A third of a run's time goes into loading ts-morph, so only when a file is really written.
  const { Project, IndentationText, NewLineKind } = await import('ts-morph')
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    manipulationSettings: {
      indentationText: IndentationText.TwoSpaces,
      newLineKind: NewLineKind.LineFeed,
    },
  })
  const file = project.createSourceFile('db.ts', (writer) => writeFile(writer, plan))
  return file.getFullText()
}

function writeFile(writer: CodeBlockWriter, plan: FilePlan): void {
  const entries = plan.tables.map((table) => ({ table, entries: indexEntries(table.table) }))
  const searchable = entries.filter(hasEntries)
  writer.writeLine('/* eslint-disable */')
  writeImports(writer, plan.used, searchable.length > 0)
  for (const table of plan.tables) writeTable(writer, table)
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
    if (searchable.length > 0) writeIndexes(writer, searchable)
  })
  if (plan.used.has('ReadOnly')) writeReadOnly(writer)
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
  indexed: boolean,
): void {
  const own: string[] = [...used].filter((name) => name !== 'ColumnType' && name !== 'ReadOnly')
  if (used.has('ReadOnly') && !used.has('GeneratedAlways')) own.push('GeneratedAlways')
  if (indexed) own.push('indexes')
  if (used.has('ColumnType')) writer.writeLine("import type { ColumnType } from 'kysely'")
  if (own.length > 0) {
    writer.writeLine(`import type { ${own.toSorted().join(', ')} } from 'kysely-matrixone'`)
  }
}

function writeTable(writer: CodeBlockWriter, table: TablePlan): void {
  writer.blankLine()
  writeDoc(writer, table.lines)
  writer.write(`export interface ${table.interfaceName} `).block(() => {
    for (const column of table.columns) {
      writeDoc(writer, column.lines)
      writer.writeLine(`${propertyKey(column.name)}: ${column.type}`)
    }
  })
}

function writeIndexes(writer: CodeBlockWriter, searchable: readonly Searchable[]): void {
  writer.write('readonly [indexes]: ').block(() => {
    for (const { table, entries } of searchable) {
      writer.write(`${propertyKey(table.key)}: `).block(() => {
        writer.write('vector: ').block(() => {
          for (const [column, types] of entries.vector) {
            writer.writeLine(`${column}: ${types.join(' | ')}`)
          }
        })
        writer.write('fulltext: ').block(() => {
          for (const [name, type] of entries.fulltext) writer.writeLine(`${name}: ${type}`)
        })
      })
    }
  })
}

function writeReadOnly(writer: CodeBlockWriter): void {
  writer.blankLine()
  writeDoc(writer, ['A column of a view or external table: it can be read and never written.'])
  writer.writeLine('type ReadOnly<T> = GeneratedAlways<T>')
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

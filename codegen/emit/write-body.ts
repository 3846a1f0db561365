import type { CodeBlockWriter } from 'ts-morph'
import type { SchemaModel } from '../schema/schema-model.js'
import { sortModel } from '../schema/sort-model.js'
import type { TypeName } from './column-type.js'
import type { ResolvedEmitOptions } from './emit-options.js'
import { propertyKey } from './identifiers.js'
import { indexEntries, type IndexEntries } from './index-entries.js'
import { planTables, type FilePlan, type TablePlan } from './plan-tables.js'

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
  const [problem] = project.getProgram().getSyntacticDiagnostics(file)
  if (problem !== undefined) {
    const line = file.getFullText().split('\n')[problem.getLineNumber() - 1]
    throw new Error(
      `mo-codegen wrote TypeScript that does not parse, so it was thrown away: ${line?.trim()}\n` +
        'This is a bug of mo-codegen: please report it with that line.',
    )
  }
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
    const line = `import type { ${own.toSorted().join(', ')} } from 'kysely-matrixone'`
    const lines = `import type {\n${own
      .toSorted()
      .map((name) => `  ${name},\n`)
      .join('')}} from 'kysely-matrixone'`
    writer.writeLine(line.length <= 100 ? line : lines)
  }
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

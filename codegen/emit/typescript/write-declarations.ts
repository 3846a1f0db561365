import type CodeBlockWriter from 'code-block-writer'
import type { TypeName } from './column-type.js'
import { propertyKey } from './identifiers.js'
import { indexEntries, type IndexEntries } from './index-entries.js'
import type { FilePlan, TablePlan } from './plan-tables.js'

/** Writes imports, an interface a table, `DB`, and what read-only columns need. */
export function writeDeclarations(writer: CodeBlockWriter, plan: FilePlan): void {
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
  indexed: boolean,
): void {
  const readsOnly = used.has('ReadOnly')
  writeImport(writer, 'kysely', readsOnly ? ['ColumnType', 'SelectType'] : [])
  const own = [...used].filter((name) => name !== 'ReadOnly')
  writeImport(writer, 'kysely-matrixone', [...own.toSorted(), ...(indexed ? ['indexes'] : [])])
}

function writeImport(writer: CodeBlockWriter, module: string, names: readonly string[]): void {
  if (names.length === 0) return
  const line = `import type { ${names.join(', ')} } from '${module}'`
  const lines = `import type {\n${names.map((name) => `  ${name},\n`).join('')}} from '${module}'`
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

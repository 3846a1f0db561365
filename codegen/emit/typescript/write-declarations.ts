import { defaultColumnTypes } from 'kysely-matrixone/schema'
import { changed, type EmitOptions, type ResolvedEmitOptions } from './emit-options.js'
import { propertyKey, stringLiteral } from './identifiers.js'
import { indexEntries, type IndexEntries } from './index-entries.js'
import type { EnumPlan } from './enums.js'
import type { FilePlan, TablePlan } from './plan-tables.js'
import { code } from './tsdoc.js'
import { writeMember } from './write-value.js'

/**
 * Writes imports, an interface per table, the schema value, `DB`, and what read-only columns need.
 *
 * Line by line: ts-morph's writer looks at each character to know whether it is inside a string, which took
 * as long as reading the tables, and its `addInterface` parses the file again at each call.
 */
export function writeDeclarations(plan: FilePlan, options: ResolvedEmitOptions): string {
  const entries = plan.tables.map((table) => ({
    table,
    entries: indexEntries(table.table, plan.nameOf),
  }))
  const searchable = entries.filter(hasEntries)
  // The value has the names of the database, and with camelCase the types have others.
  const isDerived = options.schemaValue && options.camelCase === false
  const sections = [
    writeHead(plan, [
      ...(isDerived && searchable.length > 0 ? ['SearchIndexes'] : []),
      ...(searchable.length > 0 ? ['indexes'] : []),
    ]),
    ...plan.enums.map(writeEnum),
    ...plan.tables.map(writeTable),
    ...plan.tables.flatMap(writeRowTypes),
    ...(options.schemaValue ? [writeSchemaValue(plan, options)] : []),
    writeDatabase(plan, searchable, isDerived),
    ...(plan.used.has('ReadOnly') ? [readOnly] : []),
  ]
  return `${sections.join('\n\n')}\n`
}

interface Searchable {
  readonly table: TablePlan
  readonly entries: IndexEntries
}

function hasEntries(one: { table: TablePlan; entries: IndexEntries | null }): one is Searchable {
  return one.entries !== null
}

/** The directives and imports. */
function writeHead({ used, tables, imports }: FilePlan, indexing: readonly string[]): string {
  const fromKysely = [
    ...(used.has('ReadOnly') ? ['ColumnType', 'SelectType'] : []),
    ...(tables.some(({ rows }) => rows) ? ['Selectable'] : []),
    ...(tables.some(({ rows }) => rows?.insert) ? ['Insertable', 'Updateable'] : []),
  ]
  const own = [...used].filter((name) => name !== 'ReadOnly' && name !== 'Buffer')
  return [
    '/* eslint-disable */',
    // TypeScript 7 takes no types from node_modules that are not named.
    ...(used.has('Buffer') ? ['/// <reference types="node" />'] : []),
    ...writeImport('kysely', fromKysely.toSorted()),
    ...writeImport('kysely-matrixone', [...own, ...indexing].toSorted()),
    ...imports.flatMap(([module, names]) => writeImport(module, names)),
  ].join('\n')
}

function writeImport(module: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const from = stringLiteral(module)
  const line = `import type { ${names.join(', ')} } from ${from}`
  const lines = `import type {\n${names.map((name) => `  ${name},\n`).join('')}} from ${from}`
  return [line.length <= 100 ? line : lines]
}

function writeTable({ lines, interfaceName, columns }: TablePlan): string {
  let text = `${writeDoc(lines, '')}export interface ${interfaceName} {\n`
  for (const column of columns) {
    const type = column.type.includes('\n') ? column.type.replaceAll('\n', '\n  ') : column.type
    const space = type.startsWith('\n') ? '' : ' '
    text += `${writeDoc(column.lines, '  ')}  ${propertyKey(column.name)}:${space}${type}\n`
  }
  return `${text}}`
}

function writeEnum({ name, source, members }: EnumPlan): string {
  const lines = members.map(([key, text]) => `  ${propertyKey(key)} = ${stringLiteral(text)},\n`)
  return `${writeDoc([`The members of ${code(source)}.`], '')}export enum ${name} {\n${lines.join('')}}`
}

/** `Article` to read, `NewArticle` to insert, `ArticleUpdate` to update. */
function writeRowTypes({ rows, interfaceName }: TablePlan): readonly string[] {
  if (rows === undefined) return []
  const lines = [`export type ${rows.select} = Selectable<${interfaceName}>`]
  if (rows.insert) lines.push(`export type ${rows.insert} = Insertable<${interfaceName}>`)
  if (rows.update) lines.push(`export type ${rows.update} = Updateable<${interfaceName}>`)
  return [lines.join('\n')]
}

/** The choices of `types`, and a line for each table that the run time has to know something about. */
function writeSchemaValue({ tables }: FilePlan, { types }: EmitOptions): string {
  const members = tables.flatMap(({ key, value }) =>
    value === null ? [] : [writeMember(key, value, 4)],
  )
  return [
    '/** The schema at run time: `new MatrixOne<DB>({ connection, schema })`. */',
    'export const schema = {',
    writeMember('types', changed(types ?? {}, defaultColumnTypes), 2),
    ...(members.length === 0 ? ['  tables: {},'] : ['  tables: {', ...members, '  },']),
    '} as const',
  ].join('\n')
}

function writeDatabase(
  { tables }: FilePlan,
  searchable: readonly Searchable[],
  isDerived: boolean,
): string {
  const isSearchable = searchable.length > 0
  return [
    isSearchable
      ? '/** The tables by name; `[indexes]` says what can be searched through which index. */'
      : '/** The tables by name. */',
    'export interface DB {',
    ...tables.map(({ member, interfaceName }) => `  ${propertyKey(member)}: ${interfaceName}`),
    ...(isSearchable && isDerived
      ? ['  readonly [indexes]: SearchIndexes<typeof schema>']
      : isSearchable
        ? ['  readonly [indexes]: {', ...searchable.flatMap(writeIndexes), '  }']
        : []),
    '}',
  ].join('\n')
}

function writeIndexes({ table, entries }: Searchable): readonly string[] {
  const vector = [...entries.vector].map(([column, types]) =>
    types.length === 1
      ? `${column}: ${types[0]}`
      : `${column}:${types.map((type) => `\n          | ${type}`).join('')}`,
  )
  const fulltext = [...entries.fulltext].map(([name, columns]) => `${name}: ${columns}`)
  return [
    `    ${propertyKey(table.member)}: {`,
    ...writeMembers('vector', vector),
    ...writeMembers('fulltext', fulltext),
    '    }',
  ]
}

function writeMembers(name: string, members: readonly string[]): readonly string[] {
  if (members.length === 0) return [`      ${name}: {}`]
  return [`      ${name}: {`, ...members.map((member) => `        ${member}`), '      }']
}

/**
 * Not `never`, which kysely drops: then nothing is left to insert, and TypeScript lets any object
 * stand for nothing. A required column that no value fits is refused, and the message says why.
 */
const readOnly = `/** A column of a view or external table: it can be read and never written. */
type ReadOnly<T> = ColumnType<SelectType<T>, NotWritable, NotWritable>

interface NotWritable {
  'views and external tables cannot be written': never
}`

/** A comment with the line break behind it; nothing without lines. */
function writeDoc([only, ...more]: readonly string[], indent: string): string {
  if (only === undefined) return ''
  if (more.length === 0) return `${indent}/** ${only} */\n`
  const lines = [only, ...more].map((line) => `${indent} * ${line}`.trimEnd())
  return `${indent}/**\n${lines.join('\n')}\n${indent} */\n`
}

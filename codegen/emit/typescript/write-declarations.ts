/**
 * The text of generated files, line by line: ts-morph's writer looks at each character to know whether it is
 * inside a string, which took as long as reading the tables, and its `addInterface` parses the file again
 * at each call.
 */
import { defaultColumnTypes } from 'kysely-matrixone/schema'
import { changed, type EmitOptions, type ResolvedEmitOptions } from './emit-options.js'
import { stringLiteral } from './identifiers.js'
import type { FilePlan, TablePlan } from './plan-tables.js'
import { writeDatabases } from './write-database.js'
import { writeHead } from './write-head.js'
import { readOnly, writeEnum, writeRowTypes } from './write-tables.js'
import { writeMember } from './write-value.js'

/** Writes one file: imports, an interface per table, the schema value, `DB`, and what read-only columns need. */
export function writeDeclarations(plan: FilePlan, options: ResolvedEmitOptions): string {
  const databases = writeDatabases(plan, options)
  return join([
    writeHead(plan, databases.imports),
    ...plan.enums.map(writeEnum),
    ...plan.tables.map(({ declaration }) => declaration),
    ...plan.tables.flatMap(writeRowTypes),
    ...(options.schemaValue ? [writeSchemaValue(plan, options)] : []),
    ...databases.sections,
    ...(plan.used.has('ReadOnly') ? [readOnly] : []),
  ])
}

/** Writes the file of one table. */
export function writeTableFile(table: TablePlan): string {
  return join([
    writeHead({ ...table, tables: [table] }, []),
    ...table.enums.map(writeEnum),
    table.declaration,
    ...writeRowTypes(table),
    ...(table.used.has('ReadOnly') ? [readOnly] : []),
  ])
}

/**
 * Writes the file that brings the tables' files together.
 *
 * @param moduleOf the module of a table's file, as this one imports it
 */
export function writeIndexFile(
  plan: FilePlan,
  options: ResolvedEmitOptions,
  moduleOf: (table: TablePlan) => string,
): string {
  const databases = writeDatabases(plan, options)
  const imports = plan.tables.map(
    (table) => `import type { ${table.interfaceName} } from ${stringLiteral(moduleOf(table))}`,
  )
  const exports = plan.tables.flatMap((table) => {
    const module = stringLiteral(moduleOf(table))
    const types = [table.interfaceName, ...Object.values(table.rows ?? {})].join(', ')
    const enums = table.enums.map(({ name }) => name).join(', ')
    return [
      `export type { ${types} } from ${module}`,
      ...(enums === '' ? [] : [`export { ${enums} } from ${module}`]),
    ]
  })
  return join([
    [writeHead({ used: new Set(), tables: [], imports: [] }, databases.imports), ...imports].join(
      '\n',
    ),
    exports.join('\n'),
    ...(options.schemaValue ? [writeSchemaValue(plan, options)] : []),
    ...databases.sections,
  ])
}

function join(sections: readonly string[]): string {
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
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

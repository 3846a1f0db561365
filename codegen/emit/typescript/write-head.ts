/** The first lines of a generated file below its header. */
import { stringLiteral } from './identifiers.js'
import type { FilePlan, TablePlan } from './plan-tables.js'

/** The parts of a plan that a file imports for. */
type Imported = Pick<FilePlan, 'used' | 'imports'> & {
  readonly tables: readonly Pick<TablePlan, 'rows'>[]
}

/** Writes directives and imports. */
export function writeHead(
  { used, tables, imports }: Imported,
  indexing: readonly string[],
): string {
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

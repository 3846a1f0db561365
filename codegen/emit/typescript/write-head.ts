/** The first lines of a generated file below its header. */
import { stringLiteral } from './identifiers.js'
import { ownImports } from './own-imports.js'
import type { FilePlan, TablePlan } from './plan-tables.js'

/** The parts of a plan that a file imports for. */
type Imported = Pick<FilePlan, 'used' | 'imports'> & {
  readonly tables: readonly Pick<TablePlan, 'rows'>[]
}

/** Writes directives and imports. */
export function writeHead(file: Imported, indexing: readonly string[]): string {
  const modules = new Map<string, Set<string>>()
  const all = [...ownImports(file), ['kysely-matrixone', indexing] as const, ...file.imports]
  for (const [module, names] of all) {
    modules.set(module, new Set([...(modules.get(module) ?? []), ...names]))
  }
  return [
    '/* eslint-disable */',
    // TypeScript 7 takes no types from node_modules that are not named.
    ...(file.used.has('Buffer') ? ['/// <reference types="node" />'] : []),
    ...[...modules].flatMap(([module, names]) => writeImport(module, [...names].toSorted())),
  ].join('\n')
}

function writeImport(module: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const from = stringLiteral(module)
  const line = `import type { ${names.join(', ')} } from ${from}`
  const lines = `import type {\n${names.map((name) => `  ${name},\n`).join('')}} from ${from}`
  return [line.length <= 100 ? line : lines]
}

/** Names and paths of the files of a layout with a file per table. */
import { compareCodePoints, digestOf } from 'kysely-matrixone/schema'

/** The path of a generated file, apart from its type: `generated/db.d.ts` → `generated/db`, `.d.ts`. */
export function splitPath(outFile: string): { readonly base: string; readonly type: string } {
  const [type = '.ts'] = /(\.d)?\.[cm]?ts$/i.exec(outFile) ?? []
  return { base: outFile.slice(0, outFile.length - type.length), type }
}

/** The folder of the tables, beside the generated file: `generated/db.ts` → `generated/db`. */
export function folderOf(outFile: string): string {
  return splitPath(outFile).base
}

/** Names of devices, which Windows keeps in every folder. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/

/**
 * Names the file of each table: its own name where every file system takes that, and a hash otherwise. The
 * name of one does not depend on the others, but where two would differ in nothing that a file system sees.
 */
export function nameFiles(keys: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map(keys.map((key) => [key, plainName(key)]))
  const taken = new Map<string, number>()
  for (const name of names.values()) taken.set(name ?? '', (taken.get(name ?? '') ?? 0) + 1)
  return new Map(
    keys.toSorted(compareCodePoints).map((key) => {
      const name = names.get(key)
      return [key, name !== undefined && taken.get(name) === 1 ? name : hashed(key)]
    }),
  )
}

function plainName(key: string): string | undefined {
  const name = key.replace('.', '-')
  return /^[a-z0-9_][a-z0-9_-]{0,99}$/.test(name) && !reserved.test(name) ? name : undefined
}

function hashed(key: string): string {
  return `table-${digestOf(key).slice(0, 12)}`
}

/** The extension that an import of a TypeScript file has. */
export function importedType(type: string): string {
  return type.replace(/^(\.d)?\.([cm]?)ts$/i, '.$2js')
}

/** A module's path as seen from one folder further down; a package's name stays. */
export function deeper(module: string): string {
  if (/^\.\.?(\/|$)/.test(module)) return module.startsWith('..') ? `../${module}` : `.${module}`
  return module
}

/** The same for the modules that a type names: `import('./meta.js').Meta`. */
export function deeperType(type: string): string {
  return type.replaceAll(
    /\bimport\((['"])(\.\.?\/[^'"]*)\1/g,
    (_, quote: string, module: string) => `import(${quote}${deeper(module)}${quote}`,
  )
}

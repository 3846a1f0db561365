import { compareCodePoints } from 'kysely-matrixone/schema'
import { ConfigurationError } from '../../errors.js'
import type { ColumnOverride } from './emit-options.js'
import { stringLiteral } from './identifiers.js'
import { importedName } from './imported-name.js'

/** Names to import, by module, both sorted. */
export type Imports = readonly (readonly [module: string, names: readonly string[]])[]

/** The names that the overrides of a table import. */
export class ImportedNames {
  readonly #modules = new Map<string, Set<string>>()

  /** Writes down what a type has to be imported for. */
  add({ type, import: from }: ColumnOverride): void {
    if (from === undefined) return
    const name = importedName(type) ?? ''
    this.#modules.set(from, (this.#modules.get(from) ?? new Set()).add(name))
  }

  get byModule(): Imports {
    return sorted(this.#modules)
  }
}

/**
 * The imports of all tables in one list.
 *
 * @throws {ConfigurationError} for one name from two modules
 */
export function joinImports(all: readonly Imports[]): Imports {
  const modules = new Map<string, Set<string>>()
  const origins = new Map<string, string>()
  for (const [from, names] of all.flat()) {
    for (const name of names) {
      const known = origins.get(name) ?? from
      if (known !== from) {
        throw new ConfigurationError(
          `overrides import ${name} from ${stringLiteral(known)} and from ${stringLiteral(from)}.\n` +
            `Write one of them as import(${stringLiteral(from)}).${name}, without import.`,
        )
      }
      origins.set(name, from)
      modules.set(from, (modules.get(from) ?? new Set()).add(name))
    }
  }
  return sorted(modules)
}

function sorted(modules: ReadonlyMap<string, ReadonlySet<string>>): Imports {
  return [...modules]
    .toSorted(([a], [b]) => compareCodePoints(a, b))
    .map(([module, names]) => [module, [...names].toSorted()])
}

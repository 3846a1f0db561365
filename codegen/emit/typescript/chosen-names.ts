/** Names that a function of the configuration gives to what a generated file declares. */
import type { SchemaModel } from 'kysely-matrixone/schema'
import { ConfigurationError, messageOf } from '../../errors.js'
import { interfaceName, isInterfaceName } from './identifiers.js'

/** The declarations that have names: the interface of a table, the types of its rows, the enum of a column. */
export type NameKind = 'interface' | 'select' | 'insert' | 'update' | 'enum'

/**
 * Gives a name; undefined for the usual one.
 *
 * @param raw the table, `articles` or `shop.articles`; for an enum the column, `articles.lang`
 */
export type NameFunction = (kind: NameKind, raw: string) => string | undefined

/** The part of the options that has the function. */
interface Naming {
  readonly name?: NameFunction | undefined
}

/**
 * Asks the function for a name; undefined where there is none.
 *
 * @throws {ConfigurationError} when it gives what cannot be one
 */
export function chooseName({ name }: Naming, kind: NameKind, raw: string): string | undefined {
  if (name === undefined) return undefined
  const call = `The function name('${kind}', ${JSON.stringify(raw)})`
  const chosen = callIt(() => name(kind, raw), call)
  if (chosen === undefined) return undefined
  if (typeof chosen === 'string' && isInterfaceName(chosen)) return chosen
  if (chosen instanceof Promise) {
    // It is not waited for, and a rejection would end the process.
    chosen.catch(() => undefined)
    throw new ConfigurationError(`${call} gives a promise.\nGive the name itself, or undefined.`)
  }
  const works = typeof chosen === 'string' ? `\nA name that works: ${interfaceName(chosen)}.` : ''
  throw new ConfigurationError(
    `${call} gives ${JSON.stringify(chosen)}, which is taken, not capitalised or not an identifier.${works}`,
  )
}

function callIt(name: () => unknown, call: string): unknown {
  try {
    return name()
  } catch (error) {
    throw new ConfigurationError(`${call} failed: ${messageOf(error)}\nCorrect it.`, {
      cause: error,
    })
  }
}

/**
 * All names that the function gives for a schema, so that a file is written again when they change: a
 * function itself cannot be compared.
 */
export function chosenNames(
  { databases }: SchemaModel,
  options: Naming & { readonly runtimeEnums?: boolean },
): Readonly<Record<string, string>> {
  if (options.name === undefined) return {}
  const isQualified = databases.length > 1
  const names: (readonly [string, string])[] = []
  const ask = (kind: NameKind, raw: string): void => {
    const chosen = chooseName(options, kind, raw)
    if (chosen !== undefined) names.push([`${kind} ${raw}`, chosen])
  }
  for (const { name: database, tables } of databases) {
    for (const { name: table, columns } of tables) {
      const raw = isQualified ? `${database ?? ''}.${table}` : table
      for (const kind of ['interface', 'select', 'insert', 'update'] as const) ask(kind, raw)
      if (options.runtimeEnums !== true) continue
      for (const { name, type } of columns) if (type.name === 'enum') ask('enum', `${raw}.${name}`)
    }
  }
  return Object.fromEntries(names)
}

import { ConfigurationError } from '../../errors.js'
import { chooseName } from './chosen-names.js'
import type { ResolvedEmitOptions } from './emit-options.js'
import { interfaceName, isInterfaceName } from './identifiers.js'

/** A table that needs an interface name. */
export interface NamedTable {
  /** Its key in `DB`: `articles`, or `shop.articles` when there are several databases. */
  readonly key: string
  /** The words that the name is made of: `articles`, `shop_articles`. */
  readonly words: string
}

/**
 * Names the interface of each table, by its key.
 *
 * @throws {ConfigurationError} naming all tables that would get the same name, with names that are
 *   free, or all chosen names that cannot be one
 */
export function nameInterfaces(
  tables: readonly NamedTable[],
  options: Pick<ResolvedEmitOptions, 'interfaceNames' | 'name'>,
): ReadonlyMap<string, string> {
  const chosen = new Map(Object.entries(options.interfaceNames))
  const [chosenTables, others] = partition(tables, ({ key }) => chosen.has(key))
  refuseUnusable(chosenTables, chosen)
  const names = new Map(
    // Chosen names come first: they stay, and the others make way.
    [...chosenTables, ...others].map(({ key, words }) => [
      key,
      chosen.get(key) ?? chooseName(options, 'interface', key) ?? interfaceName(words),
    ]),
  )
  refuseCollisions(names)
  return names
}

function refuseUnusable(tables: readonly NamedTable[], chosen: ReadonlyMap<string, string>): void {
  const lines = tables.flatMap(({ key }) => {
    const name = chosen.get(key) ?? ''
    if (isInterfaceName(name)) return []
    return [
      `interfaceNames gives table ${JSON.stringify(key)} the name ${JSON.stringify(name)}, ` +
        `which is taken, not capitalised or not an identifier.\nA name that works: ${interfaceName(name)}.`,
    ]
  })
  if (lines.length > 0) throw new ConfigurationError(lines.join('\n'))
}

function refuseCollisions(names: ReadonlyMap<string, string>): void {
  const owners = new Map<string, string[]>()
  for (const [key, name] of names) owners.set(name, [...(owners.get(name) ?? []), key])
  const collisions = [...owners].filter(([, keys]) => keys.length > 1)
  if (collisions.length === 0) return
  const taken = new Set(owners.keys())
  const proposals = collisions.flatMap(([name, [, ...keys]]) =>
    keys.map((key) => `${JSON.stringify(key)}: '${takeFree(name, taken)}'`),
  )
  const lines = collisions.map(
    ([name, keys]) =>
      `Tables ${listOf(keys)} would ${keys.length === 2 ? 'both' : 'all'} become interface ${name}.`,
  )
  const which = proposals.length === 1 ? 'one of them' : 'all but one of each'
  throw new ConfigurationError(
    `${lines.join('\n')}\nName ${which}: interfaceNames: { ${proposals.join(', ')} }.`,
  )
}

/** The name with the first number that makes it free; it is taken from then on. */
function takeFree(name: string, taken: Set<string>): string {
  let number = 2
  while (taken.has(`${name}${number}`)) number++
  taken.add(`${name}${number}`)
  return `${name}${number}`
}

function listOf(keys: readonly string[]): string {
  const quoted = keys.map((key) => JSON.stringify(key))
  return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
}

function partition<Item>(
  items: readonly Item[],
  test: (item: Item) => boolean,
): readonly [readonly Item[], readonly Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}

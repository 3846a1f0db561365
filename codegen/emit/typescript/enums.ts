/** Enum columns as TypeScript enums, for programs that want a name for each member. */
import type { ColumnModel } from 'kysely-matrixone/schema'
import { ConfigurationError } from '../../errors.js'
import { chooseName } from './chosen-names.js'
import type { ResolvedEmitOptions } from './emit-options.js'
import { interfaceName } from './identifiers.js'

/** A TypeScript enum, ready to be written. */
export interface EnumPlan {
  readonly name: string
  /** For messages: `articles.lang`. */
  readonly source: string
  readonly members: readonly (readonly [key: string, text: string])[]
}

/** The enums of one file. */
export class Enums {
  readonly #options: Pick<ResolvedEmitOptions, 'runtimeEnums' | 'name'>

  constructor(options: Pick<ResolvedEmitOptions, 'runtimeEnums' | 'name'>) {
    this.#options = options
  }

  /**
   * Plans the enum of a column; undefined for other columns.
   *
   * @throws {ConfigurationError} for two members that would get the same key
   */
  planFor(table: string, source: string, { name, type }: ColumnModel): EnumPlan | undefined {
    const { members = [] } = type
    if (!this.#options.runtimeEnums || type.name !== 'enum' || members.length === 0)
      return undefined
    const plan = {
      name:
        chooseName(this.#options, 'enum', source) ??
        table + interfaceName(name).replace(/^_|Table$/, ''),
      source,
      members: [...new Set(members)].map((text) => [keyOf(text), text] as const),
    }
    refuseEqualKeys(plan)
    return plan
  }
}

/** An enum has no members that are numbers, nor `Infinity` and `NaN`, nor one without a name; `__proto__` would be lost. */
function keyOf(text: string): string {
  return text === '' || Number.isFinite(Number(text)) || /^(-?Infinity|NaN|__proto__)$/.test(text)
    ? `_${text}`
    : text
}

function refuseEqualKeys({ source, members }: EnumPlan): void {
  const keys = members.map(([key]) => key)
  const double = keys.find((key, at) => keys.indexOf(key) !== at)
  if (double === undefined) return
  throw new ConfigurationError(
    `runtimeEnums cannot write the enum of ${source}: two of its members would be called ${JSON.stringify(double)}.\n` +
      `Give the column a type with overrides: { ${JSON.stringify(source)}: 'string' }.`,
  )
}

/** How each column is read: `types`, and what `columnTypes` says of single columns. */
import {
  type ColumnModel,
  type ColumnRead,
  type ColumnTypeModel,
  columnTypeChoices,
  readOption,
  type ResolvedColumnTypes,
} from 'kysely-matrixone/schema'
import { ConfigurationError } from '../../errors.js'
import type { ResolvedEmitOptions } from './emit-options.js'

/** The choices of one file; knows afterwards which of them no column has used. */
export class ColumnReads {
  readonly #types: ResolvedColumnTypes
  readonly #columnTypes: ReadonlyMap<string, ColumnRead>
  readonly #unused: Set<string>

  constructor({ types, columnTypes }: Pick<ResolvedEmitOptions, 'types' | 'columnTypes'>) {
    this.#types = types
    this.#columnTypes = new Map(Object.entries(columnTypes))
    this.#unused = new Set(this.#columnTypes.keys())
  }

  /**
   * How a column is read.
   *
   * @param table `articles`, or `shop.articles` when there are several databases
   * @throws {ConfigurationError} for a choice that its type does not have
   */
  typesOf(table: string, column: ColumnModel): ResolvedColumnTypes {
    const chosen = this.#chosenFor(table, column)
    if (chosen === undefined) return this.#types
    const source = `${table}.${column.name}`
    this.#unused.delete(source)
    const option = readOption(column.type)
    const choices: readonly ColumnRead[] = option === undefined ? [] : columnTypeChoices[option]
    if (option !== undefined && choices.includes(chosen))
      return { ...this.#types, [option]: chosen }
    throw new ConfigurationError(
      `columnTypes['${source}'] is '${chosen}', but a column of type ${column.type.name} is read ` +
        (option === undefined
          ? 'in one way only.\nLeave it out.'
          : `as ${choices.map((choice) => `'${choice}'`).join(' or ')}.`),
    )
  }

  /** How a column is read when not as `types` says. */
  ownRead(table: string, column: ColumnModel): ColumnRead | undefined {
    const option = readOption(column.type)
    const read = option === undefined ? readInUnion(column.type) : this.#chosenFor(table, column)
    return this.#types[option ?? 'bigint'] === read ? undefined : read
  }

  #chosenFor(table: string, { name }: ColumnModel): ColumnRead | undefined {
    // Nearly always there are none, and a large schema has many columns.
    return this.#columnTypes.size === 0 ? undefined : this.#columnTypes.get(`${table}.${name}`)
  }

  /** The names that no column had. */
  get unused(): readonly string[] {
    return [...this.#unused]
  }
}

/** `bit` and `year` come out of a UNION as bigint (4.2.0), and are to be read as they are elsewhere. */
function readInUnion({ name, length = 1 }: ColumnTypeModel): 'number' | 'bigint' | undefined {
  if (name === 'year') return 'number'
  if (name !== 'bit') return undefined
  return length > 53 ? 'bigint' : 'number'
}

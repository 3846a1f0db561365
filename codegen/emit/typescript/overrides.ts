/** Types that a configuration or a comment gives to single columns. */
import {
  type ColumnModel,
  type ColumnRead,
  columnTypeChoices,
  readOption,
  type SchemaModel,
} from 'kysely-matrixone/schema'
import { ConfigurationError } from '../../errors.js'
import { isGlob } from '../../glob.js'
import { ColumnPatterns, type ColumnPlace } from './column-patterns.js'
import type { ColumnOverride, ResolvedEmitOptions } from './emit-options.js'
import { stringLiteral } from './identifiers.js'
import { importedName } from './imported-name.js'
import { isTypeExpression } from './type-expression.js'

const commentType = /@type\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})+)\}/

/** The overrides of one file; knows afterwards which of them no column has used. */
export class Overrides {
  readonly #patterns: ColumnPatterns
  readonly #overrides: ReadonlyMap<string, ColumnOverride>
  readonly #commentTypes: boolean

  /** @throws {ConfigurationError} for a text that is not a type */
  constructor({
    overrides,
    commentTypes,
  }: Pick<ResolvedEmitOptions, 'overrides' | 'commentTypes'>) {
    this.#commentTypes = commentTypes
    this.#overrides = new Map(
      Object.entries(overrides).map(([pattern, given]) => {
        const override = typeof given === 'string' ? { type: given } : given
        checkOverride(`overrides[${stringLiteral(pattern)}]`, override)
        return [pattern, override]
      }),
    )
    // A name wins over a glob, and an earlier glob over a later one.
    this.#patterns = new ColumnPatterns(
      [...this.#overrides.keys()].toSorted((a, b) => Number(isGlob(a)) - Number(isGlob(b))),
    )
  }

  /** The type that a column is given; undefined for none. */
  find(place: ColumnPlace): ColumnOverride | undefined {
    const { table, column } = place
    // Not taken apart as a list: that takes longer, and a large schema has many columns.
    const pattern = this.#patterns.matching(place)[0]
    if (pattern !== undefined) return this.#overrides.get(pattern)
    const type = this.#commentTypes
      ? commentType.exec(column.comment ?? '')?.[1]?.trim()
      : undefined
    if (type === undefined) return undefined
    checkOverride(`The comment of ${table}.${column.name}`, { type })
    return { type }
  }

  /** The patterns that no column had. */
  get unused(): readonly string[] {
    return this.#patterns.unused
  }
}

/** How a column is read at run time, where its override is one of the readings of its type. */
export function readingOf({ type }: ColumnOverride, column: ColumnModel): ColumnRead | undefined {
  const option = readOption(column.type)
  const choices: readonly ColumnRead[] = option === undefined ? [] : columnTypeChoices[option]
  return choices.find((choice) => choice === type)
}

/** A type of one's own for a JSON column is that of the parsed value, also under `types: { json: 'string' }`. */
function readingBehind({ raw }: ColumnOverride, { type }: ColumnModel): ColumnRead | undefined {
  return readOption(type) === 'json' && raw !== true ? 'parsed' : undefined
}

/**
 * The options with the overrides that are a reading of their column's type, or need one: the run time
 * has to know them, and a comparison too.
 */
export function withOverriddenReads(
  { databases }: SchemaModel,
  options: ResolvedEmitOptions,
): ResolvedEmitOptions {
  if (Object.keys(options.overrides).length === 0 && !options.commentTypes) return options
  const overrides = new Overrides(options)
  const reads = databases.flatMap(({ name: database, tables }) =>
    tables.flatMap(({ name: table, columns }) =>
      columns.flatMap((column) => {
        const given = overrides.find({ database, table, column })
        const read = given && (readingOf(given, column) ?? readingBehind(given, column))
        const place = databases.length > 1 ? `${database ?? ''}.${table}` : table
        return read === undefined ? [] : [[`${place}.${column.name}`, read] as const]
      }),
    ),
  )
  return { ...options, columnTypes: { ...Object.fromEntries(reads), ...options.columnTypes } }
}

function checkOverride(origin: string, { type, import: from }: ColumnOverride): void {
  if (!isTypeExpression(type)) {
    throw new ConfigurationError(
      `${origin} is ${JSON.stringify(type)}, which is not one TypeScript type.\n` +
        "Write a type such as Meta, 'a' | 'b', import('./meta.js').Meta or import('./meta.js').default.",
    )
  }
  if (from === undefined || importedName(type) !== undefined) return
  throw new ConfigurationError(
    `${origin} imports from ${stringLiteral(from)}, but its type has no name to import.\n` +
      `Write the name, import(${stringLiteral(from)}).Name or, for a default export, import(${stringLiteral(from)}).default inside the type.`,
  )
}

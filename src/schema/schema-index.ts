/** Finds tables in a schema value, and knows at once the few names that a query has to be looked at for. */
import { ConfigurationError, ValueError } from '../errors.js'
import { isObject } from '../options/option-rules.js'
import {
  type ColumnTypeOptions,
  columnTypeChoices,
  defaultColumnTypes,
  type ResolvedColumnTypes,
} from '../types/column-type-options.js'
import type { Base64Column } from '../sql/column-vector.js'
import { hasCapitals } from './lower-case-star.js'
import type { SchemaValue, TableValue } from './value.js'

/** Databases of the server itself, whose tables no schema value describes. */
const SYSTEM_DATABASES: ReadonlySet<string> = new Set([
  'information_schema',
  'mo_catalog',
  'mo_debug',
  'mo_task',
  'mysql',
  'system',
  'system_metrics',
])

/** A schema value, ready to be asked. */
export class SchemaIndex {
  readonly value: SchemaValue
  /** Tables with capitals in a column's name, without their database. */
  readonly capitals: ReadonlySet<string>
  /** Tables with a column that is read in its own way, without their database. */
  readonly reads: ReadonlySet<string>
  /** Tables with columns that are written or returned in their own way, without their database. */
  readonly written: ReadonlySet<string>
  /** Tables with vectors that can travel as base64, without their database. */
  readonly vectors: ReadonlySet<string>

  /** @throws {ConfigurationError} for anything but what mo-codegen writes */
  constructor(value: SchemaValue) {
    if (!isObject(value) || !isObject(value.tables)) {
      throw new ConfigurationError(
        'The option schema is not a schema value. Pass the constant that mo-codegen writes beside DB: ' +
          "import { type DB, schema } from './generated/db.js'.",
      )
    }
    this.value = value
    const capitals = new Set<string>()
    const reads = new Set<string>()
    const written = new Set<string>()
    const vectors = new Set<string>()
    for (const [key, table] of Object.entries(value.tables)) {
      if (table.columns?.some(hasCapitals)) capitals.add(bareName(key))
      if (table.types !== undefined) reads.add(bareName(key))
      if (table.json ?? table.geometries ?? table.enums ?? table.sets) written.add(bareName(key))
      if (base64Columns(table) !== undefined) vectors.add(bareName(key))
    }
    this.capitals = capitals
    this.reads = reads
    this.written = written
    this.vectors = vectors
  }

  /**
   * The table of that name. A database is ignored when only one was generated: `withSchema` reads
   * the same tables in another one.
   */
  find(database: string | undefined, table: string): TableValue | undefined {
    const { tables } = this.value
    if (database === undefined) return ownMember(tables, table)
    if (SYSTEM_DATABASES.has(database)) return undefined
    return ownMember(tables, `${database}.${table}`) ?? ownMember(tables, table)
  }
}

/**
 * The types that columns are read as.
 *
 * @throws {ConfigurationError} when `types` contradicts what the code was generated with
 */
export function resolveColumnTypes(
  types: ColumnTypeOptions | undefined,
  schema: SchemaValue | undefined,
): ResolvedColumnTypes {
  const chosen = { ...defaultColumnTypes, ...withoutUndefined(types) }
  for (const option of optionNames) checkChoice(option, chosen[option])
  if (schema === undefined) return Object.freeze(chosen)
  const generated = { ...defaultColumnTypes, ...withoutUndefined(schema.types) }
  for (const option of optionNames) {
    if (types?.[option] === undefined || chosen[option] === generated[option]) continue
    throw new ConfigurationError(
      `types.${option} is '${chosen[option]}', but schema.types says '${generated[option]}': the types in ` +
        `the generated file would not fit the values. Leave out types, or set types.${option} in ` +
        'mo-codegen.config and generate again.',
    )
  }
  return Object.freeze(generated)
}

function checkChoice(option: keyof ColumnTypeOptions, choice: unknown): void {
  const choices: readonly unknown[] = columnTypeChoices[option]
  if (choices.includes(choice)) return
  throw new ValueError(
    `types.${option} must be one of ${choices.join(', ')}, got ${JSON.stringify(choice)}.`,
  )
}

const optionNames = Object.keys(columnTypeChoices) as (keyof ColumnTypeOptions)[]

function withoutUndefined(types: ColumnTypeOptions | undefined): ColumnTypeOptions {
  return Object.fromEntries(
    Object.entries(types ?? {}).filter(([, choice]) => choice !== undefined),
  )
}

/** The vector columns of a table that the server gives as base64: it refuses narrow ones (20203). */
export function base64Columns({
  vectors,
}: TableValue): { readonly [column: string]: Base64Column } | undefined {
  const columns = Object.entries(vectors ?? {}).flatMap(([name, { element, dimension }]) =>
    element === 'f32' || element === 'f64' ? [[name, { element, dimension }] as const] : [],
  )
  return columns.length === 0 ? undefined : Object.fromEntries(columns)
}

/** A column, table or index may be called `constructor`. */
export function ownMember<Member>(
  members: { readonly [name: string]: Member } | undefined,
  name: string,
): Member | undefined {
  return members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined
}

function bareName(key: string): string {
  return key.slice(key.indexOf('.') + 1)
}

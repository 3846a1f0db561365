import {
  type ColumnRead,
  type ColumnTypeOptions,
  defaultColumnTypes,
  type ResolvedColumnTypes,
} from 'kysely-matrixone/schema'
import type { CamelCaseOptions } from './camel-case.js'
import type { NameFunction } from './chosen-names.js'

/** A generated file: `path` as it was asked for, `text` with `\n` line ends and a final newline. */
export interface EmittedFile {
  readonly path: string
  readonly text: string
}

/** A table that is not in the model, and that an option may be about. */
export interface LeftOutTable {
  readonly database?: string | undefined
  readonly table: string
  /** Its columns, where they are known. */
  readonly columns?: readonly string[]
  /** The options that may be about it: `['overrides', 'slices']`; all when absent. */
  readonly options?: readonly string[]
}

/** Whether an option may be about a table that is not in the model. */
export function mayConcern({ options }: LeftOutTable, option: string): boolean {
  return options?.includes(option) ?? true
}

/** Its name alone, and the one with its database where it has one. */
export function namesOf({ database, table }: LeftOutTable): readonly string[] {
  return database === undefined ? [table] : [table, `${database}.${table}`]
}

/** A type of a column that a configuration gives. */
export interface ColumnOverride {
  /** A TypeScript type: `Meta`, `'a' | 'b'`, `import('./meta.js').Meta`. */
  readonly type: string
  /** The module of the first name in `type` that TypeScript does not have; written into the generated file as it is. */
  readonly import?: string | undefined
  /** Takes `type` as the whole type of the column, without null, Generated and ReadOnly added. */
  readonly raw?: boolean | undefined
}

/** Options that may also be undefined, as `process.env.OTHER_URL` is, under `exactOptionalPropertyTypes` too. */
export type OrUndefined<Options> = {
  readonly [Key in keyof Options]: object extends Pick<Options, Key>
    ? Options[Key] | undefined
    : Options[Key]
}

/** How a schema model is written as TypeScript; plain JSON but for `name`, so that it can be hashed. */
export interface EmitOptions {
  /** How columns are read; the schema value hands it to the program. */
  readonly types?: OrUndefined<ColumnTypeOptions>
  /** How single columns are read, by `table.column`: `{ 'orders.id': 'bigint' }`. */
  readonly columnTypes?: Readonly<Record<string, ColumnRead>>
  /**
   * TypeScript types of single columns, by `[database.]table.column` or a glob of it; a name wins over a
   * glob. A reading of the column's type (`'bigint'`) is decoded so at run time, as with `columnTypes`.
   */
  readonly overrides?: Readonly<Record<string, string | ColumnOverride>>
  /** Takes `@type {Meta}` in the comment of a column for its type; false when absent. */
  readonly commentTypes?: boolean
  /**
   * Writes names as kysely's CamelCasePlugin gives them; an object holds the plugin's own options. False
   * when absent.
   */
  readonly camelCase?: boolean | CamelCaseOptions
  /** Names interfaces in the singular: `articles` → `Article`; false when absent. */
  readonly singularize?: boolean
  /** Writes `Article`, `NewArticle` and `ArticleUpdate` for the rows of each table; false when absent. */
  readonly rowTypes?: boolean
  /** Writes enum columns as TypeScript enums instead of unions; false when absent. */
  readonly runtimeEnums?: boolean
  /** Columns of views that are never null, by `[database.]view.column` or a glob of it. */
  readonly nonNull?: readonly string[]
  /** Writes the constant `schema` beside `DB`; true when absent. */
  readonly schemaValue?: boolean
  /** The `path` of the emitted file; `db.ts` when absent. */
  readonly outFile?: string
  /** Gives names of its own to interfaces, types of rows and enums; `interfaceNames` wins. */
  readonly name?: NameFunction | undefined
  /** One file, or one per table with `outFile` as their index; `one-file` when absent. */
  readonly layout?: Layout
  /** Tables by slice, names or globs: `{ search: ['articles', 'authors'] }` writes `SearchDB`. */
  readonly slices?: Readonly<Record<string, readonly string[]>>
  /** Interface names by table (`articles`; `shop.articles` when there are several databases). */
  readonly interfaceNames?: Readonly<Record<string, string>>
  /**
   * Tables that patterns left out of the model, or that only another target has: an option about one of them is
   * not a mistake. With `any`, none is: the model may be that of a database from which the column was dropped.
   */
  readonly leftOut?: readonly LeftOutTable[] | 'any'
  /** Allows `Float32Array` for `vecf64` columns, which then read with 24 bits of 53. */
  readonly float32ForVecf64?: 'refuse' | 'allow'
}

/** The layouts of the generated files. */
export const layouts = ['one-file', 'file-per-table'] as const

/** One of `layouts`. */
export type Layout = (typeof layouts)[number]

/** The choice made for every option. */
export interface ResolvedEmitOptions extends Required<Omit<EmitOptions, 'name'>> {
  readonly types: ResolvedColumnTypes
  readonly name: NameFunction | undefined
}

/** The choices of options that are left open. */
export const defaultEmitOptions: ResolvedEmitOptions = Object.freeze({
  types: defaultColumnTypes,
  columnTypes: Object.freeze({}),
  overrides: Object.freeze({}),
  commentTypes: false,
  camelCase: false,
  singularize: false,
  rowTypes: false,
  runtimeEnums: false,
  nonNull: Object.freeze([]),
  schemaValue: true,
  outFile: 'db.ts',
  name: undefined,
  layout: 'one-file',
  slices: Object.freeze({}),
  interfaceNames: Object.freeze({}),
  leftOut: Object.freeze([]),
  float32ForVecf64: 'refuse',
})

/** Fills in what the options leave open. */
export function resolveEmitOptions(options: EmitOptions): ResolvedEmitOptions {
  return {
    ...defaultEmitOptions,
    ...withoutUndefined(options),
    types: { ...defaultColumnTypes, ...withoutUndefined(options.types ?? {}) },
  }
}

/**
 * The options that shape the text and are not the defaults: a new option makes no file out of date.
 */
export function changedOptions(options: EmitOptions): object {
  const {
    outFile: _path,
    name: _name,
    leftOut: _others,
    types,
    ...shaping
  } = resolveEmitOptions(options)
  return { ...changed(shaping, defaultEmitOptions), types: changed(types, defaultColumnTypes) }
}

/** The members that are not as in `defaults`. */
export function changed(options: object, defaults: object): object {
  const known = new Map(Object.entries(defaults))
  return Object.fromEntries(
    Object.entries(options).filter(
      ([name, choice]) => JSON.stringify(choice) !== JSON.stringify(known.get(name)),
    ),
  )
}

type Given<Options> = { readonly [Key in keyof Options]?: Exclude<Options[Key], undefined> }

function withoutUndefined<Options extends object>(options: Options): Given<Options> {
  return Object.fromEntries(
    Object.entries(options).filter(([, choice]) => choice !== undefined),
  ) as Given<Options>
}

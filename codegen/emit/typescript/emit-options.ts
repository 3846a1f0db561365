import {
  type ColumnRead,
  type ColumnTypeOptions,
  defaultColumnTypes,
  type ResolvedColumnTypes,
} from 'kysely-matrixone/schema'

/** A generated file: `path` as it was asked for, `text` with `\n` line ends and a final newline. */
export interface EmittedFile {
  readonly path: string
  readonly text: string
}

/** How a schema model is written as TypeScript; plain JSON, so that it can be hashed. */
export interface EmitOptions {
  /** How columns are read; the schema value hands it to the program. */
  readonly types?: ColumnTypeOptions
  /** How single columns are read, by `table.column`: `{ 'orders.id': 'bigint' }`. */
  readonly columnTypes?: Readonly<Record<string, ColumnRead>>
  /** Writes the constant `schema` beside `DB`; true when absent. */
  readonly schemaValue?: boolean
  /** The `path` of the emitted file; `db.ts` when absent. */
  readonly outFile?: string
  /** Interface names by table (`articles`; `shop.articles` when there are several databases). */
  readonly interfaceNames?: Readonly<Record<string, string>>
  /** Allows `Float32Array` for `vecf64` columns, which then read with 24 bits of 53. */
  readonly float32ForVecf64?: 'refuse' | 'allow'
}

/** The choice made for every option. */
export interface ResolvedEmitOptions extends Required<EmitOptions> {
  readonly types: ResolvedColumnTypes
}

/** The choices of options that are left open. */
export const defaultEmitOptions: ResolvedEmitOptions = Object.freeze({
  types: defaultColumnTypes,
  columnTypes: Object.freeze({}),
  schemaValue: true,
  outFile: 'db.ts',
  interfaceNames: Object.freeze({}),
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
  const { outFile: _path, types, ...shaping } = resolveEmitOptions(options)
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

function withoutUndefined<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(
    Object.entries(options).filter(([, choice]) => choice !== undefined),
  ) as Partial<Options>
}

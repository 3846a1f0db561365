import type { ColumnTypeOptions, ResolvedColumnTypes } from 'kysely-matrixone'

/** A generated file: `path` as it was asked for, `text` with `\n` line ends and a final newline. */
export interface EmittedFile {
  readonly path: string
  readonly text: string
}

/** What decides how a schema model is written as TypeScript; plain JSON, so that it can be hashed. */
export interface EmitOptions {
  /** What columns read as: the same object as in `new MatrixOne({ types })`. */
  readonly types?: ColumnTypeOptions
  /** The `path` of the emitted file; `db.ts` when absent. */
  readonly outFile?: string
  /** Interface names by table (`articles`; `shop.articles` when there are several databases). */
  readonly interfaceNames?: Readonly<Record<string, string>>
  /** Allows `types.vector: 'Float32Array'` for `vecf64` columns, which then read with 24 bits of 53. */
  readonly float32ForVecf64?: 'refuse' | 'allow'
}

/** The choice made for every option. */
export interface ResolvedEmitOptions {
  readonly types: ResolvedColumnTypes
  readonly outFile: string
  readonly interfaceNames: Readonly<Record<string, string>>
  readonly float32ForVecf64: 'refuse' | 'allow'
}

/**
 * The reads that `Vector`, `BigInteger`, `Decimal`, … have without a type argument. Repeated here
 * because emission may not load the runtime (and with it kysely); a test compares the two.
 */
export const unwrittenReads: ResolvedColumnTypes = Object.freeze({
  bigint: 'number',
  decimal: 'string',
  date: 'string',
  datetime: 'Date',
  vector: 'number[]',
  json: 'parsed',
})

/** Fills in what the options leave open. */
export function resolveEmitOptions(options: EmitOptions): ResolvedEmitOptions {
  return {
    types: { ...unwrittenReads, ...withoutUndefined(options.types ?? {}) },
    outFile: options.outFile ?? 'db.ts',
    interfaceNames: options.interfaceNames ?? {},
    float32ForVecf64: options.float32ForVecf64 ?? 'refuse',
  }
}

function withoutUndefined(types: ColumnTypeOptions): ColumnTypeOptions {
  return Object.fromEntries(Object.entries(types).filter(([, read]) => read !== undefined))
}

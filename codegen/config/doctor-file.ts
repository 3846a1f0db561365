/** The file of `mo-codegen doctor --search`. */
import type {
  AnySearch,
  EvaluationOptions,
  IndexedSearch,
  JudgedQuery,
  MatrixOne,
  SchemaValue,
} from 'kysely-matrixone'

/** Searches, and what they are measured with. */
export interface DoctorFile<DB, Query> {
  /** The `schema` value that mo-codegen writes beside the types. */
  readonly schema: SchemaValue
  /** The searches by name, for `doctor.evaluate`. */
  readonly searches?: Readonly<Record<string, (db: MatrixOne<DB>, query: Query) => AnySearch>>
  /** Judged queries: from `readBeir`, or your own. */
  readonly judged?: readonly JudgedQuery<Query>[]
  /** Options of `doctor.evaluate`. */
  readonly options?: Omit<EvaluationOptions, 'onProgress' | 'signal'>
  /** A search to measure against exact ones by `doctor.recall`. */
  readonly recall?: {
    readonly search: (db: MatrixOne<DB>, query: Query) => IndexedSearch
    /** Queries; those of `judged` unless given. */
    readonly queries?: readonly Query[]
    /** The one that your program uses first. */
    readonly limits?: readonly number[]
  }
}

/**
 * Types the file of `mo-codegen doctor --search`, its default export.
 *
 * @example
 * export default defineDoctor({
 *   schema,
 *   searches: { words: (db: MatrixOne<DB>, text: string) => db.textSearch('articles', ['title', 'body'], text) },
 *   judged: (await readBeir('./judged')).judged,
 * })
 */
export function defineDoctor<DB, Query>(file: DoctorFile<DB, Query>): DoctorFile<DB, Query> {
  return file
}

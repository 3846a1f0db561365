/**
 * The schema model: plain, sorted JSON between reading and writing. It is the only thing that
 * snapshot files, comparison and emission know; nothing in it differs between two databases with
 * the same schema (no ids, host, row counts or auto_increment values).
 */
import type { VectorElement } from '../types/vector-elements.js'
import type { VectorIndexAlgorithm, VectorMetric } from '../types/indexes.js'

/**
 * The shape below, as major.minor. A new optional field raises the minor version: older readers leave
 * it out with a warning. Anything else raises the major version, and needs a lift from the older one.
 */
export const schemaFormatVersion = '2.0'

/** Kinds of relations; sequences, hidden index tables, partitions and temporary tables are never listed. */
export type TableKind = 'table' | 'view' | 'external' | 'cluster' | 'materialized view'

/** The action of a foreign key when the parent row goes or changes. */
export type ForeignKeyRule = 'restrict' | 'cascade' | 'set null' | 'no action' | 'set default'

/** A column's type. */
export interface ColumnTypeModel {
  /** Lower-case MatrixOne name without sign, width or members: `int`, `varchar`, `enum`, `vecf32`, … */
  readonly name: string
  readonly unsigned?: true
  /** Characters or bytes of char, varchar, binary, varbinary; bits of bit. */
  readonly length?: number
  /** Digits of decimal, and of `float(5,2)` and `double(10,2)`. */
  readonly precision?: number
  /** Digits after the point; fractional-second digits of time, datetime and timestamp. */
  readonly scale?: number
  /** Members of enum and set, in declared order. */
  readonly members?: readonly string[]
  /** A set that reads as the number of its bit mask (3.0.x). */
  readonly bitmask?: true
  readonly vector?: { readonly element: VectorElement; readonly dimension: number }
  /** The element type of `array(…)`, as declared. */
  readonly arrayOf?: string
  /** The spatial reference system of a geometry, when one was declared. */
  readonly srid?: number
}

/** A column; what is absent is false, none or empty. */
export interface ColumnModel {
  readonly name: string
  readonly type: ColumnTypeModel
  readonly nullable?: true
  /** The server's NOT NULL of a view's expression column is not to be trusted. */
  readonly nullabilityUntrusted?: true
  readonly autoIncrement?: true
  readonly default?: string
  readonly onUpdate?: string
  readonly generated?: { readonly expression: string; readonly kind: 'stored' | 'virtual' }
  readonly insertOptional?: true
  readonly comment?: string
}

/** A unique key or plain index. */
export interface IndexModel {
  readonly name: string
  readonly columns: readonly string[]
  readonly algorithm?: string
  readonly prefixLengths?: Readonly<Record<string, number>>
  readonly invisible?: true
  readonly comment?: string
}

/** A vector index. */
export interface VectorIndexModel {
  readonly name: string
  readonly column: string
  readonly algorithm: VectorIndexAlgorithm
  readonly metric: VectorMetric | null
  readonly dimension: number
  readonly include?: readonly string[]
  readonly parameters?: Readonly<Record<string, string>>
  readonly invisible?: true
  readonly comment?: string
}

/** A full-text index. */
export interface FulltextIndexModel {
  /** `''` when the index has no name. */
  readonly name: string
  readonly columns: readonly string[]
  readonly parser: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly invisible?: true
  readonly comment?: string
}

/** An index of any kind but the primary key. */
export type AnyIndexModel =
  | (IndexModel & { readonly kind: 'unique' | 'plain' })
  | (VectorIndexModel & { readonly kind: 'vector' })
  | (FulltextIndexModel & { readonly kind: 'fulltext' })

/**
 * A foreign key; `database` is absent when the parent is in the same database. The parent's columns
 * are in lower case, as the catalog has them.
 */
export interface ForeignKeyModel {
  /** Absent when the server invented it. */
  readonly name?: string
  readonly columns: readonly string[]
  readonly references: {
    readonly database?: string
    readonly table: string
    readonly columns: readonly string[]
  }
  readonly onDelete?: Exclude<ForeignKeyRule, 'restrict'>
  readonly onUpdate?: Exclude<ForeignKeyRule, 'restrict'>
}

/** A CHECK constraint. */
export interface CheckModel {
  /** Absent when the server invented it. */
  readonly name?: string
  /** SQL text, as the server writes it: `` `price` > 0 ``. */
  readonly expression: string
}

/** The partitions of a table; empty when only their existence is known. */
export interface PartitionsModel {
  /** Method and key, as the server writes them: ``hash (`id`)``, ``range columns (`day`)``. */
  readonly by?: string
  /** How many there are, where they have no bounds of their own. */
  readonly count?: number
  /** The partitions of `range` and `list`, in declared order, with their bounds: `values less than (10)`. */
  readonly parts?: readonly { readonly name: string; readonly values: string }[]
}

/** Why a view cannot be read; the server's own sentence changes from version to version. */
export type BrokenView = (typeof brokenViews)[number]

/** Every reason why a view cannot be read. */
export const brokenViews = [
  'missing database',
  'missing table',
  'missing column',
  'invalid definition',
] as const

/** A table or view. */
export interface TableModel {
  readonly name: string
  readonly kind: TableKind
  readonly comment?: string
  /** In declared order. */
  readonly columns: readonly ColumnModel[]
  readonly primaryKey?: readonly string[]
  readonly uniqueKeys?: readonly IndexModel[]
  readonly indexes?: readonly IndexModel[]
  readonly vectorIndexes?: readonly VectorIndexModel[]
  readonly fulltextIndexes?: readonly FulltextIndexModel[]
  readonly foreignKeys?: readonly ForeignKeyModel[]
  readonly checks?: readonly CheckModel[]
  readonly partitions?: PartitionsModel
  /** The columns of CLUSTER BY. */
  readonly clusterBy?: readonly string[]
  /**
   * The query of a view in normal form: one blank between tokens, words in lower case, without
   * comments, needless backticks and the name of the view's own database.
   */
  readonly definition?: string
  /** Where an external table reads from, and how: `filepath`, `bucket`, `format`; never credentials. */
  readonly source?: Readonly<Record<string, string>>
  readonly broken?: BrokenView
}

/** The tables of one database. */
export interface DatabaseModel {
  /** Absent for the only database of a model: two databases with the same schema give the same model. */
  readonly name?: string
  /** Sorted by name (code points). */
  readonly tables: readonly TableModel[]
}

/** The schema: compared with others, generated from, and written to snapshot files. */
export interface SchemaModel {
  readonly formatVersion: typeof schemaFormatVersion
  /** The older format that the model was read from: what that does not hold is unknown, not none. */
  readonly liftedFrom?: '1'
  /** Sorted by name (code points). */
  readonly databases: readonly DatabaseModel[]
}

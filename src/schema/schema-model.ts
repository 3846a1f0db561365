/**
 * The schema model: plain, sorted JSON between reading and writing. It is the only thing that
 * snapshot files, comparison and emission know; nothing in it differs between two databases with
 * the same schema (no ids, host, row counts or auto_increment values).
 */
import type { VectorElement } from '../types/vector-elements.js'
import type { VectorIndexAlgorithm, VectorMetric } from '../types/indexes.js'

/** Raised when the shape below changes, so that an old snapshot file is recognised. */
export const schemaFormatVersion = 1

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

/** A foreign key; `database` is absent when the parent is in the same database. */
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
  readonly partitioned?: true
  readonly broken?: string
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
  /** Sorted by name (code points). */
  readonly databases: readonly DatabaseModel[]
}

import type { VectorIndexAlgorithm, VectorMetric } from '../../types/indexes.js'
import type { ForeignKeyRule, TableKind } from '../../schema/schema-model.js'
import type { VectorElement } from '../../types/column-types.js'

export type { ForeignKeyRule, TableKind } from '../../schema/schema-model.js'

/** A column's type as the catalog holds it, decoded from `atttyp` and `attr_enum`. */
export interface ColumnTypeMetadata {
  /** MatrixOne's own lower-case name without sign, width or members: `int`, `varchar`, `bool`, `enum`, `vecf32`, `array`; `unknown` for a type that this library does not know. */
  readonly name: string
  /** The type as it would be declared, for people: `int unsigned`, `varchar(20)`, `vecf32(768)`, `enum('a','b')`. */
  readonly declared: string
  readonly unsigned: boolean
  /** Characters or bytes of char, varchar, binary, varbinary; bits of bit; null otherwise. */
  readonly length: number | null
  /** Digits of decimal; null otherwise. */
  readonly precision: number | null
  /** Digits after the point of decimal; fractional-second digits of time, datetime and timestamp; null otherwise. */
  readonly scale: number | null
  /** The members of enum and set in declared order; null otherwise. */
  readonly members: readonly string[] | null
  /** The server sends this set as the number of its bit mask (3.0.x); absent elsewhere. */
  readonly bitmask?: true
  /** Element type and dimension of a vector column; null otherwise. */
  readonly vector: { readonly element: VectorElement; readonly dimension: number } | null
  /** The element type of `array(…)` as declared: `int`, `varchar(10)`; null otherwise. */
  readonly arrayOf: string | null
}

/** One column. */
export interface ColumnMetadata {
  readonly name: string
  /** 1-based position. */
  readonly position: number
  readonly type: ColumnTypeMetadata
  readonly nullable: boolean
  /** False for an expression column of a view: MatrixOne marks those not null without proof (4.2.0). */
  readonly nullabilityTrusted: boolean
  readonly autoIncrement: boolean
  /** The default's SQL text; null when there is none. */
  readonly defaultValue: string | null
  /** The `on update` expression; null when there is none. */
  readonly onUpdate: string | null
  readonly generated: { readonly expression: string; readonly kind: 'stored' | 'virtual' } | null
  /** Whether an INSERT may leave the column out: auto_increment, a default, nullable or generated. */
  readonly insertOptional: boolean
  readonly comment: string
}

/** A primary or unique key, or a plain index; `columns` in key order. */
export interface IndexMetadata {
  readonly name: string
  readonly columns: readonly string[]
  /** `''` for the server's default structure, else `btree`, `master`, `rtree`. */
  readonly algorithm: string
  readonly visible: boolean
  readonly comment: string
  /** Key prefix lengths in characters, by column (`c(10)`); empty when whole columns are indexed. */
  readonly prefixLengths: Readonly<Record<string, number>>
}

/** A vector index. */
export interface VectorIndexMetadata {
  readonly name: string
  readonly column: string
  readonly algorithm: VectorIndexAlgorithm
  /** Null when `op_type` is none that this version knows. */
  readonly metric: VectorMetric | null
  readonly dimension: number
  /** Further columns of `INCLUDE (…)`. */
  readonly include: readonly string[]
  /** The other index parameters as text, by name: `lists`, `m`, `ef_construction`, `ef_search`, `quantization`, `async`, `auto_update`, … */
  readonly parameters: Readonly<Record<string, string>>
  readonly visible: boolean
  readonly comment: string
}

/** A full-text index: `MATCH` needs exactly this column set. */
export interface FulltextIndexMetadata {
  /** `''` for an index that was created without a name. */
  readonly name: string
  readonly columns: readonly string[]
  /** `default`, `ngram`, `json`, `json_value` or `gojieba`. */
  readonly parser: string
  readonly parameters: Readonly<Record<string, string>>
  readonly visible: boolean
  readonly comment: string
}

/** A foreign key. */
export interface ForeignKeyMetadata {
  /** Null when the server invented the name (a random UUID that differs in every database). */
  readonly name: string | null
  readonly columns: readonly string[]
  readonly references: {
    readonly database: string
    readonly table: string
    readonly columns: readonly string[]
  }
  readonly onDelete: ForeignKeyRule
  readonly onUpdate: ForeignKeyRule
}

/** A table or view. */
export interface TableMetadata {
  readonly name: string
  readonly kind: TableKind
  readonly comment: string
  /** In declared order. */
  readonly columns: readonly ColumnMetadata[]
  readonly primaryKey: readonly string[]
  readonly uniqueKeys: readonly IndexMetadata[]
  readonly indexes: readonly IndexMetadata[]
  readonly vectorIndexes: readonly VectorIndexMetadata[]
  readonly fulltextIndexes: readonly FulltextIndexMetadata[]
  readonly foreignKeys: readonly ForeignKeyMetadata[]
  readonly partitioned: boolean
  /** The problem that a view's definition has (a dropped base table, changed columns); null when it works. */
  readonly brokenReason: string | null
}

/** All tables and views of one database, read at one instant. */
export interface DatabaseMetadata {
  readonly name: string
  readonly serverVersion: string
  /** Set when the database is a subscription to another account's publication. */
  readonly subscription: { readonly account: string; readonly publication: string } | null
  /** Sorted by name (code points). */
  readonly tables: readonly TableMetadata[]
  /** `catalog` when read from `mo_catalog`; `information_schema` when rights were missing and index parameters are therefore unknown; `show` for a subscription. */
  readonly source: 'catalog' | 'information_schema' | 'show'
  /** What the reader should know: missing rights with the GRANTs, mixed-case columns, names that mysql2 refuses. */
  readonly warnings: readonly string[]
}

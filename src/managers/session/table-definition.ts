import type { ForeignKeyRule } from '../metadata/metadata-types.js'
import type { VectorElement } from '../../types/column-types.js'
import type { VectorIndexAlgorithm, VectorMetric } from '../../types/indexes.js'

/** A column's type as a schema snapshot file of `mo-codegen` holds it. */
export interface TypeDefinition {
  /** Lower-case MatrixOne name: `int`, `varchar`, `enum`, `vecf32`. */
  readonly name: string
  readonly unsigned?: true
  readonly length?: number
  readonly precision?: number
  readonly scale?: number
  readonly members?: readonly string[]
  readonly vector?: { readonly element: VectorElement; readonly dimension: number }
  readonly arrayOf?: string
}

/** A column of a snapshot file. */
export interface ColumnDefinition {
  readonly name: string
  readonly type: TypeDefinition
  readonly nullable?: true
  readonly autoIncrement?: true
  /** SQL text. */
  readonly default?: string
  /** SQL text. */
  readonly onUpdate?: string
  readonly generated?: { readonly expression: string; readonly kind: 'stored' | 'virtual' }
  readonly comment?: string
}

/** A unique key or plain index of a snapshot file. */
export interface KeyDefinition {
  readonly name: string
  readonly columns: readonly string[]
  readonly algorithm?: string
  readonly prefixLengths?: Readonly<Record<string, number>>
  readonly comment?: string
}

/** A vector index of a snapshot file. */
export interface VectorIndexDefinition {
  readonly name: string
  readonly column: string
  readonly algorithm: VectorIndexAlgorithm
  readonly metric: VectorMetric | null
  readonly include?: readonly string[]
  readonly parameters?: Readonly<Record<string, string>>
  readonly comment?: string
}

/** A full-text index of a snapshot file. */
export interface FulltextIndexDefinition {
  readonly name: string
  readonly columns: readonly string[]
  readonly parser: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly comment?: string
}

/** A foreign key of a snapshot file. */
export interface ForeignKeyDefinition {
  readonly name?: string
  readonly columns: readonly string[]
  readonly references: {
    readonly database?: string
    readonly table: string
    readonly columns: readonly string[]
  }
  readonly onDelete?: ForeignKeyRule
  readonly onUpdate?: ForeignKeyRule
}

/**
 * A table as `mo-codegen snapshot` writes it (`databases[0].tables[n]` of the file), and as its
 * library hands it out: what a table is made from again.
 */
export interface TableDefinition {
  readonly name: string
  readonly kind: string
  readonly comment?: string
  readonly columns: readonly ColumnDefinition[]
  readonly primaryKey?: readonly string[]
  readonly uniqueKeys?: readonly KeyDefinition[]
  readonly indexes?: readonly KeyDefinition[]
  readonly vectorIndexes?: readonly VectorIndexDefinition[]
  readonly fulltextIndexes?: readonly FulltextIndexDefinition[]
  readonly foreignKeys?: readonly ForeignKeyDefinition[]
  readonly partitioned?: true
}

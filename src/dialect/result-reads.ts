/**
 * Which columns of a result are read in a way of their own: as the schema value says of the column that
 * they come from, or from base64. Everything else is read as `types` says.
 */
import type { CompiledQuery, RootOperationNode } from 'kysely'
import type { SchemaIndex } from '../schema/schema-index.js'
import type { ColumnRead } from '../types/column-type-options.js'
import type { Base64Column } from '../sql/column-vector.js'
import type { FieldReads } from '../wire/field-reads.js'
import { ColumnTracer, type Output } from './trace-columns.js'

const bound = new WeakMap<RootOperationNode, FieldReads>()

/** Finds the columns of a query that are read in their own way, for when its result arrives. */
export function bindFieldReads(
  sent: RootOperationNode,
  { written, schema, vectors }: ReadsOf,
): void {
  const tracer = new ColumnTracer(schema, { factsOf: ({ types }) => types, unions: 'first part' })
  const outputs = tracer.outputsOf(written)
  const hasReads = outputs.some(({ facts }) => facts.size > 0)
  if (hasReads || vectors !== undefined) bound.set(sent, new OutputReads(outputs, vectors))
}

/** Sources of the reads of a query. */
export interface ReadsOf {
  /** The query before its vectors were asked for as base64. */
  readonly written: RootOperationNode
  readonly schema: SchemaIndex
  /** The columns of the result that arrive as base64. */
  readonly vectors?: ReadonlyMap<string, Base64Column> | undefined
}

/** The columns of the query's result that are read in their own way. */
export function fieldReadsOf({ query }: CompiledQuery): FieldReads | undefined {
  return bound.get(query)
}

class OutputReads implements FieldReads {
  readonly #columns = new Map<string, ColumnRead | undefined>()
  readonly #stars: readonly Output<ColumnRead>[]
  readonly #vectors: ReadonlyMap<string, Base64Column> | undefined

  constructor(
    outputs: readonly Output<ColumnRead>[],
    vectors: ReadonlyMap<string, Base64Column> | undefined,
  ) {
    this.#stars = outputs.filter(({ name }) => name === undefined)
    this.#vectors = vectors
    for (const { name, facts } of outputs) {
      if (name !== undefined) this.#columns.set(name, facts.get(name))
    }
  }

  readOf(table: string, column: string): ColumnRead | undefined {
    if (this.#columns.has(column)) return this.#columns.get(column)
    for (const star of this.#stars) {
      const isOther = table !== '' && star.table !== undefined && star.table !== table
      const read = isOther ? undefined : star.facts.get(column)
      if (read !== undefined) return read
    }
    return undefined
  }

  vectorOf(column: string): Base64Column | undefined {
    return this.#vectors?.get(column)
  }
}

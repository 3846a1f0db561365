import type { ColumnModel, ColumnTypeModel } from 'kysely-matrixone/schema'
import { ConfigurationError } from '../../errors.js'
import { unwrittenReads, type ResolvedEmitOptions } from './emit-options.js'
import { stringLiteral } from './identifiers.js'

/** The names that a generated file imports or declares for its columns. */
export type TypeName =
  | 'BigInteger'
  | 'DateOnly'
  | 'DateTime'
  | 'Decimal'
  | 'Generated'
  | 'GeneratedAlways'
  | 'Json'
  | 'ReadOnly'
  | 'SetOf'
  | 'Vector'

/** What a column's type depends on beside the column itself. */
export interface ColumnContext {
  /** For messages: `articles.embedding`. */
  readonly source: string
  /** Of a view or an external table: nothing can be written. */
  readonly readOnly: boolean
  readonly options: ResolvedEmitOptions
  /** Collects what has to be imported. */
  readonly used: Set<TypeName>
}

/**
 * The TypeScript type of a column: what it holds, whether it may be null, and whether it may or
 * must be written.
 *
 * @throws {ConfigurationError} for a vecf64 column that is declared to read as `Float32Array`
 */
export function columnType(column: ColumnModel, context: ColumnContext): string {
  const held = heldType(column.type, context)
  const mayBeNull = column.nullable === true || column.nullabilityUntrusted === true
  const read = mayBeNull ? `${held}${held.startsWith('\n') ? '\n  ' : ' '}| null` : held
  if (context.readOnly) return wrap('ReadOnly', read, context)
  if (column.generated) return wrap('GeneratedAlways', read, context)
  // kysely lets nullable columns be left out anyway.
  if (column.insertOptional && !mayBeNull) return wrap('Generated', read, context)
  return read
}

function wrap(name: TypeName, read: string, context: ColumnContext): string {
  context.used.add(name)
  return `${name}<${read}${read.startsWith('\n') ? '\n' : ''}>`
}

function heldType(type: ColumnTypeModel, context: ColumnContext): string {
  const { types } = context.options
  if (type.vector) return vector(type.vector, context)
  switch (type.name) {
    case 'bool':
      return 'boolean'
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'year':
    case 'float':
    case 'double':
      return 'number'
    case 'bigint':
      return bigInteger(context)
    case 'decimal':
      return named(
        'Decimal',
        types.decimal === unwrittenReads.decimal ? [] : [types.decimal],
        context,
      )
    case 'bit':
      return (type.length ?? 1) > 53 ? 'bigint' : 'number'
    case 'char':
    case 'varchar':
    case 'text':
    case 'uuid':
    case 'datalink':
    case 'time':
      return 'string'
    case 'binary':
    case 'varbinary':
    case 'blob':
      return 'Buffer'
    case 'date':
      return named('DateOnly', types.date === unwrittenReads.date ? [] : [types.date], context)
    case 'datetime':
    case 'timestamp':
      return named(
        'DateTime',
        types.datetime === unwrittenReads.datetime ? [] : [types.datetime],
        context,
      )
    case 'json':
    case 'array':
      return named('Json', types.json === 'parsed' ? [] : [types.json], context)
    case 'enum':
      return type.members?.length ? union(type.members) : 'string'
    case 'set':
      if (type.bitmask) return bigInteger(context)
      return type.members?.length ? wrap('SetOf', union(type.members), context) : 'string'
    default:
      // WKT text both ways: mysql2 alone reads it as null, the dialect as it is sent.
      return isGeometry(type) ? 'string' : 'unknown'
  }
}

/** Also a set on 3.0.x, which is sent as the mask of its members and takes their text as well. */
function bigInteger(context: ColumnContext): string {
  const { bigint } = context.options.types
  return named('BigInteger', bigint === unwrittenReads.bigint ? [] : [bigint], context)
}

function vector(
  { element, dimension }: NonNullable<ColumnTypeModel['vector']>,
  context: ColumnContext,
): string {
  const { types, float32ForVecf64 } = context.options
  if (element === 'f64' && types.vector === 'Float32Array' && float32ForVecf64 === 'refuse') {
    throw new ConfigurationError(
      `${context.source} is vecf64, and types.vector is 'Float32Array': it would read with 24 bits of 53.\n` +
        `Set types.vector to 'number[]' or 'Float64Array' here and in new MatrixOne(…), ` +
        `or accept the loss with float32ForVecf64: 'allow'.`,
    )
  }
  const read = types.vector === unwrittenReads.vector ? [] : [types.vector]
  return named('Vector', [stringLiteral(element), String(dimension), ...read], context)
}

/** Whether a column holds a shape: `geometry`, `point`, `multipolygon`, … */
export function isGeometry({ name }: ColumnTypeModel): boolean {
  return /^(multi)?(geometry(32|collection)?|point|linestring|polygon)$/.test(name)
}

function named(name: TypeName, parameters: readonly string[], context: ColumnContext): string {
  context.used.add(name)
  return parameters.length === 0 ? name : `${name}<${parameters.join(', ')}>`
}

/** Many members are written one a line, the first after a line break. */
function union(members: readonly string[]): string {
  const literals = [...new Set(members)].map(stringLiteral)
  const line = literals.join(' | ')
  return line.length <= 72
    ? line
    : literals
        .map(
          (literal) => `
  | ${literal}`,
        )
        .join('')
}

import {
  type ColumnModel,
  type ColumnRead,
  type ColumnTypeModel,
  columnTypeChoices,
  defaultColumnTypes,
  isAssignable,
  largestCheckedSet,
  readOption,
  type ResolvedColumnTypes,
  shapeOf,
  type ValueType,
  valuesOf,
} from 'kysely-matrixone/schema'
import { ConfigurationError } from '../../errors.js'
import type { ColumnOverride, ResolvedEmitOptions } from './emit-options.js'
import { stringLiteral } from './identifiers.js'

/** The names that a generated file imports or declares for its columns. */
export type TypeName =
  | 'BigInteger'
  | 'Buffer'
  | 'DateOnly'
  | 'DateTime'
  | 'Decimal'
  | 'Generated'
  | 'GeneratedAlways'
  | 'Json'
  | 'ReadOnly'
  | 'SetOf'
  | 'Vector'

/** Everything but the column itself that its type depends on. */
export interface ColumnContext {
  /** For messages: `articles.embedding`. */
  readonly source: string
  /** Of a view or an external table: nothing can be written. */
  readonly readOnly: boolean
  /** The type that it is given; absent for that of the database. */
  readonly override?: Pick<ColumnOverride, 'type' | 'raw'> | undefined
  /** Of a view, and said never to be null. */
  readonly nonNull?: boolean
  /** How this column is read. */
  readonly types: ResolvedColumnTypes
  readonly options: Pick<ResolvedEmitOptions, 'float32ForVecf64'>
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
  const { override } = context
  if (override?.raw) return override.type
  const held = override
    ? overridden(column.type, override.type, context)
    : heldType(column.type, context)
  const mayBeNull =
    !context.nonNull && (column.nullable === true || column.nullabilityUntrusted === true)
  const type = mayBeNull ? `${held}${held.startsWith('\n') ? '\n  ' : ' '}| null` : held
  if (context.readOnly) return wrap('ReadOnly', type, context)
  if (column.generated) return wrap('GeneratedAlways', type, context)
  // kysely lets nullable columns be left out anyway.
  if (column.insertOptional && !mayBeNull) return wrap('Generated', type, context)
  return type
}

/** JSON is written as what is read, or as text of its own: an interface needs no index signature. */
function overridden(model: ColumnTypeModel, type: string, context: ColumnContext): string {
  if (readOption(model) === 'json') return named('Json', [type], context)
  refuseOtherValues(model, type, context)
  return /=>|\bextends\b|\bkeyof\b|\binfer\b/.test(type) ? `(${type})` : type
}

const valueTypes: ReadonlySet<string> = new Set([
  'boolean',
  'number',
  'bigint',
  'string',
  'Date',
  'Buffer',
])

/** A type of one's own describes the values that are read; one of these would deny them. */
function refuseOtherValues(
  model: ColumnTypeModel,
  type: string,
  { source, types }: ColumnContext,
): void {
  const { reads } = valuesOf(model, types)
  const [value] = reads
  if (!valueTypes.has(type) || value === 'unknown') return
  if (isAssignable(reads, [type as ValueType])) return
  const option = readOption(model)
  const choices = option === undefined ? [] : columnTypeChoices[option]
  throw new ConfigurationError(
    `The override of ${source} is ${stringLiteral(type)}, but ${model.name} is read as ` +
      `${typeof value === 'object' ? 'string' : String(value)}: no value would have that type.\n` +
      (choices.length > 1
        ? `Write one of ${choices.map(stringLiteral).join(', ')}, which the run time follows.`
        : 'Leave it out, or write a type that those values have.'),
  )
}

function wrap(name: TypeName, type: string, context: ColumnContext): string {
  context.used.add(name)
  return `${name}<${type}${type.startsWith('\n') ? '\n' : ''}>`
}

function heldType(type: ColumnTypeModel, context: ColumnContext): string {
  const shape = shapeOf(type)
  switch (shape.name) {
    case 'Vector':
      return vector(shape.vector, context)
    case 'union':
      return union(shape.members)
    case 'SetOf':
      return wrap('SetOf', union(shape.members) + textOfSet(shape.members), context)
    case 'BigInteger':
    case 'Decimal':
    case 'DateOnly':
    case 'DateTime':
    case 'Json':
      return read(shape.name, shape.option, context)
    case 'TinyInteger':
      return context.types.tinyint
    case 'Buffer':
      return named('Buffer', [], context)
    case 'boolean':
    case 'number':
    case 'bigint':
    case 'string':
    case 'unknown':
      return shape.name
  }
}

/** A type whose parameter says how it is read; the default one is not written. */
function read(name: TypeName, option: keyof ResolvedColumnTypes, context: ColumnContext): string {
  const choice: ColumnRead = context.types[option]
  const isWritten = choice !== defaultColumnTypes[option] && choice !== 'parsed'
  return named(name, isWritten ? [choice] : [], context)
}

function vector(
  { element, dimension }: NonNullable<ColumnTypeModel['vector']>,
  context: ColumnContext,
): string {
  const { types, options } = context
  const { float32ForVecf64 } = options
  if (element === 'f64' && types.vector === 'Float32Array' && float32ForVecf64 === 'refuse') {
    throw new ConfigurationError(
      `${context.source} is vecf64 and would be read as Float32Array, with 24 bits of 53.\n` +
        `Set types.vector, or columnTypes['${context.source}'], to 'number[]' or 'Float64Array', ` +
        `or accept the loss with float32ForVecf64: 'allow'.`,
    )
  }
  const parameters = [stringLiteral(element), String(dimension)]
  const isDefault = types.vector === defaultColumnTypes.vector
  return named('Vector', isDefault ? parameters : [...parameters, types.vector], context)
}

function named(name: TypeName, parameters: readonly string[], context: ColumnContext): string {
  context.used.add(name)
  return parameters.length === 0 ? name : `${name}<${parameters.join(', ')}>`
}

/** The type of a set whose texts the compiler does not check. */
function textOfSet(members: readonly string[]): string {
  return new Set(members).size > largestCheckedSet ? ', string' : ''
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

/**
 * Checks that parsed JSON is a schema model. The shapes are typed by the model's keys, so a field
 * that is added to the model without a check does not compile. Unknown fields are refused, because a
 * snapshot that was edited or merged by hand must not be half understood; those of a newer minor
 * version are left out.
 */
import { vectorElements } from '../../types/vector-elements.js'
import {
  brokenViews,
  schemaFormatVersion,
  type CheckModel,
  type ColumnModel,
  type ColumnTypeModel,
  type DatabaseModel,
  type ForeignKeyModel,
  type FulltextIndexModel,
  type IndexModel,
  type PartitionsModel,
  type SchemaModel,
  type TableModel,
  type VectorIndexModel,
} from '../schema-model.js'

/** Says where and why the JSON is not a schema model. */
export class ModelShapeError extends Error {}

type Check = (value: unknown, path: string, context: Context) => void

interface Context {
  /** Takes the places of unknown fields; they are refused when it is absent. */
  readonly onUnknown?: ((path: string) => void) | undefined
}

type Shape<Model> = { readonly [Field in keyof Model]-?: Check }

/**
 * Returns the value as a schema model.
 *
 * @param onUnknown told each field that this version does not know, which is then removed from the
 *   value; without it such a field is an error
 * @throws {ModelShapeError} naming the first wrong place
 */
export function validateModel(value: unknown, onUnknown?: (path: string) => void): SchemaModel {
  checkModel(value, '', { onUnknown })
  return value as SchemaModel
}

const text: Check = (value, path) => {
  if (typeof value !== 'string') fail(path, 'a string', value)
}
const count: Check = (value, path) => {
  if (!Number.isSafeInteger(value)) fail(path, 'a whole number', value)
}
const yes: Check = (value, path) => {
  if (value !== true) fail(path, 'true (or nothing)', value)
}

function oneOf(...allowed: readonly unknown[]): Check {
  return (value, path) => {
    if (!allowed.includes(value)) fail(path, `one of ${allowed.join(', ')}`, value)
  }
}

function optional(check: Check): Check {
  return (value, path, context) => {
    if (value !== undefined) check(value, path, context)
  }
}

function listOf(check: Check): Check {
  return (value, path, context) => {
    if (!Array.isArray(value)) return fail(path, 'a list', value)
    value.forEach((item: unknown, at) => check(item, `${path}[${at}]`, context))
  }
}

function recordOf(check: Check): Check {
  return (value, path, context) => {
    for (const [key, item] of Object.entries(asObject(value, path))) {
      check(item, `${path}.${key}`, context)
    }
  }
}

function shape<Model>(fields: Shape<Model>): Check {
  const checks = Object.entries<Check>(fields)
  return (value, path, context) => {
    const object = asObject(value, path)
    for (const key of Object.keys(object)) {
      if (Object.hasOwn(fields, key)) continue
      if (context.onUnknown === undefined) {
        throw new ModelShapeError(`${join(path, key)} is unknown`)
      }
      context.onUnknown(join(path, key))
      Reflect.deleteProperty(object, key)
    }
    for (const [key, check] of checks) check(Reflect.get(object, key), join(path, key), context)
  }
}

/** A list whose items have different names. */
function namedList(check: Check): Check {
  const list = listOf(check)
  return (value, path, context) => {
    list(value, path, context)
    const seen = new Set<unknown>()
    for (const item of value as readonly { readonly name?: string }[]) {
      if (seen.has(item.name))
        throw new ModelShapeError(`${path} has ${item.name ?? 'an unnamed item'} twice`)
      seen.add(item.name)
    }
  }
}

const rule = oneOf('cascade', 'set null', 'no action', 'set default')
const names = listOf(text)
const element = oneOf(...vectorElements)

const columnType = shape<ColumnTypeModel>({
  name: text,
  unsigned: optional(yes),
  length: optional(count),
  precision: optional(count),
  scale: optional(count),
  members: optional(names),
  bitmask: optional(yes),
  vector: optional(shape<NonNullable<ColumnTypeModel['vector']>>({ element, dimension: count })),
  arrayOf: optional(text),
  srid: optional(count),
})

const column = shape<ColumnModel>({
  name: text,
  type: columnType,
  nullable: optional(yes),
  nullabilityUntrusted: optional(yes),
  autoIncrement: optional(yes),
  default: optional(text),
  onUpdate: optional(text),
  generated: optional(
    shape<NonNullable<ColumnModel['generated']>>({
      expression: text,
      kind: oneOf('stored', 'virtual'),
    }),
  ),
  insertOptional: optional(yes),
  comment: optional(text),
})

const index = shape<IndexModel>({
  name: text,
  columns: names,
  algorithm: optional(text),
  prefixLengths: optional(recordOf(count)),
  invisible: optional(yes),
  comment: optional(text),
})

const vectorIndex = shape<VectorIndexModel>({
  name: text,
  column: text,
  algorithm: oneOf('ivfflat', 'hnsw', 'ivfpq', 'cagra'),
  metric: oneOf('l2', 'l2sq', 'l1', 'ip', 'cosine', null),
  dimension: count,
  include: optional(names),
  parameters: optional(recordOf(text)),
  invisible: optional(yes),
  comment: optional(text),
})

const fulltextIndex = shape<FulltextIndexModel>({
  name: text,
  columns: names,
  parser: text,
  parameters: optional(recordOf(text)),
  invisible: optional(yes),
  comment: optional(text),
})

const foreignKey = shape<ForeignKeyModel>({
  name: optional(text),
  columns: names,
  references: shape<ForeignKeyModel['references']>({
    database: optional(text),
    table: text,
    columns: names,
  }),
  onDelete: optional(rule),
  onUpdate: optional(rule),
})

const partitions = shape<PartitionsModel>({
  by: optional(text),
  count: optional(count),
  parts: optional(
    listOf(shape<NonNullable<PartitionsModel['parts']>[number]>({ name: text, values: text })),
  ),
})

const table = shape<TableModel>({
  name: text,
  kind: oneOf('table', 'view', 'external', 'cluster', 'materialized view'),
  comment: optional(text),
  columns: namedList(column),
  primaryKey: optional(names),
  uniqueKeys: optional(listOf(index)),
  indexes: optional(listOf(index)),
  vectorIndexes: optional(listOf(vectorIndex)),
  fulltextIndexes: optional(listOf(fulltextIndex)),
  foreignKeys: optional(listOf(foreignKey)),
  checks: optional(listOf(shape<CheckModel>({ name: optional(text), expression: text }))),
  partitions: optional(partitions),
  clusterBy: optional(names),
  definition: optional(text),
  source: optional(recordOf(text)),
  broken: optional(oneOf(...brokenViews)),
})

const database = shape<DatabaseModel>({ name: optional(text), tables: namedList(table) })

const checkModel = shape<SchemaModel>({
  formatVersion: oneOf(schemaFormatVersion),
  liftedFrom: optional(oneOf('1')),
  databases: namedList(database),
})

function asObject(value: unknown, path: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail(path, 'an object', value)
  }
  return value as object
}

function fail(path: string, wanted: string, value: unknown): never {
  const found = value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'nothing')
  throw new ModelShapeError(
    `${path === '' ? 'the file' : path} should be ${wanted}, found ${found.slice(0, 60)}`,
  )
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

/**
 * Checks that parsed JSON is a schema model. The shapes are typed by the model's keys, so a field
 * that is added to the model without a check does not compile; unknown fields are refused, because
 * a snapshot that was edited or merged by hand must not be half understood.
 */
import { vectorElements } from '../../types/vector-elements.js'
import {
  schemaFormatVersion,
  type ColumnModel,
  type ColumnTypeModel,
  type DatabaseModel,
  type ForeignKeyModel,
  type FulltextIndexModel,
  type IndexModel,
  type SchemaModel,
  type TableModel,
  type VectorIndexModel,
} from '../schema-model.js'

/** Says where and why the JSON is not a schema model. */
export class ModelShapeError extends Error {}

type Check = (value: unknown, path: string) => void

type Shape<Model> = { readonly [Field in keyof Model]-?: Check }

/** Returns the value as a schema model, or throws `ModelShapeError` naming the first wrong place. */
export function validateModel(value: unknown): SchemaModel {
  checkModel(value, '')
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
  return (value, path) => {
    if (value !== undefined) check(value, path)
  }
}

function listOf(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return fail(path, 'a list', value)
    value.forEach((item: unknown, at) => check(item, `${path}[${at}]`))
  }
}

function recordOf(check: Check): Check {
  return (value, path) => {
    for (const [key, item] of Object.entries(asObject(value, path))) check(item, `${path}.${key}`)
  }
}

function shape<Model>(fields: Shape<Model>): Check {
  const checks = Object.entries<Check>(fields)
  return (value, path) => {
    const object = asObject(value, path)
    for (const key of Object.keys(object)) {
      if (!Object.hasOwn(fields, key)) throw new ModelShapeError(`${join(path, key)} is unknown`)
    }
    for (const [key, check] of checks) check(Reflect.get(object, key), join(path, key))
  }
}

/** A list whose items have different names. */
function namedList(check: Check): Check {
  const list = listOf(check)
  return (value, path) => {
    list(value, path)
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
  partitioned: optional(yes),
  broken: optional(text),
})

const database = shape<DatabaseModel>({ name: optional(text), tables: namedList(table) })

const checkModel = shape<SchemaModel>({
  formatVersion: oneOf(schemaFormatVersion),
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

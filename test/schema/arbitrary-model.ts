/** Schema models for property tests: any names, every field present or absent. */
import fc from 'fast-check'
import {
  brokenViews,
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
} from '../../src/schema/schema-model.js'

const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }),
  fc.constantFrom('id', 'name', '__proto__', 'a.b', "it's", '*/', '😀', '\uE000', 'Ä'),
)
const text = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' })
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 3 })
const yes = fc.constant(true as const)

function record<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Readonly<Record<string, Value>>> {
  return fc.dictionary(name, value, { minKeys: 1, maxKeys: 3, noNullPrototype: true })
}

function optional<Required extends object, Optional extends object>(
  required: { [Key in keyof Required]: fc.Arbitrary<Required[Key]> },
  rest: { [Key in keyof Optional]: fc.Arbitrary<Optional[Key]> },
): fc.Arbitrary<Required & Partial<Optional>> {
  return fc
    .tuple(fc.record(required), fc.record(rest, { requiredKeys: [] }))
    .map(([always, sometimes]) => ({ ...always, ...sometimes }) as Required & Partial<Optional>)
}

const columnType: fc.Arbitrary<ColumnTypeModel> = optional(
  { name: fc.constantFrom('int', 'varchar', 'enum', 'vecf32', 'array', 'decimal') },
  {
    unsigned: yes,
    length: fc.nat(100),
    precision: fc.nat(38),
    scale: fc.nat(6),
    members: fc.array(text, { maxLength: 3 }),
    vector: fc.record({
      element: fc.constantFrom('f32' as const, 'f64' as const),
      dimension: fc.integer({ min: 1, max: 65535 }),
    }),
    arrayOf: text,
    bitmask: yes,
    srid: fc.nat(10000),
  },
)

const column: fc.Arbitrary<ColumnModel> = optional(
  { name, type: columnType },
  {
    nullable: yes,
    nullabilityUntrusted: yes,
    autoIncrement: yes,
    default: text,
    onUpdate: text,
    generated: fc.record({
      expression: text,
      kind: fc.constantFrom('stored' as const, 'virtual' as const),
    }),
    insertOptional: yes,
    comment: text,
  },
)

const index: fc.Arbitrary<IndexModel> = optional(
  { name, columns: names },
  { algorithm: text, prefixLengths: record(fc.nat(100)), invisible: yes, comment: text },
)

const vectorIndex: fc.Arbitrary<VectorIndexModel> = optional(
  {
    name,
    column: name,
    algorithm: fc.constantFrom('ivfflat' as const, 'hnsw' as const),
    metric: fc.constantFrom('l2' as const, 'cosine' as const, null),
    dimension: fc.integer({ min: 1, max: 65535 }),
  },
  { include: names, parameters: record(text), invisible: yes, comment: text },
)

const fulltextIndex: fc.Arbitrary<FulltextIndexModel> = optional(
  { name: fc.oneof(name, fc.constant('')), columns: names, parser: text },
  { parameters: record(text), invisible: yes, comment: text },
)

const rule = fc.constantFrom('cascade' as const, 'set null' as const, 'no action' as const)

const foreignKey: fc.Arbitrary<ForeignKeyModel> = optional(
  { columns: names, references: optional({ table: name, columns: names }, { database: name }) },
  { name, onDelete: rule, onUpdate: rule },
)

const check: fc.Arbitrary<CheckModel> = optional({ expression: text }, { name })

const partitions: fc.Arbitrary<PartitionsModel> = optional(
  { by: text },
  { count: fc.nat(100), parts: fc.array(fc.record({ name, values: text }), { maxLength: 3 }) },
)

function many<Item>(item: fc.Arbitrary<Item>, key: (item: Item) => string): fc.Arbitrary<Item[]> {
  return fc.uniqueArray(item, { minLength: 1, maxLength: 3, selector: key })
}

const byName = (item: { readonly name?: string }): string => item.name ?? ''

export const table: fc.Arbitrary<TableModel> = optional(
  {
    name,
    kind: fc.constantFrom('table' as const, 'view' as const, 'external' as const),
    columns: fc.uniqueArray(column, { maxLength: 4, selector: byName }),
  },
  {
    comment: text,
    primaryKey: names,
    uniqueKeys: many(index, byName),
    indexes: many(index, byName),
    vectorIndexes: many(vectorIndex, byName),
    fulltextIndexes: many(fulltextIndex, (item) => item.name || JSON.stringify(item.columns)),
    foreignKeys: many(foreignKey, (item) =>
      JSON.stringify([item.name, item.columns, item.references]),
    ),
    checks: many(check, byName),
    partitions,
    clusterBy: names,
    definition: text,
    source: record(text),
    broken: fc.constantFrom(...brokenViews),
  },
)

const tables = fc.uniqueArray(table, { maxLength: 3, selector: byName })

const one: fc.Arbitrary<readonly DatabaseModel[]> = tables.map((found) => [{ tables: found }])
const several: fc.Arbitrary<readonly DatabaseModel[]> = fc.uniqueArray(
  fc.record({ name, tables }),
  {
    minLength: 2,
    maxLength: 3,
    selector: byName,
  },
)

/** A schema model with one unnamed or several named databases. */
export const schemaModel: fc.Arbitrary<SchemaModel> = fc
  .oneof(one, several)
  .map((databases) => ({ formatVersion: '2.0', databases }))

/** A schema model with one table, for tests that look at each of its fields. */
export const oneTableModel: fc.Arbitrary<SchemaModel> = table.map((found) => ({
  formatVersion: '2.0',
  databases: [{ tables: [found] }],
}))

/**
 * A change of the sample for each rule about the schema. The list is typed by the rules: a new rule does not
 * compile without one.
 */
import type {
  CheckModel,
  ColumnModel,
  ForeignKeyModel,
  FulltextIndexModel,
  IndexModel,
  RuleId,
  SchemaModel,
  TableModel,
  VectorIndexModel,
} from 'kysely-matrixone/schema'

/** A rule about the schema, not about the generated file. */
export type SchemaRule = Exclude<RuleId, `generated-file-${string}`>

type Mutation = (model: SchemaModel) => SchemaModel

const inTable =
  (name: string, change: (table: TableModel) => Partial<TableModel>): Mutation =>
  (model) => ({
    ...model,
    databases: model.databases.map((database) => ({
      ...database,
      tables: database.tables.map((table) =>
        table.name === name ? { ...table, ...change(table) } : table,
      ),
    })),
  })

const inOrders = (change: (table: TableModel) => Partial<TableModel>): Mutation =>
  inTable('orders', change)

const inColumn = (
  name: string,
  change: (column: ColumnModel) => ColumnModel,
  table = 'orders',
): Mutation =>
  inTable(table, ({ columns }) => ({
    columns: columns.map((column) => (column.name === name ? change(column) : column)),
  }))

/** Without one field. */
function without<Model extends object>(model: Model, field: keyof Model & string): Model {
  return Object.fromEntries(Object.entries(model).filter(([name]) => name !== field)) as Model
}

interface Named {
  readonly name?: string
}

/** The four changes that a list of indexes, foreign keys or checks can have. */
function inList<Item extends Named>(
  listOf: (table: TableModel) => readonly Item[] | undefined,
  asPart: (items: readonly Item[]) => Partial<TableModel>,
  changed: Partial<Item>,
) {
  const change = (each: (items: readonly Item[]) => readonly Item[]): Mutation =>
    inOrders((table) => asPart(each(listOf(table) ?? [])))
  return {
    added: change((items) => [
      ...items,
      ...items.map((item) => ({ ...item, ...changed, name: 'another' })),
    ]),
    removed: change(() => []),
    changed: change((items) => items.map((item) => ({ ...item, ...changed }))),
    renamed: change((items) => items.map((item) => ({ ...item, name: 'renamed' }))),
  }
}

const uniqueKey = inList<IndexModel>(
  ({ uniqueKeys }) => uniqueKeys,
  (uniqueKeys) => ({ uniqueKeys }),
  { columns: ['customer_id', 'amount'] },
)
const index = inList<IndexModel>(
  ({ indexes }) => indexes,
  (indexes) => ({ indexes }),
  { columns: ['customer_id'] },
)
const vectorIndex = inList<VectorIndexModel>(
  ({ vectorIndexes }) => vectorIndexes,
  (vectorIndexes) => ({ vectorIndexes }),
  { metric: 'cosine' },
)
const fulltextIndex = inList<FulltextIndexModel>(
  ({ fulltextIndexes }) => fulltextIndexes,
  (fulltextIndexes) => ({ fulltextIndexes }),
  { parser: 'ngram' },
)
const foreignKey = inList<ForeignKeyModel>(
  ({ foreignKeys }) => foreignKeys,
  (foreignKeys) => ({ foreignKeys }),
  { onDelete: 'cascade' },
)
const check = inList<CheckModel>(
  ({ checks }) => checks,
  (checks) => ({ checks }),
  { expression: '`amount` > 1' },
)

const removeDatabase: Mutation = (model) => ({ ...model, databases: model.databases.slice(1) })
const addDatabase: Mutation = (model) => ({
  ...model,
  databases: [...model.databases, { name: 'zoo', tables: [] }],
})
const inShop =
  (change: (tables: readonly TableModel[]) => readonly TableModel[]): Mutation =>
  (model) => ({
    ...model,
    databases: model.databases.map((database) =>
      database.name === 'shop' ? { ...database, tables: change(database.tables) } : database,
    ),
  })

/** The change that each rule has to find. */
export const mutations: { readonly [Rule in SchemaRule]: Mutation } = {
  'database-added': addDatabase,
  'database-removed': removeDatabase,
  'table-added': inShop((tables) => [
    ...tables,
    { name: 'another', kind: 'table', columns: [{ name: 'n', type: { name: 'int' } }] },
  ]),
  'table-removed': inShop((tables) => tables.filter(({ name }) => name !== 'customers')),
  'table-kind-changed': inTable('imports', () => ({ kind: 'table' })),
  'table-comment-changed': inOrders(() => ({ comment: 'Another comment' })),
  'table-partitioning-changed': inOrders(() => ({
    partitions: { by: 'hash (`amount`)', count: 4 },
  })),
  'table-clustering-changed': inOrders(() => ({ clusterBy: ['note'] })),
  'external-source-changed': inTable('imports', () => ({
    source: { filepath: '/data/b.csv', format: 'csv' },
  })),
  'view-definition-changed': inTable('totals', () => ({
    definition: 'select max ( amount ) from orders',
  })),
  'view-broken-changed': inTable('totals', () => ({ broken: 'missing table' })),
  'primary-key-changed': inOrders(() => ({ primaryKey: ['id', 'amount'] })),
  'column-added': inOrders(({ columns }) => ({
    columns: [...columns, { name: 'another', type: { name: 'int' } }],
  })),
  'column-removed': inOrders(({ columns }) => ({
    columns: columns.filter(({ name }) => name !== 'twice'),
  })),
  'column-order-changed': inOrders(({ columns }) => ({ columns: columns.toReversed() })),
  'column-type-changed': inColumn('amount', (column) => ({ ...column, type: { name: 'text' } })),
  'column-nullability-changed': inColumn('amount', (column) => ({ ...column, nullable: true })),
  'column-nullability-trust-changed': inColumn(
    'total',
    (column) => without(column, 'nullabilityUntrusted'),
    'totals',
  ),
  'column-auto-increment-changed': inColumn('id', (column) => without(column, 'autoIncrement')),
  'column-default-changed': inColumn('amount', (column) => ({ ...column, default: '2' })),
  'column-on-update-changed': inColumn('changed_at', (column) => without(column, 'onUpdate')),
  'column-generated-changed': inColumn('twice', (column) => ({
    ...column,
    generated: { expression: '`amount` * 3', kind: 'stored' },
  })),
  'column-insert-optional-changed': inColumn('amount', (column) =>
    without(column, 'insertOptional'),
  ),
  'column-comment-changed': inColumn('note', (column) => ({ ...column, comment: 'Another' })),
  'unique-key-added': uniqueKey.added,
  'unique-key-removed': uniqueKey.removed,
  'unique-key-changed': uniqueKey.changed,
  'unique-key-renamed': uniqueKey.renamed,
  'index-added': index.added,
  'index-removed': index.removed,
  'index-changed': index.changed,
  'index-renamed': index.renamed,
  'vector-index-added': vectorIndex.added,
  'vector-index-removed': vectorIndex.removed,
  'vector-index-changed': vectorIndex.changed,
  'vector-index-renamed': vectorIndex.renamed,
  'fulltext-index-added': fulltextIndex.added,
  'fulltext-index-removed': fulltextIndex.removed,
  'fulltext-index-changed': fulltextIndex.changed,
  'fulltext-index-renamed': fulltextIndex.renamed,
  'foreign-key-added': foreignKey.added,
  'foreign-key-removed': foreignKey.removed,
  'foreign-key-changed': foreignKey.changed,
  'foreign-key-renamed': foreignKey.renamed,
  'check-added': check.added,
  'check-removed': check.removed,
  'check-changed': check.changed,
  'check-renamed': check.renamed,
}

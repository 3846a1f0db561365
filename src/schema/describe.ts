/** How the parts of a model are written for people, in findings; different parts have different texts. */
import { sortedKeys } from './canonical-json.js'
import type {
  CheckModel,
  ColumnModel,
  ColumnTypeModel,
  ForeignKeyModel,
  FulltextIndexModel,
  IndexModel,
  PartitionsModel,
  VectorIndexModel,
} from './schema-model.js'
import { typeText } from './type-text.js'

/** The type as it would be declared, and how it is read where the declaration does not tell. */
export function describeType(type: ColumnTypeModel): string {
  const { bitmask, name, vector } = type
  const element =
    vector === undefined || name === `vec${vector.element}` ? '' : ` of ${vector.element}`
  return `${typeText(type)}${element}${bitmask ? ' read as a bit mask' : ''}`
}

/** The column as it would be declared, as far as the model knows. */
export function describeColumn(column: ColumnModel): string {
  return [
    describeType(column.type),
    column.nullable ? '' : 'not null',
    column.autoIncrement ? 'auto_increment' : '',
    column.default === undefined ? '' : `default ${column.default}`,
    column.onUpdate === undefined ? '' : `on update ${column.onUpdate}`,
    column.generated === undefined ? '' : describeGenerated(column.generated),
  ]
    .filter((part) => part !== '')
    .join(' ')
}

/** `as (expression) stored`. */
export function describeGenerated(generated: NonNullable<ColumnModel['generated']>): string {
  return `as (${generated.expression}) ${generated.kind}`
}

/** `(a, b(10)) using btree, invisible`. */
export function describeIndex(index: IndexModel): string {
  const columns = index.columns.map((column) => {
    const length = index.prefixLengths?.[column]
    return length === undefined ? column : `${column}(${length})`
  })
  return details(`(${columns.join(', ')})`, [
    index.algorithm === undefined ? '' : `using ${index.algorithm}`,
    ...visibilityAndComment(index),
  ])
}

/** `ivfflat (embedding) l2, 768 dimensions, lists=100`. */
export function describeVectorIndex(index: VectorIndexModel): string {
  return details(`${index.algorithm} (${index.column}) ${index.metric ?? 'unknown metric'}`, [
    `${index.dimension} dimensions`,
    index.include === undefined ? '' : `include (${index.include.join(', ')})`,
    ...parameters(index.parameters),
    ...visibilityAndComment(index),
  ])
}

/** `(title, body) parser ngram`. */
export function describeFulltextIndex(index: FulltextIndexModel): string {
  return details(`(${index.columns.join(', ')}) parser ${index.parser}`, [
    ...parameters(index.parameters),
    ...visibilityAndComment(index),
  ])
}

/** `` hash (`id`), 4 partitions ``. */
export function describePartitions(partitions: PartitionsModel | undefined): string | undefined {
  if (partitions === undefined) return undefined
  const { by = 'partitioned', count, parts } = partitions
  return details(by, [
    count === undefined ? '' : `${count} partitions`,
    ...(parts ?? []).map(({ name, values }) => `${name} ${values}`),
    parts?.length === 0 ? 'no partitions' : '',
  ])
}

/** `` check (`price` > 0) ``. */
export function describeCheck({ expression }: CheckModel): string {
  return `check (${expression})`
}

/** `(author_id) references authors (id) on delete cascade`. */
export function describeForeignKey(key: ForeignKeyModel): string {
  const { database, table, columns } = key.references
  const parent = database === undefined ? table : `${database}.${table}`
  const rules = [
    key.onDelete === undefined ? '' : ` on delete ${key.onDelete}`,
    key.onUpdate === undefined ? '' : ` on update ${key.onUpdate}`,
  ]
  return `(${key.columns.join(', ')}) references ${parent} (${columns.join(', ')})${rules.join('')}`
}

function parameters(values: Readonly<Record<string, string>> = {}): readonly string[] {
  return sortedKeys(values).map((key) => `${key}=${values[key] ?? ''}`)
}

function visibilityAndComment(index: {
  readonly invisible?: true
  readonly comment?: string
}): readonly string[] {
  return [
    index.invisible ? 'invisible' : '',
    index.comment === undefined ? '' : `comment '${index.comment}'`,
  ]
}

function details(start: string, rest: readonly string[]): string {
  return [start, ...rest.filter((part) => part !== '')].join(', ')
}

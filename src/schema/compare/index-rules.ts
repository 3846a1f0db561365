/** How severe it is when an index, foreign key or check comes, goes or differs, and why. */
import {
  describeCheck,
  describeForeignKey,
  describeFulltextIndex,
  describeIndex,
  describeVectorIndex,
} from '../describe.js'
import type { Severity } from './finding.js'
import {
  actionAtDelete,
  actionAtUpdate,
  describeActionChange,
  severityOfAction,
} from './foreign-key-actions.js'
import type {
  CheckModel,
  ForeignKeyModel,
  FulltextIndexModel,
  IndexModel,
  TableModel,
  VectorIndexModel,
} from '../schema-model.js'

/** A severity, or what it follows from: the item, and the table on the side that has it or had it last. */
type SeverityOf<Item> = Severity | ((item: Item, table: TableModel) => Severity)

/** The two tables whose items are compared. */
export interface TablePair {
  readonly expected: TableModel
  readonly actual: TableModel
}

/** A severity, or what it follows from: the item on both sides, and its tables. */
export type SeverityOfChange<Item> =
  | Severity
  | ((expected: Item, actual: Item, tables: TablePair) => Severity)

/** A change of an item that is as it was, by what is around it. */
export interface ChangeAround {
  readonly severity: Severity
  readonly predicate: string
}

/** The rules for one kind of item. */
export interface IndexRules<Item> {
  readonly noun: string
  readonly describe: (item: Item) => string
  /** The table is the actual one. */
  readonly added: SeverityOf<Item>
  /** The table is the expected one. */
  readonly removed: SeverityOf<Item>
  readonly renamed: Severity
  /** The worst differing field decides. */
  readonly fields: { readonly [Field in Exclude<keyof Item, 'name'>]-?: SeverityOfChange<Item> }
  /** For an item whose fields are equal. */
  readonly around?: (expected: Item, actual: Item, tables: TablePair) => ChangeAround | undefined
}

/** The kinds of items, by the start of their rules' names. */
export interface IndexKinds {
  readonly 'unique-key': IndexModel
  readonly index: IndexModel
  readonly 'vector-index': VectorIndexModel
  readonly 'fulltext-index': FulltextIndexModel
  readonly 'foreign-key': ForeignKeyModel
  readonly check: CheckModel
}

export const indexRules: { readonly [Kind in keyof IndexKinds]: IndexRules<IndexKinds[Kind]> } = {
  'unique-key': {
    noun: 'Unique key',
    describe: describeIndex,
    // Rows are refused that were accepted, and updates of its columns ON DUPLICATE KEY (20313, 4.2.0).
    added: 'breaking',
    // Upserts that relied on it insert twice.
    removed: (key, table) => (isImplied(key, table) ? 'additive' : 'breaking'),
    renamed: 'cosmetic',
    fields: {
      columns: hasSameColumns,
      algorithm: 'cosmetic',
      prefixLengths: 'breaking',
      // It is enforced as before (4.2.0).
      invisible: 'cosmetic',
      comment: 'cosmetic',
    },
  },
  // Speed, and nothing else.
  index: {
    noun: 'Index',
    describe: describeIndex,
    added: 'cosmetic',
    removed: 'cosmetic',
    renamed: 'cosmetic',
    fields: {
      columns: 'cosmetic',
      algorithm: 'cosmetic',
      prefixLengths: 'cosmetic',
      invisible: 'cosmetic',
      comment: 'cosmetic',
    },
  },
  // Typed searches compile only where the generated types say that an index serves them; its name is
  // part of these types.
  'vector-index': {
    noun: 'Vector index',
    describe: describeVectorIndex,
    added: severityOfSearchIndex,
    removed: 'breaking',
    renamed: 'breaking',
    fields: {
      column: 'breaking',
      algorithm: 'breaking',
      metric: 'breaking',
      dimension: 'breaking',
      include: 'breaking',
      parameters: 'cosmetic',
      // It is used as before (4.2.0).
      invisible: 'cosmetic',
      comment: 'cosmetic',
    },
  },
  'fulltext-index': {
    noun: 'Full-text index',
    describe: describeFulltextIndex,
    added: severityOfSearchIndex,
    removed: 'breaking',
    renamed: 'breaking',
    fields: {
      // MATCH takes them in any order (4.2.0).
      columns: hasSameColumns,
      parser: 'breaking',
      parameters: 'cosmetic',
      invisible: 'cosmetic',
      comment: 'cosmetic',
    },
  },
  'foreign-key': {
    noun: 'Foreign key',
    describe: describeForeignKey,
    added: 'breaking',
    removed: (key, table) =>
      [actionAtDelete(key), actionAtUpdate(key, table)].every(isRefusal) ? 'additive' : 'breaking',
    renamed: 'cosmetic',
    fields: {
      columns: 'breaking',
      references: 'breaking',
      onDelete: (expected, actual) =>
        severityOfAction(actionAtDelete(expected), actionAtDelete(actual)),
      onUpdate: (expected, actual, tables) =>
        severityOfAction(...actionsAtUpdate(expected, actual, tables)),
    },
    around: (expected, actual, tables) => {
      const actions = actionsAtUpdate(expected, actual, tables)
      const predicate = describeActionChange(...actions)
      return predicate === undefined
        ? undefined
        : { severity: severityOfAction(...actions), predicate }
    },
  },
  // Added: rows are refused that were accepted.
  check: {
    noun: 'Check',
    describe: describeCheck,
    added: 'breaking',
    removed: 'additive',
    renamed: 'cosmetic',
    fields: { expression: 'breaking' },
  },
}

function actionsAtUpdate(
  expected: ForeignKeyModel,
  actual: ForeignKeyModel,
  tables: TablePair,
): Parameters<typeof severityOfAction> {
  return [actionAtUpdate(expected, tables.expected), actionAtUpdate(actual, tables.actual)]
}

function isRefusal(action: string): boolean {
  return action === 'refuse' || action === 'impossible'
}

/** INSERT into a child of a foreign key panics when the child has a search index (4.2.0). */
function severityOfSearchIndex(
  index: VectorIndexModel | FulltextIndexModel,
  table: TableModel,
): Severity {
  const isFragile = isSynchronous(index) && hasFragileKeys(table)
  return (table.foreignKeys ?? []).length > 0 || isFragile ? 'breaking' : 'additive'
}

/**
 * Keys that make ON DUPLICATE KEY UPDATE, or every INSERT, panic beside an ivfflat or full-text index
 * (4.2.0): a unique key over several columns, or a unique key and a CHECK.
 */
function hasFragileKeys({ uniqueKeys = [], checks = [] }: TableModel): boolean {
  return uniqueKeys.some(({ columns }) => columns.length > 1 || checks.length > 0)
}

/** Whether the server writes the index within the statement; hnsw follows later. */
function isSynchronous(index: VectorIndexModel | FulltextIndexModel): boolean {
  return !('algorithm' in index && index.algorithm === 'hnsw')
}

/** Whether rows that this key would refuse are refused already: a key over some of its columns exists. */
function isImplied(key: IndexModel, { primaryKey = [], uniqueKeys = [] }: TableModel): boolean {
  if (key.prefixLengths !== undefined) return false
  const others = uniqueKeys.filter(
    ({ name, columns, prefixLengths }) =>
      name !== key.name && prefixLengths === undefined && columns.length < key.columns.length,
  )
  return isCovered(key.columns, [primaryKey, ...others.map(({ columns }) => columns)])
}

function isCovered(key: readonly string[], others: readonly (readonly string[])[]): boolean {
  return others.some(
    (columns) => columns.length > 0 && columns.every((column) => key.includes(column)),
  )
}

/**
 * A primary key can go, or lose columns, where unique keys refuse the same rows. New columns are
 * breaking in any case: ON DUPLICATE KEY UPDATE refuses to change them (20313, 4.2.0).
 */
export function severityOfPrimaryKey(before: TableModel, after: TableModel): Severity {
  const { primaryKey: expected = [] } = before
  const { primaryKey: actual = [] } = after
  if (isSameSet(expected, actual)) return 'cosmetic'
  const uniques = ({ uniqueKeys = [] }: TableModel): readonly (readonly string[])[] =>
    uniqueKeys.flatMap(({ columns, prefixLengths }) =>
      prefixLengths === undefined ? [columns] : [],
    )
  const refusesNothingNew = actual.length === 0 || isCovered(actual, uniques(before))
  const isHarmless =
    actual.every((column) => expected.includes(column)) &&
    refusesNothingNew &&
    isCovered(expected, [actual, ...uniques(after)])
  return isHarmless ? 'additive' : 'breaking'
}

function hasSameColumns(
  expected: { readonly columns: readonly string[] },
  actual: { readonly columns: readonly string[] },
): Severity {
  return isSameSet(expected.columns, actual.columns) ? 'cosmetic' : 'breaking'
}

/** Whether two lists differ in their order only. */
export function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name))
}

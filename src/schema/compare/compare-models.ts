/**
 * Two schema models → findings. Every field of the model has a rule: the tables of rules are typed by
 * the model's keys, so a field that is added to the model without a rule does not compile.
 */
import { compareColumns } from './compare-columns.js'
import { compareIndexes } from './compare-indexes.js'
import {
  type CompareOptions,
  type ResolvedCompareOptions,
  resolveCompareOptions,
} from './compare-options.js'
import { comparePartitions, compareSource, type TableRule } from './compare-storage.js'
import { compareViewDefinition } from './compare-view.js'
import { compareCodePoints } from '../code-points.js'
import { changed, type Finding, nameOf, type Place } from './finding.js'
import type { DatabaseModel, SchemaModel, TableModel } from '../schema-model.js'
import { sortModel } from '../sort-model.js'
import { isSameSet, severityOfPrimaryKey } from './index-rules.js'
import { lowerModel } from './lower-model.js'

/**
 * Compares what the files say (`expected`) with what the database says (`actual`).
 *
 * Equal models give no finding; the order of the findings depends on the models only. Where one was
 * lifted from an older format, only what that held is compared.
 *
 * @param options how columns are read, which decides whether a changed type breaks a program
 */
export function compareModels(
  expected: SchemaModel,
  actual: SchemaModel,
  options: CompareOptions = {},
): readonly Finding[] {
  const resolved = resolveCompareOptions(options)
  const findings: Finding[] = []
  const isLifted = expected.liftedFrom !== undefined || actual.liftedFrom !== undefined
  const databasesOf = (model: SchemaModel): readonly DatabaseModel[] =>
    sortModel(isLifted ? lowerModel(model) : model).databases
  const [left, right] = [databasesOf(expected), databasesOf(actual)]
  for (const [name, before, after] of pairUp(left, right, databaseName)) {
    findings.push(
      ...compareDatabases(name === '' ? {} : { database: name }, before, after, resolved),
    )
  }
  return findings.sort(compareFindings)
}

function compareDatabases(
  place: Place,
  expected: DatabaseModel | undefined,
  actual: DatabaseModel | undefined,
  options: ResolvedCompareOptions,
): readonly Finding[] {
  const called = place.database === undefined ? 'The only database' : `Database ${place.database}`
  if (expected === undefined || actual === undefined) {
    const [ruleId, severity, verb] =
      expected === undefined
        ? (['database-added', 'additive', 'is new'] as const)
        : (['database-removed', 'breaking', 'is gone'] as const)
    return [
      {
        ruleId,
        severity,
        ...place,
        expected: expected === undefined ? null : `${expected.tables.length} tables`,
        actual: actual === undefined ? null : `${actual.tables.length} tables`,
        message: `${called} ${verb}.`,
      },
    ]
  }
  return pairUp(expected.tables, actual.tables, (table) => table.name).flatMap(
    ([table, before, after]) => compareTables({ ...place, table }, before, after, options),
  )
}

const tableRules: { readonly [Field in Exclude<keyof TableModel, 'name'>]-?: TableRule } = {
  kind: (place, { kind: expected }, { kind: actual }) =>
    changed(place, 'table-kind-changed', 'breaking', expected, actual, 'is another kind of object'),
  comment: (place, { comment: expected }, { comment: actual }) =>
    changed(place, 'table-comment-changed', 'cosmetic', expected, actual, 'has another comment'),
  columns: compareColumns,
  primaryKey: (place, before, after) => {
    const { primaryKey: expected = [] } = before
    const { primaryKey: actual = [] } = after
    return changed(
      place,
      'primary-key-changed',
      severityOfPrimaryKey(before, after),
      columnList(expected),
      columnList(actual),
      isSameSet(expected, actual)
        ? 'has the columns of its primary key in another order'
        : 'has another primary key',
    )
  },
  uniqueKeys: (place, expected, actual) =>
    compareIndexes('unique-key', place, { expected, actual }, (table) => table.uniqueKeys),
  indexes: (place, expected, actual) =>
    compareIndexes('index', place, { expected, actual }, (table) => table.indexes),
  vectorIndexes: (place, expected, actual) =>
    compareIndexes('vector-index', place, { expected, actual }, (table) => table.vectorIndexes),
  fulltextIndexes: (place, expected, actual) =>
    compareIndexes('fulltext-index', place, { expected, actual }, (table) => table.fulltextIndexes),
  foreignKeys: (place, expected, actual) =>
    compareIndexes('foreign-key', place, { expected, actual }, (table) => table.foreignKeys),
  checks: (place, expected, actual) =>
    compareIndexes('check', place, { expected, actual }, (table) => table.checks),
  partitions: comparePartitions,
  clusterBy: (place, expected, actual) =>
    changed(
      place,
      'table-clustering-changed',
      'cosmetic',
      columnList(expected.clusterBy),
      columnList(actual.clusterBy),
      'is clustered by other columns',
    ),
  definition: compareViewDefinition,
  source: compareSource,
  broken: (place, { broken: expected }, { broken: actual }) =>
    changed(
      place,
      'view-broken-changed',
      actual === undefined ? 'additive' : 'breaking',
      expected,
      actual,
      actual === undefined ? 'can be read again' : 'can no longer be read',
    ),
}

function compareTables(
  place: Place,
  expected: TableModel | undefined,
  actual: TableModel | undefined,
  options: ResolvedCompareOptions,
): readonly Finding[] {
  if (expected === undefined || actual === undefined) {
    const [ruleId, severity, verb] =
      expected === undefined
        ? (['table-added', 'additive', 'is new'] as const)
        : (['table-removed', 'breaking', 'is gone'] as const)
    return [
      {
        ruleId,
        severity,
        ...place,
        expected: expected === undefined ? null : describeTable(expected),
        actual: actual === undefined ? null : describeTable(actual),
        message: `${capitalised((actual ?? expected)?.kind ?? 'table')} ${nameOf(place)} ${verb}.`,
      },
    ]
  }
  return Object.values(tableRules).flatMap((rule) => rule(place, expected, actual, options))
}

/** Pairs equal names up, in code-point order; a side that lacks the name is undefined. */
function pairUp<Item>(
  expected: readonly Item[],
  actual: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly [string, Item | undefined, Item | undefined])[] {
  const before = new Map(expected.map((item) => [keyOf(item), item]))
  const after = new Map(actual.map((item) => [keyOf(item), item]))
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort(compareCodePoints)
    .map((name) => [name, before.get(name), after.get(name)] as const)
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    compareCodePoints(a.database ?? '', b.database ?? '') ||
    compareCodePoints(a.table ?? '', b.table ?? '') ||
    compareCodePoints(a.column ?? '', b.column ?? '') ||
    compareCodePoints(a.index ?? '', b.index ?? '') ||
    compareCodePoints(a.ruleId, b.ruleId)
  )
}

function databaseName(database: DatabaseModel): string {
  return database.name ?? ''
}

function describeTable(table: TableModel): string {
  const { kind, columns } = table
  return `${kind} with ${columns.length} ${columns.length === 1 ? 'column' : 'columns'}`
}

/** JSON text: `["a","b"]` and `["a, b"]` are different keys. */
function columnList(columns: readonly string[] = []): string | undefined {
  return columns.length === 0 ? undefined : JSON.stringify(columns)
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

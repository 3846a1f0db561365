import { canonicalJson } from '../canonical-json.js'
import { describeColumn } from '../describe.js'
import { type ColumnPair, type ColumnRule, type ColumnRules, columnRules } from './column-rules.js'
import { readTypesOf } from './column-values.js'
import { type Finding, nameOf, type Place } from './finding.js'
import { isReadOnly } from '../read-only.js'
import type { ResolvedCompareOptions } from './compare-options.js'
import type { ColumnModel, TableModel } from '../schema-model.js'

/** Compares the columns of one table. */
export function compareColumns(
  place: Place,
  before: TableModel,
  after: TableModel,
  options: ResolvedCompareOptions,
): readonly Finding[] {
  const { columns: expected } = before
  const { columns: actual } = after
  const readOnly = isReadOnly(before)
  const old = new Map(expected.map((column) => [column.name, column]))
  const now = new Map(actual.map((column) => [column.name, column]))
  const removed = expected.filter((column) => !now.has(column.name))
  const added = actual.filter((column) => !old.has(column.name))
  return [
    ...removed.map((column) => removedColumn(place, column)),
    ...added.map((column) => addedColumn(place, column, isReadOnly(after))),
    ...actual.flatMap((column) => {
      const same = old.get(column.name)
      if (same === undefined) return []
      const chosen = options.columnTypes[nameOf({ ...place, column: column.name })]
      const reads = {
        expected: readTypesOf(same.type, options.types, chosen),
        actual: readTypesOf(column.type, options.types, chosen),
      }
      return compareColumn(place, { expected: same, actual: column, reads, readOnly })
    }),
    ...compareOrder(
      place,
      expected.filter((column) => now.has(column.name)),
      actual.filter((column) => old.has(column.name)),
    ),
  ]
}

function compareColumn(place: Place, pair: ColumnPair): readonly Finding[] {
  return (Object.keys(columnRules) as (keyof ColumnRules)[]).flatMap((field) =>
    compareField(place, field, columnRules, pair),
  )
}

function compareField<Field extends keyof ColumnRules>(
  place: Place,
  field: Field,
  rules: { readonly [F in Field]: ColumnRule<NonNullable<ColumnModel[F]>> },
  pair: ColumnPair,
): readonly Finding[] {
  const rule = rules[field]
  const expected = pair.expected[field] ?? undefined
  const actual = pair.actual[field] ?? undefined
  if (canonicalText(expected) === canonicalText(actual)) return []
  const { name: column } = pair.actual
  return [
    {
      ruleId: rule.ruleId,
      severity: rule.severity(pair),
      ...place,
      column,
      expected: rule.describe(expected),
      actual: rule.describe(actual),
      message: `${nameOf({ ...place, column })} ${rule.what}.`,
    },
  ]
}

/** kysely names the columns of an insert, so only `select *` into positions could notice. */
function compareOrder(
  place: Place,
  expected: readonly ColumnModel[],
  actual: readonly ColumnModel[],
): readonly Finding[] {
  const before = JSON.stringify(expected.map((column) => column.name))
  const after = JSON.stringify(actual.map((column) => column.name))
  if (before === after) return []
  return [
    {
      ruleId: 'column-order-changed',
      severity: 'cosmetic',
      ...place,
      expected: before,
      actual: after,
      message: `${nameOf(place)} has its columns in another order.`,
    },
  ]
}

function addedColumn(place: Place, column: ColumnModel, readOnly: boolean): Finding {
  const isHarmless = readOnly || column.insertOptional
  return {
    ruleId: 'column-added',
    severity: isHarmless ? 'additive' : 'breaking',
    ...place,
    column: column.name,
    expected: null,
    actual: describeColumn(column),
    message: isHarmless
      ? `${nameOf({ ...place, column: column.name })} is new.`
      : `${nameOf({ ...place, column: column.name })} is new, and an INSERT must give it a value.`,
  }
}

function removedColumn(place: Place, column: ColumnModel): Finding {
  return {
    ruleId: 'column-removed',
    severity: 'breaking',
    ...place,
    column: column.name,
    expected: describeColumn(column),
    actual: null,
    message: `${nameOf({ ...place, column: column.name })} is gone.`,
  }
}

function canonicalText(value: unknown): string {
  return value === undefined ? '' : canonicalJson(value)
}

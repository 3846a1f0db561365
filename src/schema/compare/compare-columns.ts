import { canonicalJson } from '../canonical-json.js'
import { describeColumn, describeGenerated, describeType } from '../describe.js'
import { type Finding, nameOf, type Place, type RuleId, type Severity } from './finding.js'
import { isReadOnly } from '../read-only.js'
import type { ColumnModel, ColumnTypeModel, TableModel } from '../schema-model.js'

interface ColumnRule<Value> {
  readonly ruleId: RuleId
  readonly what: string
  /** Null stands for "none". */
  readonly describe: (value: Value | undefined) => string | null
  readonly severity: (expected: Value | undefined, actual: Value | undefined) => Severity
}

type ColumnRules = {
  readonly [Field in Exclude<keyof ColumnModel, 'name'>]-?: ColumnRule<
    NonNullable<ColumnModel[Field]>
  >
}

const asText = (value: string | undefined): string | null => value ?? null

const columnRules: ColumnRules = {
  type: {
    ruleId: 'column-type-changed',
    what: 'has another type',
    describe: (type) => (type === undefined ? null : describeType(type)),
    severity: (expected, actual) => (widens(expected, actual) ? 'additive' : 'breaking'),
  },
  nullable: {
    ruleId: 'column-nullability-changed',
    what: 'allows NULL on one side only',
    describe: (nullable) => (nullable ? 'null' : 'not null'),
    // To null: reads can be null. To not null: writes of null are refused.
    severity: () => 'breaking',
  },
  nullabilityUntrusted: {
    ruleId: 'column-nullability-trust-changed',
    what: 'is surely NOT NULL on one side only',
    describe: (untrusted) => (untrusted ? 'may be null' : 'as declared'),
    severity: (_expected, actual) => (actual ? 'breaking' : 'additive'),
  },
  autoIncrement: {
    ruleId: 'column-auto-increment-changed',
    what: 'is auto_increment on one side only',
    describe: (autoIncrement) => (autoIncrement ? 'auto_increment' : null),
    severity: (_expected, actual) => (actual ? 'additive' : 'breaking'),
  },
  default: {
    ruleId: 'column-default-changed',
    what: 'has another default',
    describe: asText,
    // Whether an insert may leave the column out has a rule of its own.
    severity: () => 'cosmetic',
  },
  onUpdate: {
    ruleId: 'column-on-update-changed',
    what: 'has another ON UPDATE',
    describe: asText,
    severity: () => 'cosmetic',
  },
  generated: {
    ruleId: 'column-generated-changed',
    what: 'is computed in another way',
    describe: (generated) => (generated === undefined ? null : describeGenerated(generated)),
    severity: () => 'breaking',
  },
  insertOptional: {
    ruleId: 'column-insert-optional-changed',
    what: 'must be in an INSERT on one side only',
    describe: (optional) => (optional ? 'optional in an INSERT' : 'required in an INSERT'),
    severity: (_expected, actual) => (actual ? 'additive' : 'breaking'),
  },
  comment: {
    ruleId: 'column-comment-changed',
    what: 'has another comment',
    describe: asText,
    severity: () => 'cosmetic',
  },
}

/** Compares the columns of one table. */
export function compareColumns(
  place: Place,
  { columns: expected }: TableModel,
  { columns: actual, kind }: TableModel,
): readonly Finding[] {
  const before = new Map(expected.map((column) => [column.name, column]))
  const after = new Map(actual.map((column) => [column.name, column]))
  const removed = expected.filter((column) => !after.has(column.name))
  const added = actual.filter((column) => !before.has(column.name))
  return [
    ...removed.map((column) => removedColumn(place, column)),
    ...added.map((column) => addedColumn(place, column, isReadOnly({ kind }))),
    ...actual.flatMap((column) => {
      const old = before.get(column.name)
      return old === undefined ? [] : compareColumn(place, old, column)
    }),
    ...compareOrder(
      place,
      expected.filter((column) => after.has(column.name)),
      actual.filter((column) => before.has(column.name)),
    ),
  ]
}

function compareColumn(
  place: Place,
  expected: ColumnModel,
  actual: ColumnModel,
): readonly Finding[] {
  return (Object.keys(columnRules) as (keyof ColumnRules)[]).flatMap((field) =>
    compareField(place, field, columnRules, expected, actual),
  )
}

function compareField<Field extends keyof ColumnRules>(
  place: Place,
  field: Field,
  rules: { readonly [F in Field]: ColumnRule<NonNullable<ColumnModel[F]>> },
  expectedColumn: ColumnModel,
  actualColumn: ColumnModel,
): readonly Finding[] {
  const rule = rules[field]
  const expected = expectedColumn[field] ?? undefined
  const actual = actualColumn[field] ?? undefined
  if (canonicalText(expected) === canonicalText(actual)) return []
  return [
    {
      ruleId: rule.ruleId,
      severity: rule.severity(expected, actual),
      ...place,
      column: actualColumn.name,
      expected: rule.describe(expected),
      actual: rule.describe(actual),
      message: `${nameOf({ ...place, column: actualColumn.name })} ${rule.what}.`,
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

/** The same type with more room: longer text, more members at the end. Everything else can break a value. */
function widens(
  expected: ColumnTypeModel | undefined,
  actual: ColumnTypeModel | undefined,
): boolean {
  if (expected === undefined || actual === undefined) return false
  const { length: oldLength = 0, members: oldMembers = [], ...oldRest } = expected
  const { length: newLength = 0, members: newMembers = [], ...newRest } = actual
  return (
    canonicalJson(oldRest) === canonicalJson(newRest) &&
    newLength >= oldLength &&
    oldMembers.every((member, position) => newMembers[position] === member)
  )
}

function canonicalText(value: unknown): string {
  return value === undefined ? '' : canonicalJson(value)
}

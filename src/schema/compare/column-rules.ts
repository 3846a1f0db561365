/** How severe it is when a field of a column differs, and why: one rule per field of the model. */
import { describeGenerated, describeType } from '../describe.js'
import type { ResolvedColumnTypes } from '../../types/column-type-options.js'
import { isAssignable, valuesOf } from './column-values.js'
import { isSameDefault } from './default-value.js'
import type { RuleId, Severity } from './finding.js'
import type { ColumnModel } from '../schema-model.js'
import { holdsValuesOf, isSameKind } from './value-range.js'

/** One column on both sides. */
export interface ColumnPair {
  readonly expected: ColumnModel
  readonly actual: ColumnModel
  /** How it is read on each side. */
  readonly reads: { readonly expected: ResolvedColumnTypes; readonly actual: ResolvedColumnTypes }
  /** Whether its table is one that nothing can be written to. */
  readonly readOnly: boolean
}

/** The rule for one field. */
export interface ColumnRule<Value> {
  readonly ruleId: RuleId
  readonly what: string
  /** Null stands for "none". */
  readonly describe: (value: Value | undefined) => string | null
  readonly severity: (pair: ColumnPair) => Severity
}

/** A rule for each field: a new field of the model does not compile without one. */
export type ColumnRules = {
  readonly [Field in Exclude<keyof ColumnModel, 'name'>]-?: ColumnRule<
    NonNullable<ColumnModel[Field]>
  >
}

const asText = (value: string | undefined): string | null => value ?? null

/** Changes that only an INSERT or UPDATE could notice; there is none in a view or an external table. */
const ifWritten =
  (severity: (pair: ColumnPair) => Severity) =>
  (pair: ColumnPair): Severity =>
    pair.readOnly ? 'cosmetic' : severity(pair)

export const columnRules: ColumnRules = {
  type: {
    ruleId: 'column-type-changed',
    what: 'has another type',
    describe: (type) => (type === undefined ? null : describeType(type)),
    severity: (pair) => (canReplaceType(pair) ? 'additive' : 'breaking'),
  },
  nullable: {
    ruleId: 'column-nullability-changed',
    what: 'allows NULL on one side only',
    describe: (nullable) => (nullable ? 'null' : 'not null'),
    severity: severityOfNull,
  },
  nullabilityUntrusted: {
    ruleId: 'column-nullability-trust-changed',
    what: 'is surely NOT NULL on one side only',
    describe: (untrusted) => (untrusted ? 'may be null' : 'as declared'),
    severity: severityOfNull,
  },
  autoIncrement: {
    ruleId: 'column-auto-increment-changed',
    what: 'is auto_increment on one side only',
    describe: (autoIncrement) => (autoIncrement ? 'auto_increment' : null),
    // Where it is one, 0 stands for the next number too (4.2.0).
    severity: ifWritten(() => 'breaking'),
  },
  default: {
    ruleId: 'column-default-changed',
    what: 'has another default',
    describe: asText,
    severity: ifWritten(({ expected, actual }) => {
      if (isSameDefault(expected, actual)) return 'cosmetic'
      // An INSERT without the column stores something else, if there was one.
      return isOptional(expected) ? 'breaking' : 'additive'
    }),
  },
  onUpdate: {
    ruleId: 'column-on-update-changed',
    what: 'has another ON UPDATE',
    describe: asText,
    severity: ifWritten(() => 'breaking'),
  },
  generated: {
    ruleId: 'column-generated-changed',
    what: 'is computed in another way',
    describe: (generated) => (generated === undefined ? null : describeGenerated(generated)),
    // Stored or virtual: a read computes the same.
    severity: ({ expected, actual }) =>
      expected.generated?.expression === actual.generated?.expression ? 'cosmetic' : 'breaking',
  },
  insertOptional: {
    ruleId: 'column-insert-optional-changed',
    what: 'must be in an INSERT on one side only',
    describe: (optional) => (optional ? 'optional in an INSERT' : 'required in an INSERT'),
    severity: ifWritten(({ actual }) => (actual.insertOptional ? 'additive' : 'breaking')),
  },
  comment: {
    ruleId: 'column-comment-changed',
    what: 'has another comment',
    describe: asText,
    severity: () => 'cosmetic',
  },
}

/** Whether every read and every write of the expected type means the same with the actual one. */
function canReplaceType({ expected, actual, reads, readOnly }: ColumnPair): boolean {
  const before = valuesOf(expected.type, reads.expected)
  const now = valuesOf(actual.type, reads.actual)
  if (!isAssignable(now.reads, before.reads)) return false
  if (readOnly) return isSameKind(actual.type, expected.type)
  return isAssignable(before.takes, now.takes) && holdsValuesOf(actual.type, expected.type)
}

/** NULL can come where none came, or is refused where it was stored. */
function severityOfNull({ expected, actual, readOnly }: ColumnPair): Severity {
  const [before, now] = [mayBeNull(expected), mayBeNull(actual)]
  if (before === now) return 'cosmetic'
  if (now) return 'breaking'
  return readOnly || expected.generated !== undefined ? 'additive' : 'breaking'
}

function mayBeNull({ nullable, nullabilityUntrusted }: ColumnModel): boolean {
  return nullable === true || nullabilityUntrusted === true
}

/** Whether the generated types let an INSERT leave the column out. */
function isOptional(column: ColumnModel): boolean {
  return column.insertOptional === true || mayBeNull(column)
}

/** Rules for what stands behind a table's columns: partitions, a view's query, an external file. */
import { canonicalJson } from '../canonical-json.js'
import { describePartitions } from '../describe.js'
import type { PartitionsModel, TableModel } from '../schema-model.js'
import { changed, type Finding, type Place, type Severity } from './finding.js'

/** Compares one field of two tables. */
export type TableRule = (
  place: Place,
  expected: TableModel,
  actual: TableModel,
) => readonly Finding[]

/** Partitions whose details one side does not know are only compared as far as there are any. */
export const comparePartitions: TableRule = (
  place,
  { partitions: expected },
  { partitions: actual },
) => {
  const unknown = [expected, actual].some((side) => side !== undefined && !isKnown(side))
  if (unknown && expected !== undefined && actual !== undefined) return []
  return changed(
    place,
    'table-partitioning-changed',
    severityOfPartitions(expected, actual),
    describePartitions(expected),
    describePartitions(actual),
    actual === undefined
      ? 'is no longer partitioned'
      : expected === undefined
        ? 'is partitioned now'
        : 'is partitioned in another way',
  )
}

function isKnown({ by }: PartitionsModel): boolean {
  return by !== undefined
}

/** A row that fits no partition of `range` or `list` is refused. */
function severityOfPartitions(
  expected: PartitionsModel | undefined,
  actual: PartitionsModel | undefined,
): Severity {
  if (actual?.parts === undefined) return expected?.parts === undefined ? 'cosmetic' : 'additive'
  if (expected === undefined || expected.by !== actual.by) return 'breaking'
  const kept = new Set(actual.parts.map(({ values }) => values))
  return expected.parts?.every(({ values }) => kept.has(values)) ? 'additive' : 'breaking'
}

/**
 * The same columns from another query are other rows. Where the columns differ too, they have
 * findings of their own, and the query had to change.
 */
export const compareViewDefinition: TableRule = (place, expected, actual) => {
  const names = ({ columns }: TableModel): string => canonicalJson(columns.map(({ name }) => name))
  return changed(
    place,
    'view-definition-changed',
    names(expected) === names(actual) ? 'breaking' : 'cosmetic',
    expected.definition,
    actual.definition,
    'has another query',
  )
}

/** Another file has other rows. */
export const compareSource: TableRule = (place, { source: expected }, { source: actual }) =>
  changed(
    place,
    'external-source-changed',
    'breaking',
    expected && canonicalJson(expected),
    actual && canonicalJson(actual),
    'reads from another source',
  )

/** Rules for what stands behind a table's columns: partitions, an external file. */
import { canonicalJson } from '../canonical-json.js'
import { describePartitions } from '../describe.js'
import type { PartitionsModel, TableModel } from '../schema-model.js'
import type { ResolvedCompareOptions } from './compare-options.js'
import { changed, type Finding, type Place, type Severity } from './finding.js'

/** Compares one field of two tables. */
export type TableRule = (
  place: Place,
  expected: TableModel,
  actual: TableModel,
  options: ResolvedCompareOptions,
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

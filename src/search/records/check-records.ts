import { ValueError } from '../../errors.js'
import { checkArgument, checkOptions } from '../../options/check-options.js'
import {
  anything,
  flag,
  integer,
  isObject,
  listOf,
  object,
  type OptionRule,
  type OptionRules,
} from '../../options/option-rules.js'
import type { AnyRow } from '../any-query.js'
import type { DeleteRecords, VectorIndexQuery } from './vector-index-types.js'

const key: OptionRule = {
  expected: 'a string, a number, a bigint, a Date or bytes',
  accepts: (value) =>
    ['string', 'number', 'bigint'].includes(typeof value) ||
    value instanceof Date ||
    value instanceof Uint8Array,
}

const record: OptionRule = {
  expected: 'a record with id, values and, perhaps, metadata',
  accepts: (value) =>
    isObject(value) &&
    key.accepts(value['id']) &&
    (Array.isArray(value['values']) || ArrayBuffer.isView(value['values'])),
}

/** @throws {ValueError} for anything else than an array of records */
export function checkRecords(records: unknown): void {
  checkArgument('vectorIndex().upsert', 'The records', listOf(record), records)
}

/** @throws {ValueError} for anything else than an array of ids */
export function checkIds(ids: unknown): void {
  checkArgument('vectorIndex().fetch', 'The ids', listOf(key), ids)
}

const QUERY: OptionRules<VectorIndexQuery<AnyRow>> = {
  vector: anything,
  id: anything,
  topK: integer(1),
  filter: anything,
  includeValues: flag,
}

/** @throws {ValueError} for a query without a vector or an id, or with both, and for unknown members */
export function checkQuery(query: VectorIndexQuery<AnyRow>): void {
  checkOptions('vectorIndex().query', QUERY, query)
  if ((query.vector === undefined) !== (query.id === undefined)) return
  throw new ValueError('vectorIndex().query takes either a vector or the id of a record.')
}

const DELETE: OptionRules<DeleteRecords<AnyRow>> = {
  ids: listOf(anything),
  filter: anything,
  all: anything,
}

/** @throws {ValueError} unless exactly one of `ids`, `filter` and `all: true` is there */
export function checkDelete(which: DeleteRecords<AnyRow>): void {
  checkArgument('vectorIndex().delete', 'The argument', object, which)
  checkOptions('vectorIndex().delete', DELETE, which)
  const given = Object.entries(which).filter(([, value]) => value !== undefined)
  const [name, value] = given[0] ?? []
  const isRight = name === 'ids' ? Array.isArray(value) : name !== 'all' || value === true
  if (given.length === 1 && isRight) return
  throw new ValueError(
    'vectorIndex().delete takes one of { ids: […] }, { filter } and { all: true }.',
  )
}

/** @throws {ValueError} where a record has other columns than the first: one statement writes the same of all */
export function checkSame(first: readonly string[], names: readonly string[], at: number): void {
  const other = [
    ...names.filter((name) => !first.includes(name)),
    ...first.filter((name) => !names.includes(name)),
  ]
  if (other.length === 0) return
  throw new ValueError(
    `All records of one upsert must have the same columns in their metadata; record ${at} differs from the ` +
      `first in ${other.join(', ')}. Upsert them apart, or give null.`,
  )
}

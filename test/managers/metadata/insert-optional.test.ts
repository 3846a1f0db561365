import { describe, expect, it } from 'vitest'
import { isInsertOptional } from '../../../src/managers/metadata/insert-optional.js'
import { parseDeclaredType } from '../../../src/managers/metadata/parse-declared-type.js'

function optional(type: string, fallback?: string, nullable = false): boolean {
  const column = {
    name: 'c',
    type: parseDeclaredType(type),
    ...(fallback !== undefined && { default: fallback }),
    ...(nullable && { nullable }),
  }
  return isInsertOptional(column, true)
}

describe('a column with a default', () => {
  it.each([
    ['int', undefined, 'NULL of a column that became part of a key'],
    ['datetime(0)', "'0000-00-00 00:00:00'", 'a zero date'],
    ['date', "'0000-00-00'", 'a zero date'],
    ['timestamp(0)', '0', 'a zero date as a number'],
    ['year', '1900', 'a year that is stored as NULL'],
    ["enum('a','b')", "'z'", 'not a member'],
    ["enum('a','b')", "''", 'not a member'],
    ["enum('a','b')", '0', 'not the number of a member'],
    ["enum('a','b')", '3', 'not the number of a member'],
    ["set('a','b')", "'a,z'", 'not a member'],
    ["set('a','b')", '8', 'a bit too many'],
    ['datalink', "'x'", 'not an address'],
  ])('%s default %s must be in an INSERT: %s', (type, fallback, _why) => {
    expect(optional(type, fallback)).toBe(false)
  })

  it.each([
    ['int', '0'],
    ['varchar(3)', "''"],
    ['datetime(0)', "'2024-01-01'"],
    ['time', "'00:00:00'"],
    ['timestamp(0)', 'current_timestamp()'],
    ['year', '0'],
    ['year', "'2024'"],
    ["enum('a','b')", "'A'"],
    ["enum('a','b')", "'1'"],
    ["enum('a','b')", '2'],
    ["set('a','b')", "'b,a'"],
    ["set('a','b')", "''"],
    ["set('a','b')", '3'],
    ['uuid', '(uuid())'],
  ])('%s default %s may be left out', (type, fallback) => {
    expect(optional(type, fallback)).toBe(true)
  })

  it('of NULL may be left out where NULL is allowed', () => {
    expect(optional('int', undefined, true)).toBe(true)
    expect(optional('year', '1900', true)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { GuardError } from 'kysely-matrixone'
import { guardTimeHint } from '../../src/guards/time-hint.js'

const guard = (sql: string): void => guardTimeHint(sql, 'refuse')

describe('a time hint that corrupts a table', () => {
  it.each([
    "update t {snapshot = 's'} set a = 1",
    "UPDATE d.t{SNAPSHOT='s'} AS x SET a = 1 WHERE b = '('",
    'delete from t {mo_ts = 1} where a = 1',
    "insert into t {timestamp = '2026-01-01'} select * from u",
    "replace into t {snapshot = 's'} values (1)",
    "with x as (select 1) delete from t {snapshot = 's'}",
    "explain update t {snapshot = 's'} set a = 1",
    "/*! update t {snapshot = 's'} set a = 1 */",
    "select 1; delete from t {snapshot = 's'}",
  ])('is refused: %s', (sql) => {
    expect(() => guard(sql)).toThrow(GuardError)
    expect(() => guard(sql)).toThrow(/corrupts the table/)
  })
})

describe('two different hints, of which the server applies one to all tables', () => {
  it.each([
    "select * from a {snapshot = 'x'} join b {snapshot = 'y'} on 1 = 1",
    "select (select count(*) from a {snapshot = 'x'}), (select count(*) from a {mo_ts = 1})",
    "insert into t select * from a {snapshot = 'x'} union all select * from a {snapshot = 'y'}",
    "create view v as select * from a {snapshot = 'x'}, b {snapshot = 'y'}",
  ])('are refused: %s', (sql) => {
    expect(() => guard(sql)).toThrow(/silently applies one/)
  })
})

describe('AS OF, which reads the present in the future', () => {
  it('is refused', () => {
    expect(() => guard("select * from t {as of timestamp '2100-01-01 00:00:00'}")).toThrow(
      /reads the present/,
    )
  })
})

describe('a vector search under a hint, which an index answers with present rows', () => {
  it.each([
    "select id from t {snapshot = 's'} order by l2_distance(v, '[1]') limit 3",
    "select * from (select id, cosine_distance(v, '[1]') d from t {mo_ts = 1}) x order by d limit 3",
    "with x as (select id, inner_product(v, '[1]') d from t {mo_ts = 1}) select * from x order by d",
    "select id from t {snapshot = 's'} order by l2_distance(v, '[1]') limit 3 by rank with option 'mode=pre'",
  ])('is refused: %s', (sql) => {
    expect(() => guard(sql)).toThrow(/mode=force/)
  })
})

describe('everything else', () => {
  it.each([
    "select * from t {snapshot = 's'} as x join u {SNAPSHOT=\"s\"} on replace(x.a, 'b', 'c') = u.a",
    "insert into t select * from s {snapshot = 's'} on duplicate key update a = 1",
    "insert into t (a) (select a from s {snapshot = 's'})",
    "update t set a = (select a from s {snapshot = 's'} where id = 1) where b = '{snapshot = 1}'",
    'select \'update t {snapshot = 1}\', "{mo_ts = 2}" from t {mo_ts = 3}',
    "create table x clone t {snapshot = 's'}",
    "restore table d.t {snapshot = 's'}",
    "data branch diff a {snapshot = 'x'} against b {snapshot = 'y'}",
    `insert into t values ('{"snapshot": 1}', '{"timestamp": {"as": 2}}')`,
    "select * from t {snapshot = 's'} for update",
    "select id from t {snapshot = 's'} order by l2_distance(v, '[1]') limit 3 by rank with option 'mode=force'",
    "select id, l2_distance(v, '[1]') from t {snapshot = 's'}",
    "select id from t order by l2_distance(v, '[1]') limit 3",
    'select 1',
  ])('passes: %s', (sql) => {
    expect(() => guard(sql)).not.toThrow()
  })

  it('passes when the guard is off', () => {
    expect(() => guardTimeHint("delete from t {snapshot = 's'}", 'off')).not.toThrow()
  })
})

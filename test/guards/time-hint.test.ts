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
    "update (u {snapshot = 's'}) set a = 1",
    "update ((u {snapshot = 's'} as x)) set a = 1",
    "update t {/* c */ snapshot /**/ = 's'} set a = 1",
    "update t {snapshot = 's'} set a = 1 where b in (select b from u)",
    "prepare p from update t {snapshot = 's'} set a = 1",
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
    "select * from a {snapshot = 'x'}, b {/* c */ snapshot = 'y'}",
    "select * from a {snapshot = x}, b {snapshot = 'y'}",
    'select * from a {snapshot = ?}, b {snapshot = ?}',
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
    "select id from t {snapshot = 's'} order by l2_distance/**/(v, '[1]') limit 3",
    "select id from t {snapshot = 's'} order by l2_distance (v, '[1]') limit 3",
    "select id from t { snapshot = 's' } order by L2_Distance\n(v, '[1]') limit 3",
    "select id, l2_distance(v, '[1]') from t {snapshot = 's'} order by 2",
    "select id, 1 - cosine_distance(v, '[1]') + a as d from t {snapshot = 's'} order by d desc",
    "select id, l2_distance(v, '[1]') d from t {snapshot = 's'} order by d + 1",
    "select * from (select id, x.d as e from (select id, l2_distance(v, '[1]') d from t {mo_ts = 1}) x) y order by e",
    "with x (i, d) as (select id, l2_distance(v, '[1]') from t {mo_ts = 1}) select * from x order by d",
    "select * from (select id, l2_distance(v, '[1]') from t {mo_ts = 1}) as x (i, d) order by d",
    "with y as (select 1), x (i, d) as (select id, l2_distance(v, '[1]') from t {mo_ts = 1}) select * from x order by d",
    "select id from t {mo_ts = 1} where 'mode=force' = a order by l2_distance(v, '[1]') limit 3",
  ])('is refused: %s', (sql) => {
    expect(() => guard(sql)).toThrow(/mode=force/)
  })
})

describe('a full-text search under a hint, which an index answers with present rows', () => {
  it.each([
    "select * from t {snapshot = 's'} where match(a) against ('x')",
    "select match (a) against ('x' in boolean mode) from t {snapshot = 's'}",
    "select * from t where match(a) against ('x') and b in (select b from u {snapshot = 's'})",
  ])('is refused: %s', (sql) => {
    expect(() => guard(sql)).toThrow(/today's full-text index/)
  })
})

describe('a hint behind a common table expression, which is ignored', () => {
  it.each([
    "with c as (select * from t) select * from c {snapshot = 's'}",
    "with recursive `C` (a) as (select 1) select * from c {snapshot = 's'} as x",
  ])('is refused: %s', (sql) => {
    expect(() => guard(sql)).toThrow(/expression c is silently ignored/)
  })
})

describe('everything else', () => {
  it.each([
    "select id, l2_distance(v, '[1]') from t {snapshot = 's'} order by id",
    "select id, l2_distance(v, '[1]') as d, title as t from t {snapshot = 's'} order by t, lower(t.title) desc limit 5",
    "select x.* from (select id, l2_distance(v, '[1]') as d from t {mo_ts = 1}) x where d < 3 order by x.id",
    "select abs(a), max(b) m, l2_distance(v, '[1]') d from t {mo_ts = 1} order by m",
    "select row_number() over (order by id) n, l2_distance(v, '[1]') d from t {mo_ts = 1}",
    "select a from t {snapshot = 's'} where b = 'match against' and match = 1",
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

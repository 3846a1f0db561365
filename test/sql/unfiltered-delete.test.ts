import { describe, expect, it } from 'vitest'
import { guardFullDelete } from '../../src/guards/full-delete.js'

const rewrite = (sql: string): string => guardFullDelete(sql, 'rewrite')

describe('a DELETE without WHERE', () => {
  it.each([
    ['delete from t', 'delete from t where true'],
    ['DELETE FROM d.t AS x;', 'DELETE FROM d.t AS x where true;'],
    ['delete from `where` -- all', 'delete from `where` where true -- all'],
    ['delete from t order by a limit 3', 'delete from t where true order by a limit 3'],
    ['delete from t returning a', 'delete from t where true returning a'],
    ['delete from t partition (p0)', 'delete from t partition (p0) where true'],
    ['delete t from t join u on t.a = u.a', 'delete t from t join u on t.a = u.a where true'],
    [
      'delete from t using t, (select a from u where a > 1) v',
      'delete from t using t, (select a from u where a > 1) v where true',
    ],
    [
      'with c as (select 1 where true) delete from t',
      'with c as (select 1 where true) delete from t where true',
    ],
    ['explain analyze delete from t', 'explain analyze delete from t where true'],
    ['prepare p from delete from t', 'prepare p from delete from t where true'],
    ['/*! delete from t */', '/*! delete from t where true */'],
    [
      'delete from t; delete from u where a = 1; delete from v',
      'delete from t where true; delete from u where a = 1; delete from v where true',
    ],
  ])('gets one: %s', (sql, expected) => {
    expect(rewrite(sql)).toBe(expected)
  })
})

describe('everything else', () => {
  it.each([
    'delete from t where true',
    'delete from t /*! where a = 1 */',
    'create table c (a int, foreign key (a) references p (a) on delete cascade)',
    'alter table c add foreign key (a) references p (a) on delete cascade',
    'grant delete on t to r',
    'data branch delete table b',
    'merge into t using u on t.a = u.a when matched then delete',
    'with c as (select 1) select * from c',
    "select 'delete from t'",
    'truncate t',
  ])('stays as it is: %s', (sql) => {
    expect(rewrite(sql)).toBe(sql)
  })
})

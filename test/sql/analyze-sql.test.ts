import { describe, expect, it } from 'vitest'
import { analyzeSql } from '../../src/sql/analyze-sql.js'

describe('a plain statement, of which no guard has anything to say', () => {
  it.each([
    ['select * from t where a = ?', true],
    ["(select 'a; b')", true],
    ['insert into t values (?)', true],
    ['update t set a = 1;', true],
    ['/* c */ delete from t', true],
    ['select 1; drop table t', false],
    ['set sql_mode = ?', false],
    ['rollback to a', false],
    ['select last_insert_id()', false],
    ["select get_lock('a', 1)", false],
    ["update t {snapshot = 's'} set a = 1", false],
    ['create temporary table t (a int)', false],
    ['select 1 /*! ; set @a = 1 */', false],
    ['', false],
  ])('%s: %s', (sql, isPlain) => {
    expect(analyzeSql(sql).isPlain).toBe(isPlain)
  })
})

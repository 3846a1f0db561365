import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editText } from '../../src/sql/edit-text.js'
import { findValuesFirst } from '../../src/sql/values-first.js'

/** The text with its comparisons turned round. */
const turn = (sql: string): string => editText(sql, findValuesFirst(sql))

describe('a value in front of a column', () => {
  it.each([
    ['select * from t where 100 > id', 'select * from t where id < 100'],
    ['select * from t where ? >= id and n = 1', 'select * from t where id <= ? and n = 1'],
    ["select * from t where 'a' < `t`.`id`", "select * from t where `t`.`id` > 'a'"],
    ['select * from t where (-1<id)', 'select * from t where (id > -1)'],
    ['delete from t where not 5 <= s.t.id;', 'delete from t where not s.t.id >= 5;'],
    [
      "update t set n = 1 where date '2020-01-01' > d or now() < d",
      "update t set n = 1 where d < date '2020-01-01' or d > now()",
    ],
    ['select 1 from t where (100) > (id) limit 3', 'select 1 from t where (id) < (100) limit 3'],
    [
      'select 1 from t where abs(-(1 + 2)) > id group by a',
      'select 1 from t where id < abs(-(1 + 2)) group by a',
    ],
    ['select 1 from t where (select 5) > id', 'select 1 from t where id < (select 5)'],
    [
      'select 1 from o left join t on @v > t.id where 1 > o.id',
      'select 1 from o left join t on t.id < @v where o.id < 1',
    ],
    ['select id from t group by id having 5 > id', 'select id from t group by id having id < 5'],
    [
      'select 1 from t where 1 < id and 9 > id /* x */ union select 2 from u where 3 > b',
      'select 1 from t where id > 1 and id < 9 /* x */ union select 2 from u where b < 3',
    ],
    [
      'select 1 from t where exists (select 1 from u where 3 > b)',
      'select 1 from t where exists (select 1 from u where b < 3)',
    ],
    ['select 1 from t where true > id', 'select 1 from t where id < true'],
  ])('is put behind it: %s', (sql, expected) => {
    expect(turn(sql)).toBe(expected)
  })

  it.each([
    'select 100 > id from t',
    'select (1 > id), case when 1 > id then 2 end from t',
    'select * from t where id < 100',
    'select * from t where a > id',
    'select * from t where a + 100 > id',
    'select * from t where a - 100 > id',
    'select * from t where 100 > id + 1',
    'select * from t where 100 > id * 2',
    'select * from t where 100 > abs(id)',
    'select * from t where 100 > all (select 1)',
    'select * from t where 100 <=> id',
    'select * from t where 100 <> id',
    'select * from t where 100 << id',
    'select * from t where 100 >> id',
    "select * from t where j -> '$.a' > '$.b'",
    "select * from t where '{}' ->> id",
    'select * from t where a between 1 and 100 > id',
    'select * from t where 1 < id < 5',
    'select * from t where (1, 2) < (a, b)',
    "select * from t where '100 > id'",
    'select * from t where a = 1 -- and 100 > id',
    'select * from t order by 100 > id',
    "insert into t values (1, '5 > id')",
    'update t set b = 100 > id',
    'create table t (id int, check (100 > id))',
    'insert into t values (1) on duplicate key update n = 100 > id',
  ])('stays where turning it would change or prove nothing: %s', (sql) => {
    expect(findValuesFirst(sql)).toEqual([])
  })

  it('is found once: what was turned stays', () => {
    const value = fc.constantFrom('1', '-2', "'a'", '?', 'now()', '(3)', '@v')
    const column = fc.constantFrom('id', 't.id', '`a b`', '(id)')
    const operator = fc.constantFrom('<', '<=', '>', '>=', '=', '<>')
    const comparison = fc
      .tuple(value, operator, column, fc.boolean())
      .map(([v, o, c, isFirst]) => (isFirst ? `${v} ${o} ${c}` : `${c} ${o} ${v}`))
    const condition = fc
      .array(comparison, { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join(' and '))
    fc.assert(
      fc.property(condition, (text) => {
        const sql = `select * from t where ${text} limit 1`
        const turned = turn(sql)
        expect(findValuesFirst(turned)).toEqual([])
        expect(turned.length).toBe(sql.length)
      }),
    )
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '(',
            ')',
            '<',
            '>',
            '=',
            '1',
            'id',
            '.',
            'where',
            'and',
            '-',
            ';',
            '?',
            ',',
          ),
        ),
        (parts) => {
          turn(parts.join(' '))
        },
      ),
    )
  })
})

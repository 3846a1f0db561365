import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readViewDefinition } from '../../../src/managers/metadata/view-definition.js'

const read = (sql: string): ReturnType<typeof readViewDefinition> =>
  readViewDefinition(JSON.stringify({ Stmt: sql, DefaultDatabase: 'd' }), 'd')

describe('plain references in a view', () => {
  it.each([
    ['create view v as select id, a from t', ['id', 'a']],
    ['create view v (x, y) as select t.id, `d`.`T`.`A b` as z from t', ['id', 'a b']],
    ['create view v as select distinct id i from t where a = (1)', ['id']],
    [
      "create view v as select id, 'a' as b, a, null, 1, count(*) n from t",
      ['id', null, 'a', null, null, null],
    ],
    [
      'create view v as select id + 1 as id, -id, (id), id as `from` from t',
      [null, null, null, 'id'],
    ],
    [
      "create view v as select json_extract(a, '$.b') as a, case when a then b end b from t",
      [null, null],
    ],
    ["create view v as select date '2024-01-01', interval 1 day from t", [null, null]],
    ['create view v as select id /* , a */ -- , b\n from t', ['id']],
    ['create view v as select current_timestamp, true x, id from t', [null, null, 'id']],
  ])('%s', (sql, references) => {
    expect(read(sql).references).toEqual(references)
  })

  it.each([
    'create view v as select * from t',
    'create view v as select t.* from t where a > 1',
    'create view v as select t.*, u.* from t join u on t.id = u.id',
  ])('are all columns of %s', (sql) => {
    expect(read(sql).references).toBe('star')
  })

  it.each([
    'create view v as select id from t union all select id from u',
    'create view v as select id from (select elt(5, a) as id from t) x',
    'create view v as with x as (select 1 as id) select id from x',
    'create view v as select a, count(*) from t group by a with rollup',
    'create view v as select t.id from t full join u on t.id = u.id',
    'create view v as select id from t natural join u',
    'create view v as select *, 1 from t',
    '',
  ])('are not claimed of %s', (sql) => {
    expect([null, []]).toContainEqual(read(sql).references ?? null)
  })
})

describe('the tables of a view', () => {
  it.each([
    ['create view v as select id from t', ['t']],
    [
      'create view v as select a from `T 1` as x, u y left join w on w.id = y.id where x.a in (1, 2)',
      ['t 1', 'u', 'w'],
    ],
    ['create view v as select a from other.t', null],
    ['create view v as select a from generate_series(1, 10) g', null],
    ['create view v as select 1 as a', null],
  ])('%s', (sql, relations) => {
    expect(read(sql).relations).toEqual(relations)
  })

  it('are found for any text without an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(read(`create view v as select ${text}`)).toBeDefined()
        expect(readViewDefinition(text, 'd')).toBeDefined()
      }),
    )
  })
})

describe('the normal form of a definition', () => {
  it.each([
    "create view v as select id,a as B from t where a>=1.50 and b = 'It''s'",
    "CREATE OR REPLACE VIEW `d`.`V` AS\n  SELECT  `id`, `A` AS `b`  -- why\n FROM `t` WHERE a >= 1.50 AND b='It''s';",
    "create view if not exists v (x, y) as select /* both */ id, d.t.a as b from d.t where a\t>= 1.50 and `b` = 'It''s'",
  ])('is the same: %s', (sql) => {
    const { text } = read(sql.replace('d.t.a', 'a'))
    expect(text).toBe("select id, a as b from t where a >= 1.50 and b = 'It''s'")
  })

  it.each([
    ['a string', "create view v as select 'a' x", "create view v as select 'A' x"],
    ['a condition', 'create view v as select a from t', 'create view v as select a from t where a'],
    ['a name that is a word', 'create view v as select `null` a', 'create view v as select null a'],
    [
      'a blank in a name',
      'create view v as select `a b` from t',
      'create view v as select a b from t',
    ],
    [
      'another database',
      'create view v as select a from e.t',
      'create view v as select a from d.t',
    ],
  ])('tells %s apart', (_what, one, other) => {
    expect(read(one).text).not.toBe(read(other).text)
  })

  it('names the database that unqualified tables are in, when it is another one', () => {
    const stored = (selected: string): string =>
      JSON.stringify({ Stmt: 'create view d.v as select a from t', DefaultDatabase: selected })
    expect(readViewDefinition(stored('d'), 'd').text).toBe('select a from t')
    expect(readViewDefinition(stored('e'), 'd')).toEqual({
      text: 'use e; select a from t',
      relations: null,
      references: null,
    })
  })

  it('does not depend on blanks, comments, letter case or backticks', () => {
    const words = [
      'select',
      'a',
      'from',
      't',
      'where',
      'b',
      '(',
      ')',
      ',',
      '=',
      '<=',
      "'x'",
      '1',
      '.',
    ]
    const piece = fc.tuple(
      fc.constantFrom(...words),
      fc.constantFrom(' ', '\n', '\t ', ' /* c */ ', ' -- c\n'),
      fc.boolean(),
      fc.boolean(),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const isName = (word: string): boolean => /^[abt]$/.test(word)
        const plain = pieces.map(([word]) => word).join(' ')
        const odd = pieces
          .map(([word, blank, isUpper, isQuoted]) => {
            const cased = isUpper && !word.startsWith("'") ? word.toUpperCase() : word
            return (isName(word) && isQuoted ? `\`${cased}\`` : cased) + blank
          })
          .join('')
        expect(read(`create view v as ${odd}`).text).toBe(read(`create view v as ${plain}`).text)
      }),
    )
  })
})

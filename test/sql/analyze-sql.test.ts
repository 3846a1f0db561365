import { createConnection, type Connection } from 'mysql2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyzeSql, type SqlStatement } from '../../src/sql/analyze-sql.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

const readStatements = (sql: string): readonly SqlStatement[] => analyzeSql(sql).statements

describe('the statements of a text', () => {
  it('have their leading keywords, without comments and parentheses', () => {
    expect(
      readStatements('-- x\n ((select 1) union (select 2)); /*!40101 set @a = 1 */; ;'),
    ).toEqual([
      {
        text: '-- x\n ((select 1) union (select 2))',
        keyword: 'SELECT',
        keywords: ['SELECT'],
        sessionCalls: [],
      },
      { text: '/*!40101 set @a = 1 */', keyword: 'SET', keywords: ['SET'], sessionCalls: [] },
    ])
  })

  it.each([
    ['rollback work to savepoint a', ['ROLLBACK', 'WORK', 'TO', 'SAVEPOINT', 'A']],
    ['/* c */ Start Transaction', ['START', 'TRANSACTION']],
    ['values row(1)', ['VALUES', 'ROW']],
    ["'x'", []],
    ['( ( select 1))', ['SELECT']],
  ])('begin with the right keywords: %j', (sql, keywords) => {
    expect(readStatements(sql)[0]?.keywords).toEqual(keywords)
  })

  it.each([
    ['select last_insert_id()', ['LAST_INSERT_ID']],
    [
      "insert into t values (1, Last_Insert_Id /* x */ ( ), get_lock('a', 1))",
      ['LAST_INSERT_ID', 'GET_LOCK'],
    ],
    ['select 1 /*! , row_count() */', ['ROW_COUNT']],
    ["select row_count, 'last_insert_id()', `get_lock` from t -- get_lock()", []],
  ])('list the session functions they call: %j', (sql, calls) => {
    expect(readStatements(sql)[0]?.sessionCalls).toEqual(calls)
  })

  it('are none where it is all comments', () => {
    expect(readStatements(' -- a\n;/* b */; # c')).toEqual([])
  })

  it('are remembered for more texts than are kept without being mixed up', () => {
    for (let index = 0; index < 2000; index++) {
      expect(readStatements(`select ${index % 700}`)[0]?.text).toBe(`select ${index % 700}`)
    }
  })
})

describe('a plain statement, of which no guard has anything to say', () => {
  it.each([
    ['select * from t where a = ?', true],
    ["(select 'a; b')", true],
    ['insert into t values (?)', true],
    ['update t set a = 1;', true],
    ['/* c */ delete from t where a = 1', true],
    ['/* c */ delete from t', false],
    ["select '{' from t", true],
    ['select @v_?', false],
    ['insert ignore into t values (?)', false],
    ['select l2_distance(a, ?) from t', false],
    ['insert into t select id from u order by l2_distance(a, ?) limit 3', false],
    ['insert into row_count (a) values (1)', true],
    ['insert into t select row_count ( )', false],
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

describe('stacked statements', () => {
  let connection: Connection

  beforeAll(() => {
    connection = createConnection(server.options)
  })

  afterAll(() => connection.destroy())

  function countReplies(sql: string): Promise<number> {
    return new Promise((resolve, reject) => {
      let replies = 0
      const command = connection.query(sql)
      command.on('fields', () => replies++)
      command.on('error', reject)
      command.on('end', () => resolve(replies))
    })
  }

  it.each([
    ['plain', 'select 1; select 2'],
    ['inside an executable comment', 'select 1 /*! ; select 2 */'],
    ['of any version number', '/*!99999 select 1 ; select 2 */'],
    ['behind a quote that the server steps over', "select 1 /*! ' ; select 2 ' */"],
    ['behind a name with a quote', "select 1 as 0x'; select 2 -- '"],
    ['behind a carriage return in a comment', 'select 1 -- x\r; select 2'],
    ['behind two slashes', 'select 1 // ; select 2\n; select 3'],
    ['in double quotes', 'select "a;b"; select "c\\";d"'],
    ['in dollar quotes', 'select $$a;b$$; select $t$c;d$t$'],
    ['in backticks', 'select 1 as `a;\\`; select 2 as `b``;c`'],
    ['behind a minus pair that is no comment', 'select 1 --1; select 2'],
    ['empty ones', ';; select 1;;; /* x */ ; select 2 ;'],
    ['one alone', "select '; -- /*' as `a` /* ; */ # ;"],
  ])('are counted as the server runs them: %s', async (_what, sql) => {
    expect(readStatements(sql)).toHaveLength(await countReplies(sql))
  })
})

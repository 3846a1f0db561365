import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  DataError,
  DuplicateObjectError,
  ServerError,
  SqlSyntaxError,
  UnknownObjectError,
  UnsupportedError,
} from 'kysely-matrixone'
import { openDatabase, type TestDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)

let own: TestDatabase<Record<string, never>>

beforeAll(async () => {
  own = await openDatabase(server, 'error_classes_test', {
    connection: { connectionLimit: 1 },
    guards: { sessionState: 'off' },
  })
  const statements = [
    "create table t (id int primary key, kind enum('a','b'), tags set('x','y'), guid uuid)",
    'create table u (a int, b int)',
    "insert into t (id, kind) values (1, 'a'), (2, 'b')",
  ]
  for (const statement of statements) await sql.raw(statement).execute(own.db)
})

describe('an error of the server has the class that fits', () => {
  it.each([
    ['a column that exists', 'alter table t add column id int', 1060, DuplicateObjectError],
    ['a column that is named twice', 'create table v (a int, a int)', 3819, DuplicateObjectError],
    [
      'an index that exists',
      'create table v (a int, index i (a), index i (a))',
      1061,
      DuplicateObjectError,
    ],
    ['a user that exists', "create user root identified by 'x'", 20101, DuplicateObjectError],
    ['a LIMIT below 0', 'select * from t limit -1', 1149, SqlSyntaxError],
    ['an ORDER BY beyond the list', 'select id from t order by 7', 1149, SqlSyntaxError],
    ['too few values', 'insert into u values (1)', 1136, SqlSyntaxError],
    ['a text that PREPARE cannot read', "prepare p from 'selec 1'", 1105, SqlSyntaxError],
    ['two rows for one value', 'select (select id from t) as one', 1242, DataError],
    ['two rows to compare with', 'select id from t where id = (select id from t)', 1242, DataError],
    [
      'a snapshot that does not exist',
      "select * from t {snapshot = 'nosuch'}",
      20101,
      UnknownObjectError,
    ],
    ['a statement that was not prepared', 'execute nosuch', 20400, UnknownObjectError],
    ['a key that does not exist', 'alter table t drop index nosuch', 20101, UnknownObjectError],
    ['a procedure that does not exist', 'call nosuch()', 1122, UnknownObjectError],
    [
      'a text that is not a member of a set',
      "update t set tags = 'z' where id = 1",
      20101,
      DataError,
    ],
    ['a text that is not a UUID', "update t set guid = 'z' where id = 1", 1105, DataError],
    ['a regular expression that is not one', "select 'a' regexp '('", 1105, DataError],
    ['a time zone that does not exist', "set time_zone = 'Nowhere/City'", 1105, DataError],
    [
      'a feature that does not exist yet',
      'select (select x.a from (select u.a where u.b = t.id) x) from t, u',
      20102,
      UnsupportedError,
    ],
    [
      'a key that ON DUPLICATE KEY UPDATE would change',
      'insert into t (id) values (1) on duplicate key update id = 5',
      20313,
      UnsupportedError,
    ],
  ])('%s: %s', async (_, statement, errno, Class) => {
    const error: unknown = await sql
      .raw(statement)
      .execute(own.db)
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Class)
    const { subqueryRowsErrno, keyUpdateErrno } = server.can
    const older = new Map<number, number>([
      [1242, subqueryRowsErrno],
      [20313, keyUpdateErrno],
    ])
    expect(error).toMatchObject({ errno: older.get(errno) ?? errno })
    expect(Object.getPrototypeOf(error)).not.toBe(ServerError.prototype)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpolate } from '../../src/sql/interpolate.js'
import { redactLiterals } from '../../src/sql/redact.js'
import { redactMessage } from '../../src/sql/redact-message.js'

describe('redactLiterals', () => {
  it.each([
    [
      "select * from `t` where a = 'x''y' and b > 1.5e3 limit 10",
      'select * from `t` where a = ? and b > ? limit ?',
    ],
    ["create user 'ann' identified by '111'", 'create user ? identified by ?'],
    [
      "create stage s url='s3://b' credentials={'aws_key_id'='k','aws_secret_key'='x'}",
      'create stage s url=? credentials={?=?,?=?}',
    ],
    [
      "insert into t values (x'00ff', '[1,2.5]', 0x1f, true, null)",
      'insert into t values (?, ?, ?, true, null)',
    ],
    ["select 1 -- password 'x'\n, 2 /* key=5 */", 'select ? , ?'],
    ["/*! identified by ' secret' */ a", '? ? ? a'],
    ['select $$secret$$, @@time_zone, @a', 'select ?, @@time_zone, @a'],
    ["select 'unterminated secret", 'select ?'],
  ])('of %j leaves %j', (sql, redacted) => {
    expect(redactLiterals(sql)).toBe(redacted)
  })

  it('lets no value survive', () => {
    fc.assert(
      fc.property(
        fc.string({
          minLength: 4,
          unit: fc.constantFrom("'", '\\', '"', ' ', '`', 'S', '\n', '*', '/'),
        }),
        (secret) => {
          const sql = interpolate('set password = ? where x = ?', [`${secret}SECRET`, 42], {
            timeZone: 'Z',
          })
          expect(redactLiterals(sql)).toBe('set password = ? where x = ?')
        },
      ),
    )
  })
})

describe('redactMessage', () => {
  it.each([
    [
      "Duplicate entry 'it's, ann@example.org' for key 'email'",
      "Duplicate entry '?' for key 'email'",
    ],
    [
      "Can't cast '123456' to VARCHAR type. Src length 6 is larger than Dest length 5",
      "Can't cast '?' to VARCHAR type. Src length 6 is larger than Dest length 5",
    ],
    [
      "data out of range: data type int8, value '300'",
      "data out of range: data type int8, value '?'",
    ],
    [
      'invalid argument cast to int, bad value abc def',
      'invalid argument cast to int, bad value ?',
    ],
    [
      'invalid argument function coalesce, bad value [JSON VARCHAR]',
      'invalid argument function coalesce, bad value [JSON VARCHAR]',
    ],
    [
      'convert to MySQL enum failed: item z is not in enum [a b]',
      'convert to MySQL enum failed: item ? is not in enum [a b]',
    ],
    ['malformed vector input: abc', 'malformed vector input: ?'],
    [
      'strconv.ParseUint: parsing "00ff": value out of range',
      'strconv.ParseUint: parsing "?": value out of range',
    ],
    ['invalid input: json text {"a":', 'invalid input: json text ?'],
    ["Unknown column 'zz' in 't'", "Unknown column 'zz' in 't'"],
    ['table "nope" does not exist', 'table "nope" does not exist'],
    [
      "constraint violation: Column 's' cannot be null",
      "constraint violation: Column 's' cannot be null",
    ],
    ['internal error: there is no user nouser', 'internal error: there is no user nouser'],
    [
      'syntax error at line 1 column 30 near " identified by \'111\', "x" limit 5";',
      'syntax error at line 1 column 30 near "identified by ?, ? limit ?";',
    ],
  ])('of %j leaves %j', (message, redacted) => {
    expect(redactMessage(message)).toBe(redacted)
  })

  it('keeps no quoted value of a message that it does not know', () => {
    expect(redactMessage("surprising: 'secret one', \"secret two\" isn't 'secret'")).not.toContain(
      'secret',
    )
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactBytes, redactStatement, redactText } from '../../../src/testing/tape/redact.js'

const SECRET = 'hunter2-Sé😀'

describe('secrets in statements', () => {
  it.each([
    `create user u identified by '${SECRET}'`,
    `create account a admin_name 'x' identified by "${SECRET}"`,
    `create user u identified with mysql_native_password by '${SECRET}'`,
    `alter user u IDENTIFIED  BY '${SECRET}' default role r`,
    `set password = '${SECRET}'`,
    `set password for u = password('${SECRET}')`,
    `create stage s url='s3://b/p' credentials={'AWS_KEY_ID'='${SECRET}','AWS_SECRET_KEY'='${SECRET}'}`,
    `load data url s3option {'access_key_id'='${SECRET}', "secret_access_key"="${SECRET}"}`,
    `{"aws_session_token":"${SECRET}", "endpoint": "e"}`,
    `create cdc c 'mysql://acc#root:${SECRET}@host:6001' 'mysql' 'mysql://u:${SECRET}@h' 'db'`,
    `create cdc c 'mysql://root:a/b@${SECRET}@host:6001' 'mysql' 'x' 'db'`,
    `select 'AWS_SECRET_KEY=${SECRET},provider=minio'`,
    `create user u identifed by '${SECRET}'`,
    `create user u pasword '${SECRET}'`,
    `create account a admin_name 'x' identifid by "${SECRET}"`,
    `alter user u idenified with x '${SECRET}' comment 'kept'`,
    `create stage s url='s3://${SECRET}:abc@bucket/p'`,
    `create stage s url='minio://${SECRET}@host/p' comment = 'kept'`,
    `create stage s url='s3://b/p' credentails={'AWS_KY'='${SECRET}'}`,
    `syntax error at line 1 column 24 near "identifed by '${SECRET}'"`,
  ])('%s', (sql) => {
    const redacted = redactStatement(sql)
    expect(redacted).not.toContain(SECRET)
    expect(redacted).toContain('***')
  })

  it('with quotes and backslashes in them are taken out whole', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (secret) => {
        const escaped = secret.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
        const sql = `create user u identified by '${escaped}' comment 'c'`
        expect(redactText(sql)).toBe("create user u identified by '***' comment 'c'")
      }),
    )
  })

  it('leave everything around them as it was, and redacting again changes nothing', () => {
    const sql = "create stage s credentials={'aws_secret_key'='x'} comment = 'key: value'"
    const redacted = "create stage s credentials={'aws_secret_key'='***'} comment = 'key: value'"
    expect(redactText(sql)).toBe(redacted)
    expect(redactText(redacted)).toBe(redacted)
  })

  it.each([
    "select 'a' as token, password from users where id = 1",
    'create table t (id int primary key, api_key varchar(10))',
    "insert into t values ('password')",
    "create index k on t (a) comment 'unique key'",
    'Access denied for user root. internal error: check password failed',
    "select * from t where url = 'https://example.org/a:b'",
  ])('are not seen in %s', (sql) => {
    expect(redactText(sql)).toBe(sql)
  })

  it('in binary packets are replaced by as many stars', () => {
    const bytes = Buffer.from(`\0\x20secret_key='hunter2'\xff`, 'latin1')
    const redacted = redactBytes(bytes)
    expect(redacted.length).toBe(bytes.length)
    expect(redacted.toString('latin1')).toBe(`\0\x20secret_key=*********\xff`)
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultGuards, GuardError, MatrixOne, ValueError } from 'kysely-matrixone'
import { guardStatement, type PassedStatement } from '../../src/guards/guard-statement.js'
import { type GuardOptions, resolveGuards } from '../../src/guards/guards.js'

const ROOT = new URL('../../', import.meta.url)

describe('each guard', () => {
  it.each(Object.keys(defaultGuards))('%s has a file and a line in docs/guards.md', (name) => {
    const file = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    expect(existsSync(new URL(`src/guards/${file}.ts`, ROOT))).toBe(true)
    expect(readFileSync(new URL('docs/guards.md', ROOT), 'utf8')).toContain(`| \`${name}\` |`)
  })

  it.each(Object.keys(defaultGuards))(
    '%s keeps its default when its option is undefined',
    (name) => {
      expect(resolveGuards({ [name]: undefined })).toEqual(defaultGuards)
    },
  )

  it('is refused another action or name than there is', () => {
    const make = (guards: object) => (): unknown =>
      new MatrixOne({ connection: { host: 'h' }, guards: guards as GuardOptions })
    expect(make({ timeHint: 'Refuse' })).toThrow(ValueError)
    expect(make({ timeHint: true })).toThrow(
      "The guard timeHint must be 'refuse', 'warn' or 'off', got true.",
    )
    expect(make({ timeHints: 'off' })).toThrow(
      /no guard "timeHints"\. The guards are implicitCommit,/,
    )
  })
})

describe('a statement', () => {
  const guard = (sql: string, options: GuardOptions = {}, inTransaction = false): PassedStatement =>
    guardStatement(
      { sql, text: sql, serverVersion: '', inTransaction, hold: true },
      resolveGuards(options),
    )

  it.each([
    ['implicitCommit', 'set probe_limit = 5', true],
    ['implicitCommit', 'lock tables t read', true],
    ['savepoint', 'savepoint a', true],
    ['savepoint', 'release savepoint a', true],
    ['savepoint', 'rollback to savepoint a', true],
    ['stackedStatements', 'select 1; select 2', false],
    ['timeHint', "update t {snapshot = 's'} set a = 1", false],
    ['sqlMode', "set sql_mode = 'ANSI_QUOTES'", false],
    ['implicitCommit', 'execute p', true],
    ['implicitCommit', 'call p()', true],
    ['placeholder', 'select @v_?', false],
    ['preparedText', 'prepare p from @text', false],
  ] as const)('is refused by %s: %s', (name, sql, inTransaction) => {
    const refuse = (): unknown => guard(sql, {}, inTransaction)
    expect(refuse).toThrow(GuardError)
    expect(refuse).toThrow(new RegExp(`Guard: ${name}\\.$`))
    expect(() => guard(sql, { [name]: 'off' }, inTransaction)).not.toThrow()
  })

  it('is told by one guard that it changes its session', () => {
    expect(guard('set @a = 1').change).toBeDefined()
    expect(guard('select 1').change).toBeUndefined()
    expect(guard('show tables').change).toBeUndefined()
  })
})

import { writeFileSync } from 'node:fs'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MatrixOne } from 'kysely-matrixone'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { Workspace } from '../cli/run-cli.js'
import { shopModel } from '../cli/shop-model.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
  writeFileSync(work.path('a.json'), serializeSnapshot(shopModel()))
  const changed = shopModel((columns) => {
    columns.push({ name: 'more', type: { name: 'int' }, nullable: true, insertOptional: true })
  })
  writeFileSync(work.path('b.json'), serializeSnapshot(changed))
})
afterEach(() => work.remove())

describe('diff of two snapshot files', () => {
  it('has the exit codes and reports of a check, and needs no generated file', async () => {
    expect(await work.run(['diff', 'a.json', 'b.json'])).toEqual({
      code: 1,
      stdout: `- a.json
+ b.json

articles
  additive  articles.more is new. column-added
      + int
      to undo it: alter table \`articles\` drop column \`more\`

1 difference: 1 additive.
`,
      stderr: '',
    })
    expect(await work.run(['diff', 'a.json', 'a.json'])).toMatchObject({ code: 0 })
    expect(await work.run(['diff', 'a.json', 'b.json', '--fail-on', 'breaking'])).toMatchObject({
      code: 0,
    })
    const { stdout } = await work.run(['diff', '--reporter', 'json', 'b.json', 'a.json'])
    expect(JSON.parse(stdout)).toMatchObject({
      exitCode: 1,
      fix: null,
      findings: [{ ruleId: 'column-removed', severity: 'breaking', location: null }],
    })
  })

  it('leaves out what ignore rules name, and says nothing of a rule that ignores nothing', async () => {
    const ignore = [
      { rule: 'column-added', name: 'articles', reason: 'comes with release 12' },
      { name: 'orders', reason: 'about the generated file' },
    ]
    writeFileSync(work.path('mo-codegen.config.json'), JSON.stringify({ ignore }))
    expect(await work.run(['diff', 'a.json', 'b.json'])).toEqual({
      code: 0,
      stdout:
        'note: Left out by ignore rules: 1.\nNo drift: a.json and b.json agree on 2 tables.\n',
      stderr: '',
    })
    expect(await work.run(['diff', 'b.json', 'a.json'])).toMatchObject({ code: 1 })
    writeFileSync(
      work.path('mo-codegen.config.json'),
      JSON.stringify({ ignore: [{ rule: 'column-adde', reason: 'x' }] }),
    )
    expect(await work.run(['diff', 'a.json', 'b.json'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean column-added?'),
    })
  })

  it.each([[[]], [['a.json']], [['a.json', 'b.json', 'c.json']]])(
    'needs two of them: %o',
    async (operands) => {
      const { code, stderr } = await work.run(['diff', ...operands])
      expect(code).toBe(2)
      expect(stderr).toContain(`diff compares two schemas, and ${operands.length} were given`)
    },
  )

  it('takes options about a table that one of them has', async () => {
    const { databases } = shopModel()
    const only = databases.map(({ tables }) => ({ tables: tables.slice(0, 1) }))
    writeFileSync(work.path('c.json'), serializeSnapshot({ formatVersion: '2.0', databases: only }))
    for (const sides of [
      ['a.json', 'c.json'],
      ['c.json', 'a.json'],
    ]) {
      const { stdout } = await work.run([
        'diff',
        ...sides,
        '--exclude-pattern',
        'articles',
        '--allow-empty',
      ])
      expect(stdout).toMatch(/View titles is (gone|new)\./)
    }
    expect(await work.run(['diff', 'a.json', 'c.json', '--exclude-pattern', 'x'])).toMatchObject({
      code: 2,
      stderr: 'mo-codegen: The exclude pattern x matches no table.\n',
    })
    const titles = await work.run(['diff', 'a.json', 'c.json', '--exclude-pattern', 'titles'])
    expect(titles).toMatchObject({ code: 0 })
    // It writes no interfaces, and need not be about the tables of the project.
    const config = { interfaceNames: { mine: 'Mine' }, include: ['mine', 'a*'], exclude: ['my'] }
    writeFileSync(work.path('mo-codegen.config.json'), JSON.stringify(config))
    expect(await work.run(['diff', 'a.json', 'a.json'])).toMatchObject({ code: 0, stderr: '' })
  })

  it('says which one is missing', async () => {
    const { code, stderr } = await work.run(['diff', 'a.json', 'none.json'])
    expect(code).toBe(2)
    expect(stderr).toContain(
      'There is no snapshot file none.json.\nA database is written as its URL',
    )
  })
})

describe('diff of databases', () => {
  const server = useServer(import.meta.url)
  let db: MatrixOne<Record<string, never>>
  const url = (database: string): string => `${server.url}/${database}`

  beforeAll(async () => {
    ;({ db } = await openDatabase<Record<string, never>>(server, 'kmo_diff'))
    await db.execute('create table t (id int primary key, name varchar(20))')
    await db.execute('drop database if exists kmo_diff_b')
    await db.execute('create database kmo_diff_b')
    await db.execute('create table kmo_diff_b.t (id int primary key, name varchar(30))')
  }, 60_000)

  it('compares two of them, one with its past, and one with a file', async () => {
    // The command names two others than the project's.
    writeFileSync(work.path('mo-codegen.config.json'), '{"databases":["kmo_diff"]}')
    const two = await work.run(['diff', url('kmo_diff'), url('kmo_diff_b')])
    expect(two).toMatchObject({ code: 1, stderr: '' })
    expect(two.stdout).toContain('t.name has another type. column-type-changed')
    await db.execute('drop snapshot if exists kmo_diff_then')
    await db.snapshots.create('kmo_diff_then', { level: 'database', database: 'kmo_diff' })
    await db.execute('alter table t add column more int')
    const past = await work.run(['diff', `${url('kmo_diff')}?at=kmo_diff_then`, url('kmo_diff')])
    expect(past).toMatchObject({ code: 1, stderr: '' })
    expect(past.stdout).toContain('t.more is new. column-added')
    expect(past.stdout).toMatch(/^- .*\/kmo_diff as of snapshot kmo_diff_then\n\+ .*\/kmo_diff\n/)
    const other = await work.run([
      'diff',
      `${url('kmo_diff_none')}?at=kmo_diff_then`,
      url('kmo_diff'),
    ])
    expect(other).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(
        'There is no database kmo_diff_none in the snapshot kmo_diff_then on',
      ),
    })
    const none = await work.run(['diff', `${url('kmo_diff')}?at=`, url('kmo_diff')])
    expect(none).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('at must be text that is not empty'),
    })
    const file = await work.run(['diff', 'a.json', url('kmo_diff')])
    expect(file.stdout).toContain('Table articles is gone. table-removed')
    await db.snapshots.drop('kmo_diff_then')
    await db.execute('drop database kmo_diff_b')
  })

  it('tells two accounts apart whose databases have one name', async () => {
    await db.execute('drop account if exists kmo_diff_account')
    await db.execute("create account kmo_diff_account admin_name 'admin' identified by '111'")
    const other = new URL(url('kmo_diff'))
    other.username = encodeURIComponent('kmo_diff_account:admin')
    other.password = '111'
    const tenant = new MatrixOne<Record<string, never>>({
      connection: { uri: other.href.replace(/kmo_diff$/, '') },
    })
    await tenant.execute('create database kmo_diff')
    await tenant.execute('create table kmo_diff.t (id int primary key)')
    await tenant.destroy()
    const { stdout } = await work.run(['diff', other.href, url('kmo_diff')])
    await db.execute('drop account kmo_diff_account')
    expect(stdout).toMatch(/^- .*\/kmo_diff as kmo_diff_account:admin\n\+ .*\/kmo_diff as \w+\n/)
  })

  it('keeps passwords out of what it says', async () => {
    const { code, stdout, stderr } = await work.run([
      'diff',
      'a.json',
      'mysql://root:sEcret1@127.0.0.1:1/x',
    ])
    expect(code).toBe(3)
    expect(stdout + stderr).not.toContain('sEcret1')
    expect(stderr).toContain('The address came from the command line.')
  })
})

import { mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { IgnoreRule } from '../../../codegen/config/config.js'
import type { ColumnModel, SchemaModel } from '../../../src/schema/schema-model.js'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { type CommandResult, Workspace } from '../cli/run-cli.js'
import { shopModel } from '../cli/shop-model.js'

let work: Workspace
beforeEach(async () => {
  work = new Workspace()
  mkdirSync(work.path('generated'))
  writeFileSync(work.path('generated/db.schema.json'), serializeSnapshot(shopModel()))
  await work.run(['--from', 'generated/db.schema.json'])
  const changed = shopModel((columns) => {
    columns[1] = { name: 'title', type: { name: 'varchar', length: 100 }, comment: 'As shown 😀' }
    columns.push({ name: 'more', type: { name: 'int' }, nullable: true, insertOptional: true })
  })
  writeFileSync(work.path('now.json'), serializeSnapshot(changed))
})
afterEach(() => work.remove())

function check(
  ignore: readonly Partial<IgnoreRule>[],
  ...more: readonly string[]
): Promise<CommandResult> {
  writeFileSync(work.path('mo-codegen.config.json'), JSON.stringify({ ignore }))
  return work.run(['check', '--from', 'now.json', ...more])
}
const reason = 'known'

describe('an ignore rule', () => {
  it('leaves out what it names, and the rest is found', async () => {
    const { code, stdout } = await check([{ rule: 'column-added', reason }])
    expect(code).toBe(1)
    expect(stdout).toContain('column-type-changed')
    expect(stdout).not.toContain('column-added')
  })

  it.each<readonly [string, readonly Partial<IgnoreRule>[]]>([
    [
      'by rules',
      [
        { rule: 'column-added', reason },
        { rule: 'column-type-changed', reason },
      ],
    ],
    ['by a glob of rules', [{ rule: 'column-*', reason }]],
    ['by table', [{ name: 'articles', reason }]],
    [
      'by column',
      [
        { name: 'articles.more', reason },
        { name: 'articles.title', reason },
      ],
    ],
    ['by both', [{ rule: 'column-*', name: 'art*', reason, expires: '9999-12-31' }]],
  ])('makes a check green %s', async (_, ignore) => {
    expect(await check(ignore)).toMatchObject({ code: 0, stderr: '' })
  })

  it('can name a database, a table of it, or all that a table has', async () => {
    const two = (columns: (columns: ColumnModel[]) => void = () => undefined): SchemaModel => {
      const databases = ['logs', 'shop'].map((name) => {
        const [only] = shopModel(name === 'shop' ? columns : undefined).databases
        return { name, tables: only?.tables ?? [] }
      })
      return { formatVersion: '2.0', databases }
    }
    writeFileSync(work.path('generated/db.schema.json'), serializeSnapshot(two()))
    await work.run(['--from', 'generated/db.schema.json'])
    const changed = two((columns) => {
      columns.splice(1, 1)
      columns.push({ name: 'more', type: { name: 'int' }, nullable: true, insertOptional: true })
    })
    writeFileSync(work.path('now.json'), serializeSnapshot(changed))
    expect((await check([])).code).toBe(1)
    for (const name of ['articles', 'shop.articles', 'shop.*', 'shop.articles.*']) {
      expect((await check([{ name, reason }])).code).toBe(0)
    }
    for (const name of ['logs.articles', 'shop.titles', 'shop']) {
      expect((await check([{ name, reason }])).code).toBe(1)
    }
  })

  it('hides nothing silently: what it leaves out is counted', async () => {
    const { stdout } = await check([{ name: 'articles', reason }])
    expect(stdout).toContain('note: Left out by ignore rules: 2.\nNo drift: ')
  })

  it('of several targets is used when one of them needs it', async () => {
    const ignore = [
      { name: 'articles', reason },
      { name: 'index-*', reason },
    ]
    const targets = ['articles', 'titles'].map((name) => ({
      name,
      outFile: `${name}/db.ts`,
      include: [name],
    }))
    const tables = shopModel().databases.flatMap((database) => database.tables)
    for (const { name } of targets) {
      const only = [{ tables: tables.filter((table) => table.name === name) }]
      mkdirSync(work.path(name))
      writeFileSync(
        work.path(`${name}/db.schema.json`),
        serializeSnapshot({ formatVersion: '2.0', databases: only }),
      )
    }
    const config = work.path('mo-codegen.config.json')
    writeFileSync(config, JSON.stringify({ ignore, targets }))
    await work.run(['--from', 'generated/db.schema.json'])
    const { stdout } = await work.run(['check', '--from', 'now.json'])
    expect(stdout).toContain('note: Left out by ignore rules of target articles: 2.\n')
    expect(stdout).not.toContain('The ignore rule for articles ignores nothing')
    expect(stdout).toContain('The ignore rule for index-* ignores nothing')
    const one = await work.run([
      'check',
      '--from',
      'now.json',
      '--target',
      'titles',
      '--strict-ignores',
    ])
    expect(one.stdout, 'the other target may need it').not.toContain('ignores nothing')
    expect(one.code).toBe(0)
  })

  it('ends on its last day, and is a note when it ignores nothing', async () => {
    const ignore = [
      { name: 'articles', reason: 'until then', expires: '2000-01-01' },
      { rule: 'index-*', reason: 'tuned by hand' },
    ]
    const { code, stdout } = await check(ignore)
    expect(code).toBe(1)
    expect(stdout).toContain(
      'note: The ignore rule for articles expired on 2000-01-01 (until then).',
    )
    expect(stdout).toContain('note: The ignore rule for index-* ignores nothing (tuned by hand).')
  })

  it('that ignores nothing fails a strict check', async () => {
    const ignore = [
      { name: 'articles', reason },
      { rule: 'index-*', reason },
    ]
    expect((await check(ignore)).code).toBe(0)
    const strict = await check(ignore, '--strict-ignores')
    expect(strict.code).toBe(1)
    expect(strict.stdout).toContain(
      'The ignore rule for index-* ignores nothing (known), which --strict-ignores does not allow.',
    )
  })

  it.each([
    [{ rule: 'column-added' }, /ignore\.0\.reason is missing/],
    [{ reason }, /given a rule or a name/],
    [{ rule: '*', reason, expires: 'soon' }, /a day, YYYY-MM-DD/],
    [{ rule: '*', reason, expires: '2027-02-30' }, /a day, YYYY-MM-DD/],
    [{ rule: '*', reason, nam: 'b' }, /unknown option ignore\.0\.nam/],
    [
      { rule: 'colum-added', reason },
      /about colum-added, and no rule [^]*\nDid you mean column-added\?/,
    ],
    [{ rule: 'columns-*', reason }, /about columns-\*, and no rule of the check/],
  ])('is refused when it cannot be meant so: %o', async (rule, message) => {
    const { code, stderr } = await check([rule])
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })
})

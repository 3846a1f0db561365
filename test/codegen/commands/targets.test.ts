import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { Workspace } from '../cli/run-cli.js'
import { shopModel } from '../cli/shop-model.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
  snapshotIs()
  writeFileSync(
    work.path('mo-codegen.config.json'),
    JSON.stringify({
      targets: [
        { name: 'app', outFile: 'app/db.ts', snapshotFile: 'shop.json' },
        { name: 'reports', outFile: 'reports/db.ts', snapshotFile: false, include: ['titles'] },
      ],
    }),
  )
})
afterEach(() => work.remove())

const snapshotIs = (...change: Parameters<typeof shopModel>): void =>
  writeFileSync(work.path('shop.json'), serializeSnapshot(shopModel(...change)))
const text = (name: string): string => readFileSync(work.path(name), 'utf8')

describe('several targets', () => {
  it('are written by one command', async () => {
    const { code, stderr } = await work.run(['--from', 'shop.json'])
    expect([code, stderr]).toEqual([
      0,
      'Wrote app/db.ts (2 tables).\nWrote reports/db.ts (1 table).\n',
    ])
    expect(text('app/db.ts')).toContain('interface Articles')
    expect(text('reports/db.ts')).not.toContain('Articles')
  })

  it('are named by an error of one of them', async () => {
    const targets = ['app', 'reports'].map((name) => ({ name, outFile: `${name}/db.ts` }))
    const [app, reports] = targets
    writeFileSync(
      work.path('mo-codegen.config.json'),
      JSON.stringify({ targets: [app, { ...reports, overrides: { 'titles.nothing': 'x' } }] }),
    )
    const { code, stderr } = await work.run(['--from', 'shop.json'])
    expect(code).toBe(2)
    expect(stderr).toContain('mo-codegen: Target reports: overrides names')
    const checked = await work.run(['check', '--from', 'none.json'])
    expect(checked.stderr).toContain('mo-codegen: Target app: There is no snapshot file none.json.')
  })

  it('are written one at a time with --target', async () => {
    await work.run(['--from', 'shop.json', '--target', 'reports'])
    expect([existsSync(work.path('app/db.ts')), existsSync(work.path('reports/db.ts'))]).toEqual([
      false,
      true,
    ])
  })

  it('are checked in one report, in which each finding points into its own file', async () => {
    await work.run(['--from', 'shop.json'])
    expect(await work.run(['check', '--from', 'shop.json'])).toMatchObject({
      code: 0,
      stdout: 'No drift: app/db.ts and reports/db.ts and shop.json agree on 2 tables.\n',
    })
    writeFileSync(work.path('reports/db.ts'), text('reports/db.ts').replace('string', 'number'))
    const { code, stdout } = await work.run(['check', '--from', 'shop.json', '--reporter', 'json'])
    const report = JSON.parse(stdout) as {
      readonly findings: readonly { readonly ruleId: string; readonly file: string }[]
      readonly fix: string
    }
    expect(code).toBe(1)
    expect(report.findings).toMatchObject([
      { ruleId: 'generated-file-edited', file: 'reports/db.ts' },
    ])
    expect(report.fix).toBe('mo-codegen generate --target reports --from shop.json')
    expect((await work.run(['check', '--from', 'shop.json', '--target', 'app'])).code).toBe(0)
  })

  it('give a finding of each a fingerprint of its own, by which services tell findings apart', async () => {
    const targets = ['app', 'reports'].map((name) => ({ name, outFile: `${name}/db.ts` }))
    writeFileSync(work.path('mo-codegen.config.json'), JSON.stringify({ targets }))
    await work.run(['--from', 'shop.json'])
    snapshotIs((columns) => void columns.pop())
    const words = 'check --from shop.json --only types --reporter gitlab'.split(' ')
    const { code, stdout } = await work.run(words)
    const found = JSON.parse(stdout) as readonly { readonly fingerprint: string }[]
    expect([code, found.length]).toEqual([1, 2])
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(2)
  })

  it('share options about columns that only some of them have', async () => {
    const config = work.path('mo-codegen.config.json')
    const { targets } = JSON.parse(text('mo-codegen.config.json')) as { targets: unknown }
    const shared = {
      overrides: { 'articles.title': 'Title', '*.embedding': 'never' },
      columnTypes: { 'articles.id': 'string' },
      slices: { press: ['articles'] },
      targets,
    }
    writeFileSync(config, JSON.stringify(shared))
    expect(await work.run(['--from', 'shop.json'])).toMatchObject({ code: 0 })
    expect(text('app/db.ts')).toContain('interface PressDB')
    expect(text('reports/db.ts')).not.toContain('PressDB')
    expect(await work.run(['check', '--from', 'shop.json'])).toMatchObject({ code: 0 })
    writeFileSync(config, JSON.stringify({ ...shared, overrides: { 'articles.titel': 'T' } }))
    expect(await work.run(['--from', 'shop.json'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean 'articles.title'?"),
    })
  })

  it('cannot be printed into one stream', async () => {
    for (const command of [
      ['--print', '--from', 'shop.json'],
      ['snapshot', '--print'],
    ]) {
      expect(await work.run(command)).toMatchObject({
        code: 2,
        stderr:
          'mo-codegen: There are several targets, and --print writes one.\nChoose it with --target.\n',
      })
    }
    const one = await work.run(['--print', '--from', 'shop.json', '--target', 'reports'])
    expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining('interface Titles') })
  })
  it('are documented in a folder each', async () => {
    const { code, stderr } = await work.run(['docs', '--from', 'shop.json'])
    expect([code, stderr.split('\n')[0]]).toEqual([0, 'Wrote schema-docs/app/README.md.'])
    expect(text('schema-docs/reports/README.md')).not.toContain('articles')
  })
})

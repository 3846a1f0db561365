import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SchemaModel } from '../../../src/schema/schema-model.js'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { Workspace } from '../cli/run-cli.js'
import { shopModel } from '../cli/shop-model.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
  snapshotIs(shopModel())
})
afterEach(() => work.remove())

const snapshotIs = (model: SchemaModel): void =>
  writeFileSync(work.path('shop.json'), serializeSnapshot(model))
const text = (name: string): string => readFileSync(work.path(name), 'utf8')
const flags = ['--from', 'shop.json', '--layout', 'file-per-table']
const generate = (...more: readonly string[]) => work.run(['generate', ...flags, ...more])
const check = (...more: readonly string[]) =>
  work.run(['check', ...flags, '--reporter', 'json', ...more])
const findings = async (...more: readonly string[]) => {
  const { code, stdout } = await check(...more)
  const report = JSON.parse(stdout) as { readonly findings: readonly Record<string, unknown>[] }
  return { code, findings: report.findings }
}
const withoutTitles = (): SchemaModel => {
  const { databases, ...model } = shopModel()
  const tables = databases[0]?.tables.filter(({ name }) => name === 'articles') ?? []
  return { ...model, databases: [{ tables }] }
}

describe('files per table', () => {
  it('are written, and nothing is written a second time', async () => {
    expect((await generate()).stderr).toBe(
      'Wrote generated/db/articles.ts.\nWrote generated/db/titles.ts.\nWrote generated/db.ts (2 tables).\n',
    )
    expect((await check()).code).toBe(0)
    const long = new Date(1_000_000_000_000)
    for (const name of ['db.ts', 'db/articles.ts'])
      utimesSync(work.path(`generated/${name}`), long, long)
    expect((await generate()).stderr).toBe('generated/db.ts is up to date (2 tables).\n')
    for (const name of ['db.ts', 'db/articles.ts']) {
      expect(statSync(work.path(`generated/${name}`)).mtime).toEqual(long)
    }
  })

  it('are removed with their tables, and only files of ours', async () => {
    await generate()
    writeFileSync(work.path('generated/db/mine.ts'), 'export const mine = 1\n')
    writeFileSync(work.path('generated/db/other.ts'), text('generated/db.ts'))
    snapshotIs(withoutTitles())
    const { findings: found } = await findings()
    expect(found).toContainEqual(
      expect.objectContaining({ ruleId: 'generated-file-outdated', file: 'generated/db.ts' }),
    )
    expect((await generate()).stderr).toContain(
      'Removed generated/db/titles.ts: its table is gone.\n',
    )
    expect(readdirSync(work.path('generated/db')).toSorted()).toEqual([
      'articles.ts',
      'mine.ts',
      'other.ts',
    ])
    expect((await check()).code).toBe(0)
  })

  it('that belong to no table are drift, though no program notices them', async () => {
    await generate()
    writeFileSync(work.path('generated/db/gone.ts'), text('generated/db/titles.ts'))
    expect(await findings()).toMatchObject({
      code: 1,
      findings: [
        { ruleId: 'generated-file-orphaned', severity: 'cosmetic', file: 'generated/db/gone.ts' },
      ],
    })
    expect((await check('--fail-on', 'breaking')).code).toBe(0)
  })

  it('that are missing or were edited are drift, each by its name', async () => {
    await generate()
    writeFileSync(
      work.path('generated/db/titles.ts'),
      text('generated/db/titles.ts').replace('string', 'number'),
    )
    writeFileSync(work.path('generated/db/articles.ts'), 'export const mine = 1\n')
    expect((await findings()).findings).toMatchObject([
      { ruleId: 'generated-file-missing', file: 'generated/db/articles.ts' },
      { ruleId: 'generated-file-edited', severity: 'breaking', file: 'generated/db/titles.ts' },
    ])
    const refused = await generate()
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('generated/db/articles.ts was not written by mo-codegen'),
    ])
    expect((await generate('--force')).stderr).toContain('titles.ts was edited by hand')
    expect((await check()).code).toBe(0)
  })

  it('are removed when the layout is one file again', async () => {
    await generate()
    expect((await work.run(['--from', 'shop.json'])).stderr).toContain(
      'Removed generated/db/titles.ts',
    )
    expect(readdirSync(work.path('generated/db'))).toEqual([])
  })

  it('are printed as one file', async () => {
    const { stdout } = await generate('--print')
    expect(stdout).toContain('export interface Articles {')
    expect(existsSync(work.path('generated'))).toBe(false)
  })

  it('have the positions of findings, and the impact on a program', async () => {
    await generate()
    writeFileSync(work.path('generated/db.schema.json'), text('shop.json'))
    mkdirSync(work.path('node_modules'))
    for (const name of ['kysely', 'kysely-matrixone']) {
      const target = fileURLToPath(new URL(`../../../node_modules/${name}`, import.meta.url))
      symlinkSync(target, work.path(`node_modules/${name}`))
    }
    writeFileSync(work.path('package.json'), '{"type":"module"}')
    writeFileSync(
      work.path('tsconfig.json'),
      '{"compilerOptions":{"strict":true,"module":"NodeNext","target":"ES2023","skipLibCheck":true,"types":[]},"include":["program.ts"]}',
    )
    writeFileSync(
      work.path('program.ts'),
      "import type { DB } from './generated/db.js'\nexport const titleOf = (row: DB['articles']): string => row.title\n",
    )
    snapshotIs(shopModel((columns) => columns.splice(1, 1)))
    const { stdout } = await check('--impact', 'tsconfig.json')
    const report = JSON.parse(stdout) as { findings: unknown; impact: unknown }
    expect(report.findings).toContainEqual(
      expect.objectContaining({
        ruleId: 'column-removed',
        location: expect.objectContaining({ file: 'generated/db/articles.ts' }),
      }),
    )
    expect(report.impact).toMatchObject({
      findings: [{ breakages: [{ location: { file: 'program.ts', line: 2 }, code: 'TS2339' }] }],
    })
  }, 120_000)
})

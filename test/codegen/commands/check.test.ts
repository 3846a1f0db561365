import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SchemaModel } from '../../../src/schema/schema-model.js'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { Workspace, type CommandResult } from '../cli/run-cli.js'
import { shopModel } from '../cli/shop-model.js'

let work: Workspace
beforeEach(async () => {
  work = new Workspace()
  write('generated/db.schema.json')
  await work.run(['--from', 'generated/db.schema.json'])
})
afterEach(() => work.remove())

function write(name: string, model: SchemaModel = shopModel()): void {
  const path = work.path(name)
  const folder = path.slice(0, path.lastIndexOf('/'))
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, serializeSnapshot(model))
}
const check = (...more: readonly string[]): Promise<CommandResult> => work.run(['check', ...more])
const editTypes = (edit: (text: string) => string): void => {
  const path = work.path('generated/db.ts')
  writeFileSync(path, edit(readFileSync(path, 'utf8')))
}
const narrowed = shopModel((columns) => {
  columns[1] = { name: 'title', type: { name: 'varchar', length: 100 }, comment: 'As shown 😀' }
})

describe('check offline: the snapshot and the generated file', () => {
  it('agree after generate', async () => {
    expect(await check('--offline')).toEqual({
      code: 0,
      stdout: 'No drift: generated/db.ts and generated/db.schema.json agree on 2 tables.\n',
      stderr: '',
    })
  })

  it.each([
    { exclude: ['orders'] },
    { exclude: ['shop.orders', 'tmp_?'], overrides: { 'orders.id': 'OrderId' } },
    { exclude: ['orders'], interfaceNames: { orders: 'Order' }, slices: { sales: ['orders'] } },
    { include: ['shop.*'] },
    { include: ['articles', 'titles'], interfaceNames: { orders: 'Order' } },
  ])('agree where the snapshot has no table that was left out: %j', async (config) => {
    writeFileSync(work.path('mo-codegen.config.json'), JSON.stringify(config))
    expect(await work.run(['--from', 'generated/db.schema.json'])).toMatchObject({ code: 0 })
    expect(await check('--offline')).toMatchObject({ code: 0, stderr: '' })
    expect(await work.run(['docs', '--offline'])).toMatchObject({ code: 0 })
    const file = 'generated/db.schema.json'
    expect(await work.run(['diff', file, file])).toMatchObject({ code: 0, stderr: '' })
  })

  it('agree under the flags that left a table out', async () => {
    expect(await check('--offline', '--exclude-pattern', 'orders')).toMatchObject({ code: 0 })
  })

  it('differ when the snapshot was renewed and the types were not', async () => {
    write('generated/db.schema.json', narrowed)
    const { code, stdout } = await check('--offline')
    expect(code).toBe(1)
    expect(stdout).toContain('generated-file-outdated')
    expect(stdout).toContain('mo-codegen generate --from generated/db.schema.json')
  })

  it('agree after a formatter, which is noted', async () => {
    editTypes((text) => text.replaceAll('  ', '    ').replaceAll(/^( +\w.*[^{])$/gm, '$1;'))
    const { code, stdout } = await check('--offline')
    expect(code).toBe(0)
    expect(stdout).toContain('note: generated/db.ts was laid out by a formatter')
  })

  it('agree after a checkout with other line ends', async () => {
    editTypes((text) => `\uFEFF${text.replaceAll('\n', '\r\n')}`)
    expect((await check('--offline')).code).toBe(0)
  })

  it('differ when the content was edited by hand', async () => {
    editTypes((text) => text.replace('title: string', 'title: number'))
    const { code, stdout } = await check('--offline')
    expect(code).toBe(1)
    expect(stdout).toContain('generated-file-edited')
  })

  it.each([
    ['both hashes', (line: string) => `<<<<<<< HEAD\n${line}\n=======\n${line}\n>>>>>>> other`],
    [
      'both hashes and their base',
      (line: string) =>
        `<<<<<<< HEAD\n${line}\n||||||| 1a2b3c4\n${line}\n=======\n${line}\n>>>>>>> other`,
    ],
  ])('differ while a merge has left %s in the header', async (_, conflict) => {
    editTypes((text) => text.replace(/^\/\/ format .*$/m, conflict))
    const { code, stdout } = await check('--offline')
    expect(code).toBe(1)
    expect(stdout).toContain('breaking  generated/db.ts has merge conflict markers.')
  })

  it('differ while a merge has left markers below the header, or the header is damaged', async () => {
    editTypes((text) =>
      text.replace(/^( *title: .*)$/m, '<<<<<<< HEAD\n$1\n=======\n$1\n>>>>>>> other'),
    )
    expect((await check('--offline')).stdout).toContain('has merge conflict markers.')
    editTypes((text) => text.replace(/^\/\/ format .*\n/m, ''))
    editTypes((text) => text.replaceAll(/^[<=>]{7}.*\n/gm, ''))
    expect((await check('--offline')).stdout).toContain(
      'generated/db.ts is damaged: its second line was edited or is gone.',
    )
  })

  it('differ cosmetically when only a comment was edited', async () => {
    editTypes((text) => text.replace('As shown', 'As printed'))
    const { code, stdout } = await check('--offline')
    expect(code).toBe(1)
    expect(stdout).toContain('cosmetic  generated/db.ts was edited by hand: its comments differ')
    expect((await check('--offline', '--fail-on', 'breaking')).code).toBe(0)
  })

  it('differ when other options are configured', async () => {
    writeFileSync(work.path('mo-codegen.config.json'), '{"types":{"bigint":"bigint"}}')
    const { code, stdout } = await check('--offline')
    expect(code).toBe(1)
    expect(stdout).toContain('generated-file-options-changed')
  })
})

describe('check of a schema against both files', () => {
  it('tells table, column, both sides and severity, and exits 1', async () => {
    write('actual/now.json', narrowed)
    expect(await check('--from', 'actual/now.json')).toEqual({
      code: 1,
      stdout: `- generated/db.schema.json and generated/db.ts
+ actual/now.json

articles
  breaking  articles.title has another type. column-type-changed generated/db.ts:19:3
      - varchar(200)
      + varchar(100)
      to undo it: alter table \`articles\` modify column \`title\` varchar(200) not null comment 'As shown 😀'

note: generated/db.ts was made from the same schema as generated/db.schema.json.
1 difference: 1 breaking. To accept the + side, run: mo-codegen generate --from actual/now.json
`,
      stderr: '',
    })
  })

  it('turns green again after generate', async () => {
    write('generated/db.schema.json', narrowed)
    await work.run(['generate', '--from', 'generated/db.schema.json'])
    expect((await check('--offline')).code).toBe(0)
  })

  it('compares any two of schema, snapshot and generated file, and no third', async () => {
    const rules = async (...flags: readonly string[]): Promise<readonly string[]> => {
      const { code, stdout } = await check(...flags, '--reporter', 'json')
      const { findings } = JSON.parse(stdout) as { findings: readonly { ruleId: string }[] }
      expect(code).toBe(findings.length === 0 ? 0 : 1)
      return findings.map(({ ruleId }) => ruleId)
    }
    const schema = ['--from', 'actual/now.json']
    // Only the snapshot differs, and then only the generated file.
    write('actual/now.json')
    write('generated/db.schema.json', narrowed)
    expect(await rules(...schema, '--only', 'snapshot')).toEqual(['column-type-changed'])
    expect(await rules(...schema, '--only', 'types')).toEqual([])
    expect(await rules(...schema, '--no-snapshot-file')).toEqual([])
    expect(await rules('--offline')).toEqual(['generated-file-outdated'])
    write('actual/now.json', narrowed)
    expect(await rules(...schema, '--only', 'snapshot')).toEqual([])
    expect(await rules(...schema, '--only', 'types')).toEqual(['generated-file-outdated'])
  })

  it('still sees that the types are outdated when there is no snapshot file', async () => {
    write('actual/now.json', narrowed)
    rmSync(work.path('generated/db.schema.json'))
    const { code, stdout } = await check('--from', 'actual/now.json')
    expect(code).toBe(1)
    expect(stdout).toContain('generated-file-outdated')
  })

  it('finds an edit by hand beside the drift, and other options too', async () => {
    write('actual/now.json', narrowed)
    editTypes((text) => text.replace('kind: ', "kind: 'c' | "))
    const rules = async (...more: readonly string[]): Promise<readonly string[]> => {
      const { stdout } = await check('--from', 'actual/now.json', '--reporter', 'json', ...more)
      const { findings } = JSON.parse(stdout) as { findings: readonly { ruleId: string }[] }
      return findings.map(({ ruleId }) => ruleId)
    }
    expect(await rules()).toEqual(['column-type-changed', 'generated-file-edited'])
    expect(await rules('--singularize')).toEqual([
      'column-type-changed',
      'generated-file-options-changed',
    ])
    expect(await rules('--include-pattern', 'titles')).toEqual(['generated-file-edited'])
  })

  it('knows the types of some tables of a snapshot that has more', async () => {
    writeFileSync(work.path('mo-codegen.config.json'), '{"include":["articles"]}')
    await work.run(['--from', 'generated/db.schema.json'])
    expect((await check('--offline')).code).toBe(0)
    write('actual/now.json', narrowed)
    const { stdout } = await check('--from', 'actual/now.json')
    expect(stdout).toContain('column-type-changed')
    expect(stdout).not.toContain('generated-file-outdated')
  })

  it('can be red for breaking differences only', async () => {
    write(
      'actual/now.json',
      shopModel((columns) =>
        columns.push({ name: 'more', type: { name: 'int' }, insertOptional: true }),
      ),
    )
    expect((await check('--from', 'actual/now.json')).code).toBe(1)
    const { code, stdout } = await check('--from', 'actual/now.json', '--fail-on', 'breaking')
    expect(code).toBe(0)
    expect(stdout).toContain('articles.more is new.')
  })

  it('writes no colours unless asked', async () => {
    write('actual/now.json', narrowed)
    const plain = await check('--from', 'actual/now.json')
    expect(plain.stdout).not.toContain('\u001b')
    const forced = await work.run(['check', '--from', 'actual/now.json'], { FORCE_COLOR: '1' })
    expect(forced.stdout).toContain('\u001b[31m')
    const refused = await work.run(['check', '--from', 'actual/now.json'], {
      FORCE_COLOR: '1',
      NO_COLOR: '1',
    })
    expect(refused.stdout).toBe(plain.stdout)
  })

  it('suggests the command with the flags of the check', async () => {
    write('actual/now.json', narrowed)
    const flags = ['--from', 'actual/now.json', '--exclude-pattern', 'tit*', '--no-snapshot-file']
    const { stdout } = await check(...flags, '--log-level', 'debug', '--fail-on', 'breaking')
    expect(stdout).toContain(
      "run: mo-codegen generate --from actual/now.json --no-snapshot-file --exclude-pattern 'tit*'\n",
    )
  })

  it('can be read by a program', async () => {
    write('actual/now.json', narrowed)
    const { code, stdout } = await check('--from', 'actual/now.json', '--reporter', 'json')
    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      { exitCode: 1, counts: { breaking: 1 }, findings: [{ ruleId: 'column-type-changed' }] },
    ])
    writeFileSync(work.path('mo-codegen.config.json'), '{"reporter":"json"}')
    expect((await check('--from', 'actual/now.json')).stdout).toBe(stdout)
  })

  it('of some tables only does not doubt the types of all', async () => {
    expect((await check('--offline', '--include-pattern', 'articles')).code).toBe(0)
    const { code, stdout } = await check(
      '--from',
      'generated/db.schema.json',
      '--exclude-pattern',
      'articles',
    )
    expect([code, stdout]).toEqual([
      0,
      'No drift: generated/db.ts and generated/db.schema.json agree on 1 table.\n',
    ])
  })

  it('is also --verify, as kysely-codegen calls it', async () => {
    write('actual/now.json', narrowed)
    expect((await work.run(['--verify', '--from', 'actual/now.json'])).code).toBe(1)
  })
})

describe('what a team does to the files', () => {
  const snapshotFile = 'generated/db.schema.json'
  const licence = '// Copyright\n/* Apache-2.0 */\n\n'
  const read = (name: string): string => readFileSync(work.path(name), 'utf8')
  const generate = (): Promise<CommandResult> => work.run(['generate', '--from', snapshotFile])

  it('may be a licence above the header: check and generate take it for ours, and it stays', async () => {
    editTypes((text) => licence + text)
    expect(await check('--offline')).toMatchObject({ code: 0, stderr: '' })
    expect((await generate()).stderr).toBe('generated/db.ts is up to date (2 tables).\n')
    write(snapshotFile, narrowed)
    expect((await check('--offline')).code).toBe(1)
    expect((await generate()).stderr).toBe('Wrote generated/db.ts (2 tables).\n')
    expect(read('generated/db.ts')).toMatch(
      /^\/\/ Copyright\n\/\* Apache-2\.0 \*\/\n\n\/\/ @generated/,
    )
    expect((await check('--offline')).code).toBe(0)
  })

  it.each([
    ['minified', (text: string) => JSON.stringify(JSON.parse(text))],
    ['laid out anew', (text: string) => JSON.stringify(JSON.parse(text), null, 4)],
    [
      'sorted',
      (text: string) =>
        JSON.stringify({
          databases: JSON.parse(text).databases,
          formatVersion: JSON.parse(text).formatVersion,
          generatedBy: 'mo-codegen',
        }),
    ],
  ])('may be a snapshot %s: it still is ours and says the same', async (_how, change) => {
    writeFileSync(work.path(snapshotFile), change(read(snapshotFile)))
    expect((await check('--offline')).code).toBe(0)
    write('actual.json')
    expect((await check('--from', 'actual.json')).code).toBe(0)
  })
})

describe('a missing file is drift, and named:', () => {
  it('the generated file', async () => {
    rmSync(work.path('generated/db.ts'))
    for (const flags of [
      ['--offline'],
      ['--from', 'generated/db.schema.json', '--only', 'types'],
    ]) {
      const { code, stdout } = await check(...flags)
      expect(code).toBe(1)
      expect(stdout).toContain('breaking  generated/db.ts is missing. generated-file-missing')
      expect(stdout).toContain('mo-codegen generate --from generated/db.schema.json')
    }
  })

  it('beside the snapshot, against another schema', async () => {
    rmSync(work.path('generated/db.ts'))
    write('actual/now.json')
    const { code, stdout } = await check('--from', 'actual/now.json')
    expect([code, stdout]).toEqual([1, expect.stringContaining('generated/db.ts is missing')])
  })
})

describe('check never says "no drift" when nothing was compared:', () => {
  it('no file', async () => {
    write('actual/now.json')
    const { code, stderr, stdout } = await check(
      '--from',
      'actual/now.json',
      '--out-file',
      'other/db.ts',
    )
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(
      /^mo-codegen: There is nothing to compare with: no other\/db\.schema\.json nor other\/db\.ts\.\n/,
    )
  })

  it('no table', async () => {
    const { code, stdout } = await check('--offline', '--include-pattern', 'nothing')
    expect([code, stdout]).toEqual([2, ''])
  })

  it('a snapshot and itself', async () => {
    const { code, stdout, stderr } = await check('--offline', '--only', 'snapshot')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('generated/db.schema.json would be compared with itself')
  })

  it('a snapshot file that there is none of', async () => {
    write('now.json')
    const flags = ['--from', 'now.json', '--no-snapshot-file', '--only', 'snapshot']
    const { code, stderr } = await check(...flags)
    expect(code).toBe(2)
    expect(stderr).toContain('There is no snapshot file to compare with: snapshotFile is false.')
  })

  it('a file that is something else than a snapshot', async () => {
    const { code, stderr } = await check('--from', 'generated/db.ts')
    expect(code).toBe(2)
    expect(stderr).toContain('generated/db.ts is not a schema snapshot of mo-codegen.')
  })

  it('a file that is not ours', async () => {
    editTypes(() => 'export interface Mine {}\n')
    const { code, stdout, stderr } = await check('--offline')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('generated/db.ts was not written by mo-codegen')
  })

  it('no snapshot', async () => {
    rmSync(work.path('generated/db.schema.json'))
    expect((await check('--offline')).code).toBe(2)
  })
})

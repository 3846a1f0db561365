import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../../codegen/cli.js'
import { reporterNames } from '../../../codegen/report/report.js'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { type CommandResult, Workspace } from '../cli/run-cli.js'
import { shopModel } from '../cli/shop-model.js'

let work: Workspace
beforeEach(async () => {
  work = new Workspace()
  mkdirSync(work.path('generated'))
  writeFileSync(work.path('generated/db.schema.json'), serializeSnapshot(shopModel()))
  await work.run(['--from', 'generated/db.schema.json'])
  writeFileSync(
    work.path('now.json'),
    serializeSnapshot(shopModel((columns) => void columns.splice(1, 1))),
  )
})
afterEach(() => work.remove())

const check = (...reporters: readonly string[]): Promise<CommandResult> =>
  work.run([
    'check',
    '--from',
    'now.json',
    ...reporters.flatMap((reporter) => ['--reporter', reporter]),
  ])
const read = (name: string): string => readFileSync(work.path(name), 'utf8')

describe('the reports of a check', () => {
  it('are written all at once, each as if it were the only one, with one exit code', async () => {
    const files = reporterNames.map((name) => `out/${name}.txt`)
    const all = await check(...reporterNames.map((name) => `${name}=out/${name}.txt`))
    expect(all).toEqual({ code: 1, stdout: '', stderr: '' })
    const alone = await Promise.all(reporterNames.map((name) => check(name)))
    expect(alone.map(({ code }) => code)).toEqual(reporterNames.map(() => 1))
    expect(files.map(read)).toEqual(alone.map(({ stdout }) => stdout))
  })

  it('can share stdout where people read it', async () => {
    const { code, stdout } = await check('text', 'github', 'json=out/drift.json')
    expect(code).toBe(1)
    expect(stdout).toContain('breaking  articles.title is gone.')
    expect(stdout).toContain('::error file=generated/db.ts,line=19')
    expect(JSON.parse(read('out/drift.json'))).toMatchObject({ exitCode: 1 })
  })

  it('name files from the root of the repository for a service, wherever the command runs', async () => {
    mkdirSync(work.path('.git'))
    const app = work.path('packages/my app')
    mkdirSync(join(app, 'types'), { recursive: true })
    writeFileSync(join(app, 'types/db.schema.json'), serializeSnapshot(shopModel()))
    writeFileSync(work.path('packages/now.json'), read('now.json'))
    const inApp = async (...argv: readonly string[]): Promise<string> => {
      let stdout = ''
      const stdoutOf = { write: (text: string) => (stdout += text) }
      const stderr = { write: () => undefined }
      await run(argv, { stdout: stdoutOf, stderr, env: {}, cwd: app })
      return stdout
    }
    await inApp('--from', 'types/db.schema.json', '--out-file', 'types/db.ts')
    const reportOf = (name: string): Promise<string> =>
      inApp('check', '--from', '../now.json', '--out-file', 'types/db.ts', '--reporter', name)
    expect(await reportOf('text')).toContain('column-removed types/db.ts:19:3')
    expect(await reportOf('json')).toContain('"file": "types/db.ts"')
    expect(await reportOf('github')).toContain('::error file=packages/my app/types/db.ts,line=19,')
    expect(await reportOf('gitlab')).toContain('"path": "packages/my app/types/db.ts"')
    expect(await reportOf('sarif')).toContain('"uri": "packages/my%20app/types/db.ts"')
    rmSync(join(app, 'types/db.ts'))
    expect(await reportOf('gitlab')).toContain('"path": "packages/my app/types/db.schema.json"')
  })

  it('name a file whole that has "and" in its name, and no database as a file', async () => {
    mkdirSync(work.path('.git'))
    const app = work.path('app')
    mkdirSync(app)
    for (const name of ['now', 'here and now']) {
      writeFileSync(join(app, `${name}.json`), read('now.json'))
    }
    writeFileSync(join(app, 'old and new.json'), read('generated/db.schema.json'))
    const reportOf = async (name: string, ...sides: readonly string[]): Promise<string> => {
      let stdout = ''
      const stdoutOf = { write: (text: string) => (stdout += text) }
      const stderr = { write: () => undefined }
      const argv = ['diff', ...sides, '--reporter', name]
      await run(argv, { stdout: stdoutOf, stderr, env: {}, cwd: app })
      return stdout
    }
    const drift = ['old and new.json', 'now.json']
    expect(await reportOf('gitlab', ...drift)).toContain('"path": "app/old and new.json"')
    expect(await reportOf('sarif', ...drift)).toContain('"uri": "app/old%20and%20new.json"')
    expect(await reportOf('github', 'now.json', 'here and now.json')).toBe(
      'No drift: app/now.json and app/here and now.json agree.\n',
    )
  })

  it.each(['json', 'gitlab', 'sarif'])(
    'do not share it with %s, which a program reads',
    async (name) => {
      expect(await check('text', name)).toEqual({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(
          `The reports text and ${name} would all go to stdout, where nothing can read the ${name} one.\nGive it a file: --reporter ${name}=drift.`,
        ),
      })
    },
  )

  it('overwrite neither one another nor a file of the project', async () => {
    const before = read('generated/db.ts')
    for (const [reporters, file] of [
      [['json=out/x', 'sarif=out/x'], 'out/x'],
      [['json=generated/db.ts'], 'generated/db.ts'],
      [['text', 'json=generated/db.schema.json'], 'generated/db.schema.json'],
    ] as const) {
      const { code, stderr } = await check(...reporters)
      expect([code, stderr]).toEqual([2, expect.stringContaining(`would overwrite ${file}, `)])
    }
    expect(existsSync(work.path('out/x'))).toBe(false)
    expect(read('generated/db.ts')).toBe(before)
  })
})

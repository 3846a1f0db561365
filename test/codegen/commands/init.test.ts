import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { run } from '../../../codegen/cli.js'
import { addScripts } from '../../../codegen/init/add-scripts.js'
import { findPackageManager } from '../../../codegen/init/package-manager.js'
import { findPipeline } from '../../../codegen/init/pipeline.js'
import { loadConfig } from '../../../codegen/config/config-file.js'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { Workspace } from '../cli/run-cli.js'
import { shopModel } from '../cli/shop-model.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
  mkdirSync(work.path('.git'))
})
afterEach(() => work.remove())

const write = (name: string, text: string): void => {
  mkdirSync(dirname(work.path(name)), { recursive: true })
  writeFileSync(work.path(name), text)
}
const text = (name: string): string => readFileSync(work.path(name), 'utf8')
const init = (...more: readonly string[]) => work.run(['init', ...more])

describe('init', () => {
  it('writes configuration, scripts and a CI job from what the project shows, and says so', async () => {
    write('package.json', '{\n\t"name": "shop",\n\t"type": "module"\n}\n')
    write('package-lock.json', '{}')
    write('tsconfig.json', '{ "compilerOptions": { "strict": true } }')
    write('src/index.ts', '')
    write('.env', 'DATABASE_URL=mysql://root:secret@h:6001/shop\n')
    write('.github/workflows/test.yml', '')
    expect(await init('--yes')).toEqual({
      code: 0,
      stdout: '',
      stderr: [
        'Found package.json (npm), TypeScript, DATABASE_URL in .env, GitHub.',
        'Wrote mo-codegen.config.ts.',
        'Added the scripts db:types and db:check to package.json.',
        'Wrote .github/workflows/mo-codegen.yml.',
        'Next: npm install --save-dev mo-codegen',
        'Next: npm run db:types, and commit what it writes.\n',
      ].join('\n'),
    })
    expect(text('mo-codegen.config.ts')).toBe(
      "export default {\n  outFile: 'src/generated/db.ts',\n}\n",
    )
    expect(text('package.json')).toBe(
      '{\n\t"name": "shop",\n\t"type": "module",\n\t"scripts": {\n' +
        '\t\t"db:types": "mo-codegen --env-file .env",\n\t\t"db:check": "mo-codegen check --offline"\n\t}\n}\n',
    )
    expect(text('.github/workflows/mo-codegen.yml')).toContain(
      '      - run: npm ci\n      - run: npx mo-codegen check --offline --reporter text --reporter github\n',
    )
  })

  it('changes nothing that is there, the second time as the first', async () => {
    write('package.json', '{"scripts":{"db:types":"my own"},"devDependencies":{"mo-codegen":"*"}}')
    write('mo-codegen.config.json', '{"outFile":"mine.ts"}')
    write('.gitlab-ci.yml', 'mine: {}\n')
    const first = await init()
    expect(first.stderr).toContain('Left mo-codegen.config.json as it is.\n')
    expect(first.stderr).toContain('Added the script db:check to package.json.\n')
    expect(first.stderr).toContain('Left db:types in package.json as it is')
    expect(first.stderr).toContain('Next: npx mo-codegen, and commit what it writes.')
    expect(first.stderr).toContain('Include it in .gitlab-ci.yml')
    const files = [
      'package.json',
      'mo-codegen.config.json',
      '.gitlab-ci.yml',
      '.gitlab/mo-codegen.yml',
    ]
    const before = files.map(text)
    expect(JSON.parse(before[0] ?? '')).toMatchObject({ scripts: { 'db:types': 'my own' } })
    expect(before.slice(1, 3)).toEqual(['{"outFile":"mine.ts"}', 'mine: {}\n'])
    expect((await init()).stderr).toContain('Left .gitlab/mo-codegen.yml as it is.\n')
    expect(files.map(text)).toEqual(before)
  })

  it('leaves out what it finds nothing for', async () => {
    expect((await init()).stderr).toBe(
      [
        'Found no package.json, no TypeScript, no DATABASE_URL, no CI system.',
        'Wrote mo-codegen.config.json.',
        'Next: set DATABASE_URL=mysql://user:password@host:6001/database',
        'Next: npx mo-codegen, and commit what it writes.\n',
      ].join('\n'),
    )
    expect(text('mo-codegen.config.json')).toBe('{\n  "outFile": "generated/db.ts"\n}\n')
    expect(existsSync(work.path('package.json'))).toBe(false)
  })

  it.each([
    ['a package of ES modules', '{"type":"module"}', 'ts'],
    ['a package of CommonJS', '{}', 'mts'],
  ])('writes a configuration that generate takes, for %s', async (_, manifest, type) => {
    write('package.json', manifest)
    write('tsconfig.json', '{"compilerOptions":{"module":"NodeNext","verbatimModuleSyntax":true}}')
    await init('--log-level', 'silent')
    expect(existsSync(work.path(`mo-codegen.config.${type}`))).toBe(true)
    write('shop.json', serializeSnapshot(shopModel()))
    expect((await work.run(['--from', 'shop.json'])).stderr).toContain('Wrote generated/db.ts')
    // TS1287: such a package cannot export a value.
    expect(text('generated/db.ts').includes('export const schema')).toBe(type === 'ts')
  })

  it.each([
    ['{ /* ours */ "extends": "./base.json", }', false],
    [
      '{ /* "verbatimModuleSyntax": true */ "compilerOptions": { "module": "commonjs" } }',
      undefined,
    ],
    ['{ "extends": "@none/tsconfig.json" }', undefined],
  ])('reads a tsconfig.json as the compiler does: %s', async (tsconfig, schemaValue) => {
    write('package.json', '{"type":"module"}')
    write('base.json', '{"compilerOptions":{"module":"commonjs","verbatimModuleSyntax":true}}')
    write('tsconfig.json', tsconfig)
    await init('--log-level', 'silent')
    const { config } = (await loadConfig(work.folder, undefined)) ?? {}
    expect(config?.schemaValue).toBe(schemaValue)
  })

  it('writes a job that needs nothing but the repository', async () => {
    write('package.json', '{}')
    write('.github/x', '')
    const job = '.github/workflows/mo-codegen.yml'
    await init()
    // setup-node fails where a cache has no lock file in the root.
    expect(text(job)).not.toContain('cache:')
    rmSync(work.path(job))
    write('pnpm-lock.yaml', '')
    await init()
    expect(text(job)).toContain('- run: corepack enable\n')
    expect(text(job)).toContain('cache: pnpm\n')
  })

  it('finds the .env of a workspace from one of its packages', async () => {
    write('.env', '\uFEFFDATABASE_URL=mysql://root:p%23@h/x\n')
    write('package.json', '{}')
    write('packages/api/package.json', '{}')
    const around = { env: {}, stdout: { write: () => true }, cwd: work.path('packages/api') }
    let said = ''
    const stderr = { write: (line: string) => (said += line) !== '' }
    expect(await run(['init'], { ...around, stderr })).toBe(0)
    expect(said).toContain('DATABASE_URL in ../../.env')
    expect(text('packages/api/package.json')).toContain('"mo-codegen --env-file ../../.env"')
  })

  it.each(["it's app", 'a #b', 'plain/one'])(
    'writes jobs for a package in the folder %s',
    async (folder) => {
      write(`${folder}/package.json`, '{}')
      const around = { env: {}, stdout: { write: () => true }, stderr: { write: () => true } }
      const initThere = () => run(['init'], { ...around, cwd: work.path(folder) })
      write('.github/x', '')
      await initThere()
      expect(parse(text('.github/workflows/mo-codegen.yml'))).toMatchObject({
        jobs: { schema: { defaults: { run: { 'working-directory': folder } } } },
      })
      rmSync(work.path('.github'), { recursive: true })
      write('.gitlab-ci.yml', '')
      await initThere()
      const job = parse(text('.gitlab/mo-codegen.yml')) as Record<string, { script: string[] }>
      const [enter = ''] = job['schema']?.script ?? []
      const where = execFileSync('sh', ['-c', `${enter} && pwd`], { cwd: work.folder })
      expect(String(where)).toBe(`${realpathSync(work.path(folder))}\n`)
    },
  )

  it('installs nothing in a job for a folder without package.json', async () => {
    write('.github/x', '')
    await init()
    const job = text('.github/workflows/mo-codegen.yml')
    expect(job).not.toContain('npm ci')
    expect(job).toContain('- run: npx --yes mo-codegen check --offline')
  })

  it('prints and writes no password', async () => {
    write('package.json', '{}')
    write('.env', 'DATABASE_URL=mysql://root:geheim@h/x')
    write('.github/x', '')
    const { stderr } = await work.run(['init'], { DATABASE_URL: 'mysql://root:geheim@h/x' })
    const all = ['mo-codegen.config.json', 'package.json', '.github/workflows/mo-codegen.yml']
    for (const part of [stderr, ...all.map(text)]) expect(part).not.toContain('geheim')
  })

  it('takes no flags of commands that read a schema', async () => {
    expect((await init('--url', 'mysql://h/x')).code).toBe(2)
  })
})

describe('a project', () => {
  it.each([
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
    ['bun.lock', 'bun'],
    ['package-lock.json', 'npm'],
    ['other', 'npm'],
  ])('with %s uses %s, in the folders of its packages too', (lock, name) => {
    write(lock, '')
    mkdirSync(work.path('packages/one'), { recursive: true })
    expect(findPackageManager(work.path('packages/one'), undefined).name).toBe(name)
    expect(findPackageManager(work.folder, 'yarn@4.1.0').name).toBe('yarn')
  })

  it.each([
    ['yarn@1.22.22', '', 'yarn install --frozen-lockfile'],
    [undefined, '# THIS IS AN AUTOGENERATED FILE.\n# yarn lockfile v1\n', '--frozen-lockfile'],
    ['yarn@4.1.0', '# yarn lockfile v1\n', 'yarn install --immutable'],
    [undefined, '__metadata:\n  version: 8\n', '--immutable'],
  ])('of yarn (%s, %j) installs by %s', (named, lock, install) => {
    write('yarn.lock', lock)
    expect(findPackageManager(work.folder, named).install).toContain(install)
  })

  it.each([
    ['git@github.com:a/b.git', 'github'],
    ['https://gitlab.example.org/a/b.git', 'gitlab'],
    ['https://user@example.org/github.com.git', 'none'],
  ])('at %s has the CI system %s', (url, system) => {
    write('.git/config', `[remote "origin"]\n\turl = ${url}\n`)
    mkdirSync(work.path('packages/one'), { recursive: true })
    expect(findPipeline(work.path('packages/one'))).toEqual({
      system,
      root: work.folder,
      inside: 'packages/one',
    })
    write('Jenkinsfile', '')
    expect(findPipeline(work.folder).system).toBe('other')
  })
})

describe('scripts that are added to a package.json', () => {
  it('leave all else as it is, in the layout that it has', () => {
    const json = fc.dictionary(
      fc.constantFrom('name', 'scripts2', 'dependencies', 'x'),
      fc.oneof(fc.string(), fc.dictionary(fc.string(), fc.string()), fc.array(fc.nat())),
    )
    const scripts = fc.dictionary(fc.constantFrom('a', 'db:types', 'test'), fc.string())
    const layout = fc.constantFrom<[string | number, string, string]>(
      [2, '\n', '\n'],
      ['\t', '\n', ''],
      [4, '\r\n', '\r\n'],
    )
    fc.assert(
      fc.property(json, fc.option(scripts), layout, (more, own, [indent, eol, end]) => {
        const content = { ...more, ...(own && { scripts: own }), last: { a: 1 } }
        const written = JSON.stringify(content, null, indent).replaceAll('\n', eol) + end
        const path = 'package.json'
        const wanted = { 'db:types': 'mo-codegen' }
        const { text: grown, added } = addScripts({ path, text: written, content }, wanted)
        const after = JSON.parse(grown) as { readonly scripts: object }
        expect(after).toEqual({ ...content, scripts: { ...wanted, ...own } })
        expect(added).toEqual(own?.['db:types'] === undefined ? ['db:types'] : [])
        expect(JSON.stringify(after, null, indent).replaceAll('\n', eol) + end).toBe(grown)
      }),
    )
  })
})

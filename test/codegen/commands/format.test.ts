/**
 * oxfmt is a dependency of the tests. prettier (12 MB) and biome (97 MB) are not: a stub in node_modules stands for
 * them, and keeps the arguments, folder and text that it gets.
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { type CommandResult, Workspace } from '../cli/run-cli.js'
import { shopModel } from '../cli/shop-model.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
  write('shop.json', serializeSnapshot(shopModel()))
  write('mo-codegen.config.json', '{"format":true}')
})
afterEach(() => work.remove())

function write(name: string, content: string): void {
  mkdirSync(dirname(work.path(name)), { recursive: true })
  writeFileSync(work.path(name), content)
}
const text = (name: string): string => readFileSync(work.path(name), 'utf8')
const generate = (...more: readonly string[]): Promise<CommandResult> =>
  work.run(['--from', 'shop.json', ...more])
const check = (): Promise<CommandResult> => work.run(['check', '--from', 'shop.json'])

/** A program that adds semicolons, as the real ones do by default, and keeps how it was called. */
const stub = `
const { readFileSync, writeFileSync } = require('node:fs')
const input = readFileSync(0, 'utf8')
const call = { argv: process.argv.slice(2), cwd: process.cwd(), lines: input.split('\\n').length }
writeFileSync(require('node:path').join(__dirname, 'call.json'), JSON.stringify(call))
process.stdout.write(input.replaceAll(/^( +\\w.*[^{,])$/gm, '$1;'))
`

/** A project with a formatter: its package, the place of its program, and the file that configures it. */
interface Installed {
  readonly name: string
  readonly package: string
  readonly bin: string | Readonly<Record<string, string>>
  readonly program: string
  readonly config: string
  readonly argv: (path: string) => readonly string[]
}
const prettier: Installed = {
  name: 'prettier',
  package: 'prettier',
  bin: './bin/prettier.cjs',
  program: 'bin/prettier.cjs',
  config: '.prettierrc',
  argv: (path) => ['--stdin-filepath', path],
}
const biome: Installed = {
  name: 'biome',
  package: '@biomejs/biome',
  bin: { biome: 'bin/biome' },
  program: 'bin/biome',
  config: 'biome.json',
  argv: (path) => ['format', `--stdin-file-path=${path}`],
}

function install({ package: name, bin, program }: Installed, source = stub): string {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, bin }))
  write(`node_modules/${name}/${program}`, source)
  return `node_modules/${name}/${dirname(program)}/call.json`
}

describe('the format hook', () => {
  it('writes what oxfmt makes of it, and knows it for unedited', async () => {
    mkdirSync(work.path('node_modules'))
    const target = fileURLToPath(new URL('../../../node_modules/oxfmt', import.meta.url))
    symlinkSync(target, work.path('node_modules/oxfmt'))
    write('.oxfmtrc.json', '{"semi":true,"singleQuote":false}')
    await generate()
    expect(text('generated/db.ts')).toContain('from "kysely-matrixone";\n')
    expect((await check()).stdout).toBe(
      'No drift: generated/db.ts and shop.json agree on 2 tables.\n',
    )
    expect((await generate()).stderr).toContain('up to date')
    write('generated/db.ts', text('generated/db.ts').replace('string', 'number'))
    expect((await check()).code).toBe(1)
  })

  it.each([
    prettier,
    { ...prettier, config: 'prettier.config.mjs' },
    { ...prettier, bin: { prettier: './bin-prettier.js' }, program: 'bin-prettier.js' },
    biome,
    { ...biome, config: '.biome.jsonc' },
  ])('finds $name by $config, and its program $program', async (installed) => {
    const call = install(installed)
    write(installed.config, '{}')
    expect(await generate()).toMatchObject({ code: 0, stdout: '' })
    expect(JSON.parse(text(call))).toEqual({
      argv: installed.argv(work.path('generated/db.ts')),
      // The folder of the file is not there yet.
      cwd: work.folder,
      lines: text('generated/db.ts').split('\n').length,
    })
    expect(text('generated/db.ts')).toContain('  title: string;\n')
    expect(await check()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^No drift: /) })
    expect((await generate()).stderr).toContain('up to date')
  })

  it('finds prettier by its key in package.json, and the nearest configuration of all', async () => {
    const call = install(prettier)
    install(biome)
    write('package.json', '{"prettier":{}}')
    await generate()
    expect(existsSync(work.path(call))).toBe(true)
    write('app/biome.json', '{}')
    await generate('--out-file', 'app/db.ts')
    expect(existsSync(work.path('node_modules/@biomejs/biome/bin/call.json'))).toBe(true)
  })

  it('takes the one that is named, whatever is configured', async () => {
    const call = install(biome)
    write('.prettierrc', '{}')
    write('mo-codegen.config.json', '{"format":"biome"}')
    expect((await generate()).code).toBe(0)
    expect(existsSync(work.path(call))).toBe(true)
  })

  it('formats each file of a table', async () => {
    install(prettier)
    write('.prettierrc', '{}')
    await generate('--layout', 'file-per-table')
    expect(text('generated/db/articles.ts')).toContain('  title: string;\n')
    expect(
      await work.run(['check', '--from', 'shop.json', '--layout', 'file-per-table']),
    ).toMatchObject({
      code: 0,
    })
  })
})

describe('the format hook writes nothing when', () => {
  const expectRefusal = ({ code, stderr }: CommandResult, message: string): void => {
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
    expect(existsSync(work.path('generated/db.ts'))).toBe(false)
  }

  it('no formatter is configured', async () => {
    expectRefusal(await generate(), 'No formatter is configured for generated/db.ts')
  })

  it.each([prettier, biome])('$name is configured and not installed', async (installed) => {
    write(installed.config, '{}')
    expectRefusal(await generate(), `The formatter ${installed.name} is not installed: there is no`)
  })

  it('prettier refuses its configuration: its reason is told', async () => {
    // As prettier 3.10.1 says it.
    install(
      prettier,
      `console.error('[error] Invalid configuration for file "/x/db.ts":\\n[error] YAML Error in "/x/.prettierrc":\\n[error] Flow map must end with a } at line 1, column 9:\\n[error] \\n[error] {"semi":')
       process.exitCode = 2`,
    )
    write('.prettierrc', '{"semi":')
    expectRefusal(
      await generate(),
      'The formatter prettier could not format generated/db.ts: Invalid configuration for file "/x/db.ts":\nYAML Error in "/x/.prettierrc":\nFlow map must end with a } at line 1, column 9:\n',
    )
  })

  it('biome refuses its configuration: its reason is told without ornaments', async () => {
    // As biome 2.6.8 says it.
    install(
      biome,
      `console.error('/x/biome.json:1:29 deserialize ' + '━'.repeat(80) + '\\n\\n  × Found an unknown value \`spce\`.\\n')
       process.exitCode = 1`,
    )
    write('biome.json', '{}')
    expectRefusal(
      await generate(),
      'The formatter biome could not format generated/db.ts: /x/biome.json:1:29 deserialize\n  × Found an unknown value `spce`.\nTry it on the file itself, or leave format out.\n',
    )
  })

  it('the formatter answers nothing', async () => {
    install(biome, '')
    write('biome.json', '{}')
    expectRefusal(await generate(), 'The formatter biome could not format generated/db.ts.\n')
  })
})

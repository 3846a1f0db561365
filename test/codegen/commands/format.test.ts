import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Formatter, FormatProject } from './format-project.js'

let project: FormatProject
beforeEach(() => {
  project = new FormatProject()
})
afterEach(() => project.remove())

/** Tabs, single quotes, narrow lines and CRLF, as each is told. */
const layouts: Readonly<Record<Formatter, readonly [name: string, content: object]>> = {
  prettier: [
    '.prettierrc',
    { useTabs: true, singleQuote: true, semi: false, printWidth: 40, endOfLine: 'crlf' },
  ],
  biome: [
    'biome.json',
    {
      formatter: { indentStyle: 'tab', lineWidth: 40, lineEnding: 'crlf' },
      javascript: { formatter: { quoteStyle: 'single', semicolons: 'asNeeded' } },
    },
  ],
  oxfmt: [
    '.oxfmtrc.json',
    { useTabs: true, singleQuote: true, semi: false, printWidth: 40, endOfLine: 'crlf' },
  ],
}

/** The program and arguments that a pipeline checks the layout with. */
const ownChecks: Readonly<Record<Formatter, readonly [string, ...string[]]>> = {
  prettier: ['prettier/bin/prettier.cjs', '--check'],
  biome: ['@biomejs/biome/bin/biome', 'format'],
  oxfmt: ['oxfmt/bin/oxfmt', '--check'],
}

describe.each(['prettier', 'biome', 'oxfmt'] as const)('the format hook with %s', (formatter) => {
  const [config, layout] = layouts[formatter]
  beforeEach(() => {
    project.install(formatter)
    project.write(config, JSON.stringify(layout))
  })

  it("writes a file that the project's own check accepts, and that is unedited", async () => {
    const outFile = 'generated/my db.ts'
    project.configure({ outFile, snapshotFile: 'generated/db.schema.json' })
    project.write(outFile, '// Licensed.\n')
    expect(await project.generate('--force')).toMatchObject({ code: 0, stdout: '' })
    const text = project.text(outFile)
    expect(text).toContain('\r\n\ttitle: string\r\n')
    expect(text).not.toMatch(/[^\r]\n/)
    const [program, ...argv] = ownChecks[formatter]
    execFileSync(
      process.execPath,
      [project.path(`node_modules/${program}`), ...argv, project.path(outFile)],
      { cwd: project.folder, stdio: 'pipe' },
    )
    expect((await project.generate()).stderr).toBe(`${outFile} is up to date (2 tables).\n`)
    expect(await project.check()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^No drift: /),
    })
    project.write(outFile, text.replace('title: string', 'title: number'))
    expect((await project.check()).stdout).toContain(`${outFile} was edited by hand: its types`)
  })

  it('formats each file of a table', async () => {
    project.configure({ layout: 'file-per-table' })
    expect((await project.generate()).code).toBe(0)
    for (const file of ['generated/db.ts', 'generated/db/articles.ts']) {
      expect(project.text(file)).not.toMatch(/[^\r]\n/)
    }
    expect((await project.generate()).stderr).toBe('generated/db.ts is up to date (2 tables).\n')
    expect(await project.check()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^No drift: /),
    })
    const article = project.text('generated/db/articles.ts')
    project.write('generated/db/articles.ts', article.replace('title: string', 'title: number'))
    expect((await project.check()).code).toBe(1)
  })
})

describe('the format hook finds', () => {
  const generated = async (): Promise<string> => {
    expect(await project.generate()).toMatchObject({ code: 0 })
    return project.text('generated/db.ts')
  }

  it.each([
    ['prettier', '.prettierrc.yaml', 'semi: true'],
    ['prettier', 'prettier.config.mjs', 'export default { semi: true }'],
    ['prettier', 'package.json', '{"prettier":{"semi":true}}'],
    ['biome', '.biome.jsonc', '{ /* as it is */ }'],
    ['oxfmt', '.oxfmtrc.jsonc', '{ /* as it is */ }'],
  ] as const)('%s by %s', async (formatter, config, content) => {
    project.install(formatter)
    project.write(config, content)
    expect(await generated()).toMatch(/^\s+title: string;$/m)
  })

  it.each([
    ['prettier', 'prettier.config.ts'],
    ['oxfmt', 'oxfmt.config.ts'],
  ] as const)('%s by %s, where Node reads TypeScript', async (formatter, config) => {
    project.install(formatter)
    project.write(config, 'export default { semi: true as const }')
    const { code, stderr } = await project.generate()
    if (code === 0) expect(project.text('generated/db.ts')).toContain('  title: string;\n')
    else expect(stderr).toMatch(/could not format generated\/db.ts: .*\n(.*\n)*.*extension ".ts"/)
  })

  it('what .editorconfig says beside it', async () => {
    project.install('prettier')
    project.write('.prettierrc', '{}')
    project.write('.editorconfig', 'root = true\n[*.ts]\nindent_style = tab\n')
    expect(await generated()).toContain('\ttitle: string;\n')
  })

  it('configuration and package in a folder above, and the nearest configuration', async () => {
    project.install('prettier', 'oxfmt')
    project.write('.prettierrc', '{"semi":true}')
    project.write('packages/app/package.json', '{}')
    project.write('packages/web/.oxfmtrc.json', '{"semi":false}')
    await project.generate('--out-file', 'packages/app/src/db.ts')
    await project.generate('--out-file', 'packages/web/src/db.ts')
    expect(project.text('packages/app/src/db.ts')).toContain('  title: string;\n')
    expect(project.text('packages/web/src/db.ts')).toContain('  title: string\n')
  })

  it('the one that is named, whatever is configured', async () => {
    project.install('oxfmt')
    project.write('.prettierrc', '{}')
    project.configure({ format: 'oxfmt' })
    expect(await generated()).toContain('  title: string;\n')
  })
})

import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FormatProject, packages } from './format-project.js'

let project: FormatProject
beforeEach(() => {
  project = new FormatProject()
})
afterEach(() => {
  vi.unstubAllEnvs()
  project.remove()
})

describe('a file that the project leaves out of its formatting', () => {
  it.each([
    ['prettier', '.prettierrc', {}, '.prettierignore', 'generated/'],
    ['oxfmt', '.oxfmtrc.json', {}, '.prettierignore', 'generated/'],
    ['oxfmt', '.oxfmtrc.json', { ignorePatterns: ['generated/**'] }],
    ['biome', 'biome.json', { files: { includes: ['**', '!generated'] } }],
    ['biome', 'biome.json', { formatter: { enabled: false } }],
  ] as const)(
    'is written as it was generated: %s, %s %j %s',
    async (formatter, config, content, ignoreFile?: string, ignored: string = '') => {
      const { stdout } = await project.generate('--print')
      project.install(formatter)
      project.write(config, JSON.stringify(content))
      // biome 2.5.15 leaves out no file that is not there yet: the first time it is formatted.
      project.write('generated/db.ts', '')
      if (ignoreFile !== undefined) project.write(ignoreFile, ignored)
      expect((await project.generate()).code).toBe(0)
      expect(project.text('generated/db.ts')).toBe(stdout)
      expect(await project.check()).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^No drift: /),
      })
    },
  )
})

describe('the format hook writes nothing when', () => {
  const expectRefusal = async (message: string): Promise<void> => {
    const { code, stderr } = await project.generate()
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
    expect(existsSync(project.path('generated/db.ts'))).toBe(false)
    expect(existsSync(project.path('generated/db'))).toBe(false)
  }
  /** A program in place of a formatter, where its package.json says. */
  const installStub = (name: keyof typeof packages, source: string): void => {
    const home = `node_modules/${packages[name]}`
    project.write(`${home}/package.json`, JSON.stringify({ bin: 'elsewhere.js' }))
    project.write(`${home}/elsewhere.js`, source)
  }

  it('no formatter is configured', async () => {
    await expectRefusal('No formatter is configured for generated/db.ts')
  })

  it.each([
    ['prettier', '.prettierrc'],
    ['biome', 'biome.json'],
    ['oxfmt', '.oxfmtrc.json'],
  ])('%s is configured and not installed', async (name, config) => {
    project.write(config, '{}')
    await expectRefusal(`The formatter ${name} is not installed: there is no node_modules/`)
  })

  it.each([
    [
      'prettier',
      '.prettierrc',
      '{"semi":',
      `Invalid configuration for file "$FOLDER/generated/db.ts":\nYAML Error in "$FOLDER/.prettierrc":\n`,
    ],
    [
      'biome',
      'biome.json',
      '{"formatter":{"indentStyle":"spce"}}',
      '$FOLDER/biome.json:1:29 deserialize\n  × Found an unknown value `spce`.\n',
    ],
  ] as const)(
    '%s refuses its configuration: its reason is told without ornaments and colours',
    async (formatter, config, content, reason) => {
      project.install(formatter)
      project.write(config, content)
      const message = `The formatter ${formatter} could not format generated/db.ts: ${reason.replaceAll('$FOLDER', project.folder)}`
      vi.stubEnv('FORCE_COLOR', undefined).stubEnv('CI', undefined)
      await expectRefusal(message)
      // prettier colours its complaints in CI, whether a terminal reads them or not.
      vi.stubEnv('CI', 'true')
      await expectRefusal(message)
      vi.stubEnv('FORCE_COLOR', '1')
      await expectRefusal(message)
    },
  )

  it('a plugin of prettier fails, or is not there', async () => {
    project.install('prettier')
    project.write(
      'fails.mjs',
      "export const parsers = { typescript: { astFormat: 'estree', parse: () => { throw new Error('No luck.') } } }",
    )
    project.write('.prettierrc', '{"plugins":["./fails.mjs"]}')
    await expectRefusal('could not format generated/db.ts: ')
    await expectRefusal('No luck.')
    project.write('.prettierrc', '{"plugins":["prettier-plugin-of-nobody"]}')
    await expectRefusal("Cannot find package 'prettier-plugin-of-nobody'")
  })

  it('one file of several is refused', async () => {
    installStub(
      'oxfmt',
      "const refused = process.argv[2].endsWith('db.ts'); if (refused) { console.error('No.'); process.exitCode = 1 } else process.stdin.pipe(process.stdout)",
    )
    project.write('.oxfmtrc.json', '{}')
    project.configure({ layout: 'file-per-table' })
    await expectRefusal('The formatter oxfmt could not format generated/db.ts: No.\n')
  })

  it('the formatter answers nothing', async () => {
    installStub('biome', '')
    project.write('biome.json', '{}')
    await expectRefusal('The formatter biome could not format generated/db.ts.\n')
  })
})

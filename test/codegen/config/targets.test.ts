import { mkdirSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CodegenConfig } from '../../../codegen/config/config.js'
import type { Flags } from '../../../codegen/config/flags.js'
import { resolveSettings, resolveTargets } from '../../../codegen/config/targets.js'
import { ConfigurationError } from '../../../codegen/errors.js'
import { Workspace } from '../cli/run-cli.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

const configure = (config: object): void =>
  writeFileSync(work.path('mo-codegen.config.json'), JSON.stringify(config))
const resolve = (flags: Flags = {}, env: Record<string, string | undefined> = {}) =>
  resolveTargets(flags, { cwd: work.folder, env })

const app = { name: 'app', outFile: 'app/db.ts', include: ['app_*'] }
const reports = { name: 'reports', outFile: 'reports/db.ts' }

describe('the targets of a configuration', () => {
  it('are one without a name where it has none', async () => {
    configure({ outFile: 'src/db.ts' })
    const [only, ...more] = await resolve()
    expect(more).toEqual([])
    expect(only).toMatchObject({ target: undefined, outFile: { shown: 'src/db.ts' } })
  })

  it('have files, patterns and options of their own, and share the others', async () => {
    configure({
      exclude: ['tmp_*'],
      types: { bigint: 'bigint' },
      targets: [app, { ...reports, types: { decimal: 'number' }, camelCase: true }],
    })
    const [first, second] = await resolve()
    expect(first).toMatchObject({
      target: 'app',
      outFile: { shown: 'app/db.ts' },
      snapshotFile: { shown: 'app/db.schema.json' },
      patterns: { include: ['app_*'], exclude: ['tmp_*'] },
      emit: { types: { bigint: 'bigint', decimal: 'string' }, camelCase: false },
    })
    expect(second).toMatchObject({
      target: 'reports',
      patterns: { include: [], exclude: ['tmp_*'] },
      emit: { types: { bigint: 'number', decimal: 'number' }, camelCase: true },
    })
  })

  it('have paths that count from the configuration file, wherever the command runs', async () => {
    configure({ targets: [app] })
    mkdirSync(work.path('packages/one'), { recursive: true })
    const [only] = await resolveTargets({}, { cwd: work.path('packages/one'), env: {} })
    expect(only?.outFile.path).toBe(work.path('app/db.ts'))
  })

  it('are chosen by --target', async () => {
    configure({ targets: [app, reports, { name: 'other', outFile: 'o.ts' }] })
    const named = async (...target: readonly string[]) =>
      (await resolve({ target })).map((settings) => settings.target)
    expect(await named('reports')).toEqual(['reports'])
    expect(await named('other', 'app')).toEqual(['app', 'other'])
    await expect(named('report')).rejects.toThrow('Did you mean reports?')
    await expect(named('nothing-like-it')).rejects.toThrow('The targets are app, reports, other.')
  })

  it('cannot be chosen where there are none', async () => {
    await expect(resolve({ target: ['app'] })).rejects.toThrow('there is no configuration file')
    configure({})
    await expect(resolve({ target: ['app'] })).rejects.toThrow('mo-codegen.config.json has none')
  })

  it('take a flag before the environment before the target before the file before the default', async () => {
    const value = fc.option(fc.constantFrom('silent', 'warn'), { nil: undefined })
    const url = fc.option(fc.constantFrom('mysql://a/x', 'mysql://b/x'), { nil: undefined })
    await fc.assert(
      fc.asyncProperty(
        fc.record({ flag: url, variable: url, file: url, level: value }),
        fc.record({ flag: fc.boolean(), target: fc.boolean(), file: fc.boolean() }),
        async (urls, camel) => {
          const config: CodegenConfig = {
            ...(urls.file && { url: urls.file }),
            ...(camel.file && { camelCase: { upperCase: true } }),
            targets: [
              { ...app, ...(camel.target && { camelCase: { underscoreBeforeDigits: true } }) },
            ],
          }
          configure(config)
          const flags: Flags = {
            ...(urls.flag && { url: urls.flag }),
            ...(camel.flag && { camelCase: true }),
          }
          const [settings] = await resolve(flags, { DATABASE_URL: urls.variable })
          expect(settings?.source.url?.value).toBe(urls.flag ?? urls.variable ?? urls.file)
          expect(settings?.emit.camelCase).toEqual(
            camel.flag
              ? true
              : camel.target
                ? { underscoreBeforeDigits: true }
                : camel.file && { upperCase: true },
          )
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('the source of a target', () => {
  it('is one object for all targets that read the same database', async () => {
    configure({
      url: 'mysql://h/shop',
      targets: [app, reports, { name: 'past', outFile: 'past.ts', source: { at: 'friday' } }],
    })
    const [first, second, third] = await resolve()
    expect(first?.source).toBe(second?.source)
    expect(third?.source).toMatchObject({ url: { value: 'mysql://h/shop' }, at: 'friday' })
  })

  it('of its own keeps its URL when DATABASE_URL is set, which is that of the whole file', async () => {
    const source = { url: 'env(WAREHOUSE_URL)', databases: ['facts', 'marts'] }
    configure({ targets: [app, { ...reports, source }] })
    const env = { DATABASE_URL: 'mysql://h/shop', WAREHOUSE_URL: 'mysql://w/facts' }
    const [first, second] = await resolve({}, env)
    expect(first?.source.url).toEqual({ value: 'mysql://h/shop', origin: 'DATABASE_URL' })
    expect(second?.source).toMatchObject({
      url: { value: 'mysql://w/facts', origin: 'WAREHOUSE_URL' },
      databases: ['facts', 'marts'],
    })
  })

  it('of its own is not replaced by --url unless it is the target that was chosen', async () => {
    configure({ targets: [app, { ...reports, source: { url: 'mysql://w/facts' } }] })
    await expect(resolve({ url: 'mysql://h/x' })).rejects.toThrow(
      '--url would take the place of the database of target reports too',
    )
    const [only] = await resolve({ url: 'mysql://h/x', target: ['reports'] })
    expect(only?.source.url).toEqual({ value: 'mysql://h/x', origin: '--url' })
  })
})

describe('two targets', () => {
  it.each([
    [{ targets: [app, { ...reports, outFile: './app/../app/db.ts' }] }, {}, 'app/db.ts', 'outFile'],
    [{ targets: [app, reports] }, { outFile: 'one.ts' }, 'one.ts', 'outFile'],
    [{ targets: [app, reports], snapshotFile: 's.json' }, {}, 's.json', 'snapshotFile'],
  ])('do not write one file: %j', async (config, flags, shown, option) => {
    configure(config)
    await expect(resolve(flags)).rejects.toThrow(
      `The targets app and reports would both write ${shown}.\nGive each its own ${option}`,
    )
  })

  it.each(['gen/db/articles.ts', './gen/x/../db/index.mts', 'gen/db.mts'])(
    'do not share the folder of one that has a file per table: %s',
    async (outFile) => {
      const perTable = { ...app, outFile: 'gen/db.ts', layout: 'file-per-table' }
      const other = { ...reports, outFile, snapshotFile: 'r.json' }
      for (const targets of [
        [perTable, other],
        [other, perTable],
      ]) {
        configure({ targets })
        await expect(resolve()).rejects.toThrow(
          /^The targets app and reports would both write into gen\/db, where app has the files of its tables\.\nGive each an outFile in a folder of its own\.$/,
        )
      }
      configure({ targets: [{ ...perTable, layout: 'one-file' }, other] })
      expect(await resolve()).toHaveLength(2)
      configure({ targets: [perTable, { ...reports, outFile: 'gen/db/reports/db.ts' }] })
      expect(await resolve()).toHaveLength(2)
    },
  )

  it('can share the snapshot of one selection', async () => {
    const { include: _include, ...whole } = app
    configure({ targets: [whole, { ...reports, camelCase: true }], snapshotFile: 's.json' })
    expect((await resolve()).map(({ snapshotFile }) => snapshotFile?.shown)).toEqual([
      's.json',
      's.json',
    ])
  })

  it('give a command that has use for one no options, unless one is chosen', async () => {
    configure({ targets: [app, reports], include: ['x'] })
    const around = { cwd: work.folder, env: {} }
    expect((await resolveSettings({}, around)).patterns.include).toEqual(['x'])
    const chosen = await resolveSettings({ target: ['app'] }, around)
    expect(chosen.patterns.include).toEqual(['app_*'])
    await expect(resolveSettings({ target: ['app', 'reports'] }, around)).rejects.toThrow(
      'one target only',
    )
  })
})

describe('a configuration of targets', () => {
  it.each([
    [{ targets: [] }, 'targets must be a list of at least one target'],
    [{ targets: {} }, 'targets must be a list of targets'],
    [{ targets: [{ outFile: 'x.ts' }] }, 'the option targets.0.name is missing'],
    [{ targets: [{ ...app, name: '../x' }] }, 'targets.0.name must be a name of letters'],
    [{ targets: [app, app] }, 'targets must be a list of targets with names that differ'],
    [{ targets: [{ ...app, outfile: 'x' }] }, 'Did you mean targets.0.outFile?'],
    [{ targets: [{ ...app, url: 'mysql://h/x' }] }, 'unknown option targets.0.url'],
    [{ targets: [{ ...app, source: { uri: 'x' } }] }, 'Did you mean targets.0.source.url?'],
    [{ targets: [{ ...app, types: { bigint: 'x' } }] }, 'targets.0.types.bigint must be one of'],
    [{ targets: [{ ...app, reporter: 'json' }] }, 'unknown option targets.0.reporter'],
  ])('is refused: %j', async (config, message) => {
    configure(config)
    await expect(resolve()).rejects.toThrow(ConfigurationError)
    await expect(resolve()).rejects.toThrow(message)
  })
})

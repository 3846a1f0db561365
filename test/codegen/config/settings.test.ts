import { mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveSettings } from '../../../codegen/config/targets.js'
import { ConfigurationError } from '../../../codegen/errors.js'
import { Workspace } from '../cli/run-cli.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

const around = (env: Record<string, string | undefined> = {}, folder = work.folder) => ({
  cwd: folder,
  env,
})

describe('settings', () => {
  it('have defaults', async () => {
    expect(await resolveSettings({}, around())).toMatchObject({
      source: { url: undefined },
      outFile: { path: work.path('generated/db.ts'), shown: 'generated/db.ts' },
      snapshotFile: { path: work.path('generated/db.schema.json') },
      logLevel: 'info',
    })
  })

  it('take a flag before the environment before the configuration file', async () => {
    writeFileSync(work.path('mo-codegen.config.json'), '{"url":"mysql://file/x","logLevel":"warn"}')
    const url = async (flag?: string, variable?: string): Promise<string | undefined> =>
      (await resolveSettings(flag ? { url: flag } : {}, around({ DATABASE_URL: variable }))).source
        .url?.value
    expect(await url('mysql://flag/x', 'mysql://env/x')).toBe('mysql://flag/x')
    expect(await url(undefined, 'mysql://env/x')).toBe('mysql://env/x')
    expect(await url()).toBe('mysql://file/x')
    expect((await resolveSettings({ logLevel: 'debug' }, around())).logLevel).toBe('debug')
    expect((await resolveSettings({}, around())).logLevel).toBe('warn')
  })

  it('take paths of Windows in the configuration file, wherever it is read', async () => {
    const config = { outFile: 'src\\db.ts', snapshotFile: '.\\schema\\db.json' }
    writeFileSync(work.path('mo-codegen.config.json'), JSON.stringify(config))
    expect(await resolveSettings({}, around())).toMatchObject({
      outFile: { path: work.path('src/db.ts') },
      snapshotFile: { path: work.path('schema/db.json') },
    })
  })

  it('refuse a database for a snapshot file, and show no password of it', async () => {
    const { code, stderr } = await work.run(['--from', 'mysql://root:geheim@h:6001/x'])
    expect([code, stderr]).toEqual([
      2,
      'mo-codegen: --from must be the path of a snapshot file; a database is named by --url.\n',
    ])
    const others = await work.run(['check', '--impact', 'mysql://root:geheim@h/x'])
    expect(others.stderr).not.toContain('geheim')
  })

  it('refuse a snapshot in a TypeScript file', async () => {
    await expect(resolveSettings({ snapshotFile: 'db.ts' }, around())).rejects.toThrow(
      '--snapshot-file must be the path of a JSON file',
    )
  })

  it('take paths in the configuration file from its folder, and flags from where one stands', async () => {
    mkdirSync(work.path('deep/er'), { recursive: true })
    writeFileSync(work.path('mo-codegen.config.json'), '{"outFile":"src/db.d.ts"}')
    const deep = around({}, work.path('deep/er'))
    expect(await resolveSettings({}, deep)).toMatchObject({
      outFile: { path: work.path('src/db.d.ts') },
      snapshotFile: { path: work.path('src/db.schema.json') },
    })
    expect((await resolveSettings({ outFile: 'db.ts' }, deep)).outFile).toEqual({
      path: work.path('deep/er/db.ts'),
      shown: 'db.ts',
    })
  })

  it('keep no snapshot file when told so', async () => {
    expect((await resolveSettings({ snapshotFile: false }, around())).snapshotFile).toBeNull()
    writeFileSync(work.path('mo-codegen.config.json'), '{"snapshotFile":false}')
    expect((await resolveSettings({}, around())).snapshotFile).toBeNull()
  })

  it('come from .ts, .mjs and .json files', async () => {
    writeFileSync(
      work.path('mo-codegen.config.ts'),
      "enum Level { Quiet = 'error' }\nexport default { logLevel: Level.Quiet as 'error' }\n",
    )
    expect((await resolveSettings({}, around())).logLevel).toBe('error')
    writeFileSync(work.path('other.mjs'), "export const config = { exclude: ['tmp_*'] }\n")
    expect((await resolveSettings({ configFile: 'other.mjs' }, around())).patterns.exclude).toEqual(
      ['tmp_*'],
    )
  })

  it('load an --env-file without changing what is set already', async () => {
    // Editors of Windows write a byte order mark.
    writeFileSync(work.path('.env'), '\uFEFFDATABASE_URL=mysql://file/x\nOTHER=mysql://other/x\n')
    const env: Record<string, string | undefined> = {}
    expect((await resolveSettings({ envFile: '.env' }, around(env))).source.url).toEqual({
      value: 'mysql://file/x',
      origin: 'DATABASE_URL',
    })
    const set = around({ DATABASE_URL: 'mysql://set/x' })
    expect((await resolveSettings({ envFile: '.env' }, set)).source.url?.value).toBe(
      'mysql://set/x',
    )
    const named = await resolveSettings({ envFile: '.env', url: 'env(OTHER)' }, around())
    expect(named.source.url).toEqual({ value: 'mysql://other/x', origin: 'OTHER' })
  })

  it.each([
    ['{"outfile":"x.ts"}', /unknown option outfile\.\nDid you mean outFile\?/],
    [
      '{"types":{"bigInt":"string"}}',
      /unknown option types\.bigInt\.\nDid you mean types\.bigint\?/,
    ],
    ['{"types":{"bigint":"Bigint"}}', /types\.bigint must be one of number, bigint, string/],
    ['{"include":"x"}', /include must be a list of texts/],
    ['[]', /does not export a configuration/],
    ['{', /cannot be loaded/],
  ])('refuse the configuration %s', async (text, message) => {
    writeFileSync(work.path('mo-codegen.config.json'), text)
    await expect(resolveSettings({}, around())).rejects.toThrow(ConfigurationError)
    await expect(resolveSettings({}, around())).rejects.toThrow(message)
  })

  it('refuse a missing file that was named', async () => {
    await expect(resolveSettings({ configFile: 'no.json' }, around())).rejects.toThrow(/no\.json/)
    await expect(resolveSettings({ envFile: 'no.env' }, around())).rejects.toThrow(/no\.env/)
    await expect(resolveSettings({ url: 'env(NOPE)' }, around())).rejects.toThrow(/NOPE is not set/)
  })
})

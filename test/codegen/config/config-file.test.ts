import { mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkConfig } from '../../../codegen/config/check-config.js'
import { defineConfig } from '../../../codegen/config/config.js'
import { loadConfig } from '../../../codegen/config/config-file.js'
import { ConfigurationError } from '../../../codegen/errors.js'
import { Workspace } from '../cli/run-cli.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

async function messageOf(name: string, text: string): Promise<string> {
  writeFileSync(work.path(name), text)
  const failure: unknown = await loadConfig(work.folder, name).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ConfigurationError)
  return failure instanceof Error ? failure.message : ''
}

describe('a configuration file that cannot be loaded is named with line and column:', () => {
  it.each([
    ['{\n  "outFile": "a.ts",\n  "include": [x]\n}\n', '3:15', "Unexpected token 'x'"],
    ['{\n  "x": "x",\n}', '3:1', 'Expected double-quoted property name in JSON'],
    ['{ "outFile": "a.ts" ', '1:21', "Expected ',' or '}' after property value in JSON"],
    ['{"a":"\n"}', '1:7', 'Bad control character in string literal in JSON'],
    ['\uFEFF{ "outFile": "a.ts", }', '1:22', 'Expected double-quoted property name in JSON'],
    ['// mine\n{}', '1:1', "Unexpected token '/'"],
    ['', '1:1', 'Unexpected end of JSON input'],
  ])('JSON %j', async (text, place, reason) => {
    expect(await messageOf('c.json', text)).toBe(`c.json:${place} cannot be loaded: ${reason}`)
  })

  it.each([
    ['export default {\n  include: [,\n  x: 1\n}\n', '3:4', "',' expected."],
    ['const a = 1\nexport default {\n  outFile: foo.bar,\n}\n', '3:12', 'foo is not defined'],
    ['export default (\n', '1:17', 'Expression expected.'],
  ])('a module %j', async (text, place, reason) => {
    expect(await messageOf('a.ts', text)).toBe(`a.ts:${place} cannot be loaded: ${reason}`)
  })

  it('not for a folder, which is none', async () => {
    mkdirSync(work.path('c.json'))
    await expect(loadConfig(work.folder, 'c.json')).rejects.toThrow(
      'There is no configuration file c.json.',
    )
  })

  it('not for a byte order mark', async () => {
    writeFileSync(work.path('c.json'), '\uFEFF{ "outFile": "a.ts" }')
    expect((await loadConfig(work.folder, 'c.json'))?.config).toEqual({ outFile: 'a.ts' })
  })

  it('without a place where there is none', async () => {
    expect(await messageOf('a.ts', "import x from './nope.js'\nexport default x\n")).toMatch(
      /^a\.ts cannot be loaded: Cannot find module '\.\/nope\.js'/,
    )
  })
})

describe('a configuration', () => {
  it('is told everything that is wrong with it at once', async () => {
    const text = '{"outfile":"x.ts","types":{"bigInt":"string"},"include":[1],"url":""}'
    expect(await messageOf('c.json', text)).toBe(
      [
        'c.json: the option url must be text that is not empty.',
        'c.json: the option include.0 must be text that is not empty.',
        'c.json has the unknown option types.bigInt.',
        'Did you mean types.bigint?',
        'c.json has the unknown option outfile.',
        'Did you mean outFile?',
      ].join('\n'),
    )
  })

  it('is told each option that there is none of, not the first only', async () => {
    const text =
      '{"outfile":"x.ts","colunmTypes":{},"targets":[{"name":"a","nam":1,"outFil":"y.ts"}]}'
    expect(
      (await messageOf('c.json', text)).split('\n').filter((line) => line.endsWith('?')),
    ).toEqual([
      'Did you mean targets.0.name?',
      'Did you mean targets.0.outFile?',
      'Did you mean outFile?',
      'Did you mean columnTypes?',
    ])
  })

  it('may leave an option undefined', async () => {
    writeFileSync(
      work.path('c.mjs'),
      'export default { url: undefined, types: { json: undefined } }',
    )
    expect((await loadConfig(work.folder, 'c.mjs'))?.config).toEqual({ types: {} })
  })

  it('may name variables that are not set, to exactOptionalPropertyTypes too', () => {
    const unset = process.env['KMO_NOT_SET']
    const config = defineConfig({
      url: unset,
      types: { decimal: undefined },
      overrides: { 'a.b': { type: 'Meta', import: unset } },
      ignore: [{ name: 'a', reason: 'known', expires: unset }],
      targets: [{ name: 'a', outFile: unset, source: { url: unset } }],
    })
    expect(checkConfig(config, 'c.ts')).toEqual({
      types: {},
      overrides: { 'a.b': { type: 'Meta' } },
      ignore: [{ name: 'a', reason: 'known' }],
      targets: [{ name: 'a', source: {} }],
    })
  })

  it('cannot say what only a command line can', async () => {
    expect(await messageOf('c.json', '{"from":"x.json"}')).toContain('the unknown option from')
  })
})

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, makeChoose } from '../../../codegen/config/choices.js'
import { choicesOf, putCommandFirst, writeFlags } from '../../../codegen/config/flags.js'
import { commandNames } from '../../../codegen/config/option-row.js'
import { optionRows, options } from '../../../codegen/config/options.js'
import { writeOptionTable } from './option-table.js'

const docs = readFileSync(new URL('../../../docs/codegen.md', import.meta.url), 'utf8')

describe('the table of options', () => {
  it('is the one of docs/codegen.md', () => {
    expect(docs).toContain(`${writeOptionTable()}\n`)
  })

  it('has a flag or a place in the configuration file for each option, and no flag twice', () => {
    const flags = optionRows.flatMap(([, { flag, offFlag }]) => [flag, offFlag])
    const names = flags.filter((flag) => flag !== undefined).map((flag) => flag.split(' ')[0])
    expect(new Set(names).size).toBe(names.length)
    for (const [key, { flag, inFile }] of optionRows)
      expect([key, flag ?? inFile]).not.toEqual([key, false])
  })

  it('has defaults that pass their own checks', () => {
    const choose = makeChoose({ flags: {}, env: {}, config: {}, configShown: '' })
    for (const [key, { default: value }] of optionRows) {
      expect(value === undefined ? undefined : decide(choose, key).value).toEqual(value)
    }
  })
})

describe('a choice', () => {
  it('is that of the flag, else the environment, else the configuration file, else the default', () => {
    const text = fc.option(fc.constantFrom('mysql://a/x', 'mysql://b/x'), { nil: undefined })
    fc.assert(
      fc.property(text, text, text, (flag, variable, inFile) => {
        const choose = makeChoose({
          flags: flag === undefined ? {} : { url: flag },
          env: { DATABASE_URL: variable },
          config: inFile === undefined ? {} : { url: inFile },
          configShown: 'mo-codegen.config.ts',
        })
        expect(choose('url')?.value).toBe(flag ?? variable ?? inFile)
      }),
    )
  })

  it('says where it was found, and what is wrong there', () => {
    const choose = makeChoose({
      flags: { outFile: 'types.json' },
      env: { DATABASE_URL: 'mysql://h/x' },
      config: {},
      configShown: '',
    })
    expect(choose('url')).toMatchObject({ from: 'variable', origin: 'DATABASE_URL' })
    expect(() => choose('outFile')).toThrow(
      '--out-file must be a TypeScript file (.ts, .mts, .cts); --snapshot-file is the JSON.',
    )
  })
})

describe('a command', () => {
  const withValue = fc
    .constantFrom('--url', '--out-file', '--include-pattern', '--at')
    .chain((flag) => fc.constantFrom('x', 'check', '-').map((value) => [flag, value]))
  const single = fc.constantFrom('--print', '--url=check', '--nope', '-h').map((flag) => [flag])
  const flags = fc.array(fc.oneof(withValue, single)).map((some) => some.flat())

  it('is found behind any flags, which keep their order', () => {
    fc.assert(
      fc.property(fc.constantFrom(...commandNames), flags, flags, (command, before, after) => {
        expect(putCommandFirst([...before, command, ...after])).toEqual([
          command,
          ...before,
          ...after,
        ])
      }),
    )
  })

  it('is not made of what else stands there', () => {
    for (const argv of [[], ['chek'], ['--url', 'check'], ['--', 'check'], ['x', 'check']]) {
      expect(putCommandFirst(argv)).toEqual(argv)
    }
  })
})

describe('flags written again', () => {
  it('are the ones a command takes, quoted for a shell', () => {
    const flags = {
      exclude: ['tmp_*', "it's"],
      snapshotFile: false,
      migrationTables: true,
      failOn: 'breaking',
    } as const
    expect(writeFlags(flags, 'generate')).toEqual([
      '--no-snapshot-file',
      '--exclude-pattern',
      "'tmp_*'",
      '--exclude-pattern',
      String.raw`'it'\''s'`,
      '--migration-tables',
    ])
  })

  it('know the choices of an option', () => {
    expect(choicesOf(options.only)).toEqual(['snapshot', 'types'])
    expect(choicesOf(options.url)).toBeUndefined()
  })
})

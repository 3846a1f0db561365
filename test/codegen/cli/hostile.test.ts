import { writeFileSync } from 'node:fs'
import type { SchemaModel } from 'kysely-matrixone/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reporterNames } from '../../../codegen/report/report.js'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { Workspace, type CommandResult } from './run-cli.js'

/** A terminal sequence, a line break with a workflow command, direction marks, invisible blanks. */
const words = [
  'x\n::error::y',
  '::warning file=a::y',
  '##[error]y',
  '\u001b[2J\u009b2J',
  'a\rb',
  '\u202e\u2066\u061c\u200e\u200f',
  '\u200b\ufeff\u00ad\u2028\u2029',
]

function modelOf(names: readonly string[], comment: string): SchemaModel {
  const tables = names.map((name) => ({
    name,
    kind: 'table' as const,
    comment,
    columns: names.map((column) => ({ name: column, type: { name: 'int' }, comment })),
  }))
  return { formatVersion: '2.0', databases: [{ tables }] }
}

let work: Workspace
beforeEach(() => {
  work = new Workspace()
  writeFileSync(work.path('old.json'), serializeSnapshot(modelOf(['a', ...words.slice(3)], 'old')))
  writeFileSync(work.path('new.json'), serializeSnapshot(modelOf(words, words.join(''))))
})
afterEach(() => work.remove())

/** Nothing but text and line breaks, and no line that a CI system takes for a command. */
function expectHarmless({ stdout, stderr }: CommandResult): void {
  for (const text of [stdout, stderr]) {
    expect(text.replaceAll('\n', '')).not.toMatch(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(text).not.toMatch(/^\s*::|##\w*\[/m)
  }
}

describe('hostile names and comments are escaped', () => {
  it.each(reporterNames)('in the %s report', async (reporter) => {
    await work.run(['--from', 'old.json'])
    const flags = ['--from', 'new.json', '--snapshot-file', 'old.json', '--reporter', reporter]
    const result = await work.run(['check', ...flags])
    expect(result.code).toBe(1)
    expect(result.stdout.length).toBeGreaterThan(1000)
    // The commands of the GitHub report itself.
    const stdout = result.stdout.replaceAll(/^::(error|warning|notice)( [^:]*)?::/gm, '')
    expectHarmless({ ...result, stdout })
  })

  it('on stdout with --print', async () => {
    const types = await work.run(['--from', 'new.json', '--print'])
    expect(types.code).toBe(0)
    // A program's text has its own right to `##[`; it is never the start of a line there.
    expectHarmless({ ...types, stdout: types.stdout.replaceAll('##[', '') })
  })

  it('in remarks, at every log level', async () => {
    const flags = ['--exclude-pattern', '*[!y]', '--log-level', 'debug']
    const result = await work.run(['--from', 'new.json', ...flags])
    expect(result.code).toBe(0)
    expectHarmless(result)
  })

  it('in errors', async () => {
    const names = [...words, ...words.map((word) => `${word}!`)]
    writeFileSync(
      work.path('mo-codegen.config.json'),
      JSON.stringify({
        interfaceNames: Object.fromEntries(names.map((name) => [name, 'no name'])),
      }),
    )
    for (const word of words) {
      for (const flag of [
        '--from',
        '--out-file',
        '--include-pattern',
        '--nope',
        '--only',
        '--at',
      ]) {
        const result = await work.run([`${flag}=${word}`])
        expect(result.code).toBe(2)
        expectHarmless(result)
      }
      expectHarmless(await work.run([word]))
    }
    const result = await work.run(['--from', 'new.json'])
    expect(result.code).toBe(2)
    expectHarmless(result)
  })
})

import { readFileSync, writeFileSync } from 'node:fs'
import mermaid from 'mermaid'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SchemaModel, TableModel } from '../../src/schema/schema-model.js'
import { serializeSnapshot } from '../../src/schema/snapshot/snapshot-text.js'
import { hostileTexts } from '../fixtures/hostile-texts.js'
import { type CommandResult, Workspace } from './cli/run-cli.js'
import { dangersOf, elementsOf, kindsOf, textOf } from './emit/docs/page.js'

/** All of them as names of columns, and as names and comments of tables, keys, checks and indexes. */
function hostileModel(): SchemaModel {
  const tables: TableModel[] = []
  for (let at = 0; at < hostileTexts.length; at += 30) {
    const names = hostileTexts.slice(at, at + 30)
    const [name = '', key = '', check = ''] = names
    tables.push({
      name,
      kind: 'table',
      comment: names.join(' '),
      columns: names.map((column, nth) => ({
        name: column,
        type: { name: 'enum', members: [names.at(-nth - 1) ?? ''] },
        comment: column,
        default: column,
      })),
      primaryKey: [key],
      foreignKeys: [
        {
          name: key,
          columns: [check],
          references: { table: hostileTexts[at - 30] ?? name, columns: names.slice(0, 1) },
        },
      ],
      checks: [{ name: check, expression: names.slice(3, 6).join('\n') }],
      fulltextIndexes: [{ name: key, columns: names.slice(0, 2), parser: check }],
      vectorIndexes: [
        {
          name: check,
          column: key,
          algorithm: 'ivfflat',
          metric: 'l2',
          dimension: 3,
          comment: name,
        },
      ],
    })
  }
  tables.push({ name: 'view', kind: 'view', columns: [], definition: hostileTexts.join('\n') })
  return { formatVersion: '2.0', databases: [{ tables }] }
}

const model = hostileModel()
const columns = model.databases.flatMap(({ tables }) => tables.flatMap((table) => table.columns))
let work: Workspace

beforeAll(() => {
  work = new Workspace()
  const old = model.databases.flatMap(({ tables }) =>
    tables.map((table) => ({ ...table, comment: 'old', columns: table.columns.slice(0, 3) })),
  )
  writeFileSync(
    work.path('old.json'),
    serializeSnapshot({ formatVersion: '2.0', databases: [{ tables: old }] }),
  )
  writeFileSync(work.path('new.json'), serializeSnapshot(model))
})
afterAll(() => work.remove())

const check = (reporter: string, env?: Readonly<Record<string, string>>): Promise<CommandResult> =>
  work.run(
    [
      'check',
      '--from',
      'new.json',
      '--snapshot-file',
      'old.json',
      '--only',
      'snapshot',
      '--reporter',
      reporter,
    ],
    env,
  )

/** Text and line breaks, of which none starts a command of a CI system. */
function expectHarmless(text: string): void {
  expect(text.replaceAll('\n', '')).not.toMatch(
    /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u,
  )
  expect(text).not.toMatch(/^\s*::|##\w*\[/m)
}

/** The elements of a Markdown text, as a site shows it that lets HTML through. */
function rendered(markdown: string): ReturnType<typeof elementsOf> {
  return elementsOf(
    micromark(markdown, {
      allowDangerousHtml: true,
      allowDangerousProtocol: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    }),
  )
}

describe(`${hostileTexts.length} hostile names and comments`, () => {
  it('are 900, all different, and each is a column', () => {
    expect(new Set(hostileTexts).size).toBe(900)
    expect(columns).toHaveLength(900)
  })

  it.each(['plain', 'coloured'])(
    'leave the terminal whole in the text report, %s',
    async (kind) => {
      const { code, stdout } = await check('text', kind === 'plain' ? {} : { FORCE_COLOR: '1' })
      expect(code).toBe(1)
      // The colours of the report itself.
      // oxlint-disable-next-line no-control-regex -- the escape is what is looked for
      expectHarmless(kind === 'plain' ? stdout : stdout.replaceAll(/\u001b\[\d+m/g, ''))
      expect(stdout.split('\n').length).toBeGreaterThan(900)
    },
  )

  it.each(['json', 'gitlab', 'sarif'])('parse in the %s report', async (reporter) => {
    const { code, stdout } = await check(reporter)
    expect(code).toBe(1)
    expectHarmless(stdout)
    const report = JSON.parse(stdout) as object
    const results =
      'findings' in report
        ? report.findings
        : 'runs' in report
          ? (report.runs as { results: unknown }[])[0]?.results
          : report
    expect((results as readonly unknown[]).length).toBeGreaterThan(800)
  })

  it('are one workflow command each in the GitHub report', async () => {
    const { stdout } = await check('github')
    const lines = stdout.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(800)
    for (const line of lines) {
      const [, rest = ''] = /^::(?:error|warning|notice)(?: [^:]*)?::(.*)$/.exec(line) ?? []
      expect(rest).not.toBe('')
      expectHarmless(rest)
      expect(rest).not.toMatch(/%(?!25|0A)/)
    }
  })

  it('are text in the Markdown report', async () => {
    const { stdout } = await check('markdown')
    const elements = rendered(stdout)
    expect(dangersOf(elements)).toEqual([])
    const own = 'body code h3 head html li p table tbody td th thead tr ul'.split(' ')
    expect(kindsOf(elements).filter((kind) => !own.includes(kind))).toEqual([])
    expectHarmless(stdout)
  })

  it('are text in the documentation, and run nothing', async () => {
    const { code } = await work.run(['docs', '--from', 'new.json'])
    expect(code).toBe(0)
    const page = elementsOf(readFileSync(work.path('schema-docs/index.html'), 'utf8'))
    expect(dangersOf(page)).toEqual([])
    expect(page.filter(({ tagName }) => tagName === 'script')).toHaveLength(1)
    expect(
      kindsOf(page).filter((kind) => /^(img|iframe|link|base|object|embed|form)$/.test(kind)),
    ).toEqual([])
    const title = page.filter(({ tagName }) => tagName === 'title').map(textOf)
    expect(title[0]).toBe('Database schema')
    const markdown = readFileSync(work.path('schema-docs/README.md'), 'utf8')
    expectHarmless(markdown)
    expect(dangersOf(rendered(markdown))).toEqual([])
    const [, diagram = ''] = /```mermaid\n([^]*?)\n```/.exec(markdown) ?? []
    expect(await mermaid.parse(diagram)).toMatchObject({ diagramType: 'er' })
  })
})

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SchemaModel, TableModel } from '../../../src/schema/schema-model.js'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { Workspace } from '../cli/run-cli.js'

const varchar = { name: 'varchar', length: 200 }
const articles = (...columns: TableModel['columns']): TableModel => ({
  name: 'articles',
  kind: 'table',
  primaryKey: ['id'],
  columns: [{ name: 'id', type: { name: 'int' } }, ...columns],
})
const authors: TableModel = {
  name: 'authors',
  kind: 'table',
  columns: [{ name: 'title', type: varchar }],
}
const model = (...tables: readonly TableModel[]): string =>
  serializeSnapshot({ formatVersion: '2.0', databases: [{ tables }] } satisfies SchemaModel)

const title = { name: 'title', type: varchar }
const lang = { name: 'lang', type: { name: 'enum', members: ['en', 'de'] } }
const body = {
  name: 'body',
  type: { name: 'text' },
  nullable: true as const,
  insertOptional: true as const,
}

const program = `import { type Kysely, sql } from 'kysely'
import type { DB } from '../generated/db.js'

export async function list(db: Kysely<DB>): Promise<string[]> {
  const rows = await db.selectFrom('articles').select(['id', 'title']).execute()
  const raw = sql<{ n: number }>\`select title from articles where id > 1\`
  await raw.execute(db)
  return rows.map((row) => row.title)
}
export const authors = (db: Kysely<DB>): Promise<unknown> =>
  db.selectFrom('authors').select('title').execute()
export const german = (db: Kysely<DB>): Promise<unknown> =>
  db.selectFrom('articles').selectAll().where('lang', '=', 'de').execute()
export const add = (db: Kysely<DB>): Promise<unknown> =>
  db.insertInto('articles').values({ id: 1, title: 'a', lang: 'en' }).execute()
export const wrongAlready: number = 'text'
`

let work: Workspace
const lineOf = (text: string): number =>
  program.split('\n').findIndex((line) => line.includes(text)) + 1

interface Report {
  readonly findings: readonly { readonly ruleId: string; readonly column?: string }[]
  readonly impact: {
    readonly program: string
    readonly findings: readonly {
      readonly finding: number | null
      readonly breakages: readonly {
        readonly location: { readonly file: string; readonly line: number }
        readonly code: string | null
      }[]
    }[]
  }
}

/** The lines that break, by column; `null` for SQL text, which only may. */
async function impactOf(actual: string): Promise<Readonly<Record<string, readonly unknown[]>>> {
  writeFileSync(work.path('now.json'), actual)
  const { stdout, stderr, code } = await work.run([
    'check',
    '--from',
    'now.json',
    '--impact',
    'tsconfig.json',
    '--reporter',
    'json',
  ])
  expect([code, stderr]).toEqual([1, ''])
  const { findings, impact } = JSON.parse(stdout) as Report
  return Object.fromEntries(
    impact.findings.map(({ finding, breakages }) => [
      finding === null ? 'none' : (findings[finding]?.column ?? ''),
      breakages.map(({ location: { file, line }, code: error }) => [file, line, error]),
    ]),
  )
}

beforeAll(async () => {
  work = new Workspace()
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  mkdirSync(work.path('src'))
  writeFileSync(work.path('src/list.ts'), program)
  writeFileSync(
    work.path('tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: 'es2022',
        module: 'nodenext',
        skipLibCheck: true,
        types: [],
        paths: {
          kysely: [`${root}node_modules/kysely`],
          'kysely-matrixone': [`${root}src/dist/types/column-types.d.ts`],
        },
      },
      include: ['src'],
    }),
  )
  writeFileSync(work.path('first.json'), model(articles(title, lang), authors))
  await work.run(['--from', 'first.json'])
  writeFileSync(work.path('generated/db.schema.json'), model(articles(title, lang), authors))
}, 60_000)
afterAll(() => work.remove())

describe('check --impact', () => {
  it('names the lines that a dropped column breaks, and SQL text that may break', async () => {
    expect(await impactOf(model(articles(lang), authors))).toEqual({
      title: [
        ['src/list.ts', lineOf("'id', 'title'"), 'TS2769'],
        ['src/list.ts', lineOf('values({ id: 1'), 'TS2353'],
        ['src/list.ts', lineOf('select title from'), null],
      ],
    })
  }, 60_000)

  it('tells changes apart, and leaves other tables alone', async () => {
    const now = articles(
      { name: 'title', type: { name: 'int' } },
      { name: 'lang', type: { name: 'enum', members: ['en'] } },
    )
    expect(await impactOf(model(now, authors))).toEqual({
      lang: [['src/list.ts', lineOf("'lang', '='"), 'TS2345']],
      title: [
        ['src/list.ts', lineOf('row.title'), 'TS2322'],
        ['src/list.ts', lineOf('values({ id: 1'), 'TS2322'],
        ['src/list.ts', lineOf('select title from'), null],
      ],
    })
  }, 60_000)

  it('holds what is gone against a list before another type, and an enum by its members', async () => {
    const code = [
      "import type { Kysely, Selectable } from 'kysely'",
      "import type { DB } from '../generated/db.js'",
      "type Article = Selectable<DB['articles']>",
      'export const both = (db: Kysely<DB>): unknown =>',
      "  db.selectFrom('articles').select(['lang', 'title'])",
      "export function nameOf(lang: Article['lang']): string {",
      '  switch (lang) {',
      "    case 'en': return 'English'",
      "    case 'de': return 'Deutsch'",
      '  }',
      '}',
      // Broken before: the message shows the row, which changes.
      'export const already: (row: Article) => { readonly nothing: 1 } = (row) => row',
    ]
    writeFileSync(work.path('src/more.ts'), code.join('\n'))
    const english = { name: 'lang', type: { name: 'enum', members: ['en'] } }
    const found = await impactOf(model(articles(english), authors))
    rmSync(work.path('src/more.ts'))
    const inMore = Object.entries(found).map(([column, uses]) => [
      column,
      uses.filter((use) => (use as readonly unknown[])[0] === 'src/more.ts'),
    ])
    expect(Object.fromEntries(inMore)).toEqual({
      lang: [['src/more.ts', 9, 'TS2678']],
      title: [['src/more.ts', 5, 'TS2769']],
    })
  }, 60_000)

  it('finds the INSERT that a new required column breaks, and nothing where one may be left out', async () => {
    const required = { name: 'note', type: varchar }
    expect(await impactOf(model(articles(title, lang, required), authors))).toEqual({
      note: [['src/list.ts', lineOf('values({ id: 1'), 'TS2345']],
    })
    expect(await impactOf(model(articles(title, lang, body), authors))).toEqual({})
  }, 60_000)

  it('writes nothing, and says in text what breaks', async () => {
    writeFileSync(work.path('now.json'), model(articles(lang), authors))
    const { stdout } = await work.run(['check', '--from', 'now.json', '--impact', 'tsconfig.json'])
    expect(stdout).toContain(
      'Breaks in tsconfig.json\n  articles.title is gone.\n    src/list.ts:5:',
    )
    expect(stdout).toContain('possible')
    const github = await work.run([
      'check',
      '--from',
      'now.json',
      '--impact',
      'tsconfig.json',
      '--reporter',
      'github',
    ])
    expect(github.stdout).toMatch(/^::error file=src\/list\.ts,line=5,/m)
    expect((await work.run(['check', '--from', 'first.json'])).code).toBe(0)
  }, 60_000)

  it('tells what breaks when column and table are gone that options name', async () => {
    const config = {
      include: ['articles', 'authors'],
      overrides: { 'articles.title': 'string' },
      interfaceNames: { authors: 'Writer' },
      slices: { writing: ['authors'] },
    }
    writeFileSync(work.path('mo-codegen.config.json'), JSON.stringify(config))
    await work.run(['--from', 'first.json'])
    expect(await impactOf(model(articles(lang)))).toMatchObject({
      title: expect.arrayContaining([['src/list.ts', lineOf('values({ id: 1'), 'TS2353']]),
      '': ['TS2345', 'TS2349'].map((code) => [
        'src/list.ts',
        lineOf("selectFrom('authors')"),
        code,
      ]),
    })
    // Types cannot be written for such a schema: the options have to be changed first.
    expect(await work.run(['--from', 'now.json'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The include pattern authors matches no table.'),
    })
    rmSync(work.path('mo-codegen.config.json'))
    await work.run(['--from', 'first.json'])
  }, 60_000)

  it('finds the imports of the file of a table that is gone', async () => {
    writeFileSync(work.path('mo-codegen.config.json'), '{ "layout": "file-per-table" }')
    await work.run(['--from', 'first.json'])
    const code = [
      "export type { Authors } from '../generated/db/authors.js'",
      "import type { Authors as Writers } from '../generated/db.js'",
      'export type Names = keyof Writers',
    ]
    writeFileSync(work.path('src/more.ts'), code.join('\n'))
    const found = await impactOf(model(articles(title, lang)))
    rmSync(work.path('src/more.ts'))
    rmSync(work.path('mo-codegen.config.json'))
    await work.run(['--from', 'first.json'])
    expect(found).toEqual({
      '': [
        ['src/list.ts', lineOf("selectFrom('authors')"), 'TS2345'],
        ['src/list.ts', lineOf("selectFrom('authors')"), 'TS2349'],
        ['src/more.ts', 1, 'TS2307'],
        ['src/more.ts', 2, 'TS2305'],
      ],
    })
  }, 60_000)

  it('explains an enum that can no longer be imported by its column, or by its table', async () => {
    const tsconfig = JSON.parse(readFileSync(work.path('tsconfig.json'), 'utf8')) as object
    writeFileSync(work.path('use.json'), JSON.stringify({ ...tsconfig, include: ['use'] }))
    mkdirSync(work.path('use'))
    const use =
      "import { ArticlesLang } from '../enums/db.js'\nexport const one = ArticlesLang.en\n"
    writeFileSync(work.path('use/use.ts'), use)
    const options = ['--out-file', 'enums/db.ts', '--runtime-enums']
    await work.run([...options, '--from', 'first.json'])
    writeFileSync(work.path('enums/db.schema.json'), model(articles(title, lang), authors))
    const impact = async (actual: string): Promise<string> => {
      writeFileSync(work.path('now.json'), actual)
      const check = ['check', ...options, '--from', 'now.json', '--impact', 'use.json']
      const { stdout } = await work.run(check)
      const [, broken = ''] = /^Breaks in use\.json\n([^]*?)\n\n/m.exec(stdout) ?? []
      return broken.replaceAll(/ TS(\d+) .*/g, ' $1')
    }
    expect(await impact(model(articles(title), authors))).toBe(
      '  articles.lang is gone.\n    use/use.ts:1:10 2724',
    )
    expect(await impact(model(authors))).toBe('  Table articles is gone.\n    use/use.ts:1:10 2305')
  }, 60_000)

  it('takes the program of one target of several', async () => {
    const targets = [
      { name: 'other', outFile: 'other/db.ts', snapshotFile: false },
      { name: 'app', outFile: 'generated/db.ts' },
    ]
    writeFileSync(work.path('mo-codegen.config.json'), JSON.stringify({ targets }))
    await work.run(['--from', 'first.json'])
    writeFileSync(work.path('now.json'), model(articles(lang), authors))
    const { stdout } = await work.run(['check', '--from', 'now.json', '--impact', 'tsconfig.json'])
    rmSync(work.path('mo-codegen.config.json'))
    expect(stdout.match(/src\/list\.ts:5:\d+ TS2769/g)).toHaveLength(1)
  }, 60_000)

  it('reads the sources of a referenced program, whose declarations are imported', async () => {
    const { compilerOptions } = JSON.parse(readFileSync(work.path('tsconfig.json'), 'utf8')) as {
      readonly compilerOptions: object
    }
    const write = (path: string, content: object): void =>
      writeFileSync(work.path(path), JSON.stringify(content))
    const built = { composite: true, noEmit: false, rootDir: 'generated', outDir: 'built' }
    write('lib.json', { compilerOptions: { ...compilerOptions, ...built }, include: ['generated'] })
    write('web.json', { compilerOptions, include: ['web'], references: [{ path: './lib.json' }] })
    for (const folder of ['built', 'web']) mkdirSync(work.path(folder))
    writeFileSync(work.path('built/db.d.ts'), 'export interface DB { articles: { title: string } }')
    writeFileSync(
      work.path('web/main.ts'),
      "import type { DB } from '../built/db.js'\nexport const key: keyof DB['articles'] = 'title'\n",
    )
    writeFileSync(work.path('now.json'), model(articles(lang), authors))
    const { stdout } = await work.run(['check', '--from', 'now.json', '--impact', 'web.json'])
    expect(stdout).toContain('articles.title is gone.\n    web/main.ts:2:14 TS2322')
  }, 60_000)

  it('needs the tsconfig.json of a program with the generated file', async () => {
    writeFileSync(work.path('now.json'), model(articles(lang), authors))
    const check = (tsconfig: string) =>
      work.run(['check', '--from', 'now.json', '--impact', tsconfig])
    expect(await check('none.json')).toMatchObject({ code: 2 })
    const same = ['check', '--offline', '--impact']
    expect(await work.run([...same, 'none.json'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no none.json.') as string,
    })
    expect(await work.run([...same, '.'])).toMatchObject({ code: 0 })
    writeFileSync(work.path('other.json'), '{ "files": [] , "include": ["nowhere"] }')
    const { code, stderr } = await check('other.json')
    expect(code).toBe(2)
    expect(stderr).toContain('generated/db.ts is not a file of the program of other.json')
    for (const [text, why] of [
      ['{ "include": ["src"]', "cannot be read: '}' expected."],
      ['{ "extends": "./none.json", "include": ["src"] }', 'none.json'],
      ['{ "extends": "@tsconfig/none/tsconfig.json" }', '@tsconfig/none/tsconfig.json'],
    ] as const) {
      writeFileSync(work.path('broken.json'), text)
      expect(await check('broken.json')).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(
          /^mo-codegen: broken\.json cannot be read: .*\nCorrect it\.\n$/,
        ),
      })
      expect((await check('broken.json')).stderr).toContain(why)
    }
    writeFileSync(
      work.path('all.json'),
      '{ "files": [], /* as Vite has it */ "references": [{ "path": "./app.json" }] }',
    )
    expect((await check('all.json')).stderr).toContain(
      'It refers to ./app.json: name the one that imports the file.',
    )
  }, 60_000)
})

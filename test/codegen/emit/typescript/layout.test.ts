import { mkdirSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { EmitOptions } from '../../../../codegen/emit/typescript/emit-options.js'
import { emitTypes } from '../../../../codegen/emit/typescript/emit-types.js'
import { headerOf, isTableFile, isUnedited } from '../../../../codegen/emit/typescript/header.js'
import { isPlainlyTypes } from '../../../../codegen/emit/typescript/plainly-types.js'
import {
  deeper,
  deeperType,
  importedType,
  nameFiles,
} from '../../../../codegen/emit/typescript/table-files.js'
import { compilers, Project } from '../../zoo/compile-strictly.js'
import { magazine, modelOf, tableOf } from './models.js'

const perTable = { layout: 'file-per-table', outFile: 'generated/db.ts' } as const
const emit = async (options: EmitOptions, model = magazine) =>
  new Map((await emitTypes(model, options)).map(({ path, text }) => [path, text]))

const project = new Project('layout')
afterAll(() => project.remove())

describe('a layout of one file per table', () => {
  it('has an index, and the tables in a folder that is called like it', async () => {
    const files = await emit(perTable)
    const tables = magazine.databases[0]?.tables.map(({ name }) => `generated/db/${name}.ts`) ?? []
    expect([...files.keys()].toSorted()).toEqual(['generated/db.ts', ...tables.toSorted()])
    const index = files.get('generated/db.ts') ?? ''
    expect(index).toContain("import type { Articles } from './db/articles.js'\n")
    expect(index).toContain("export type { Articles } from './db/articles.js'\n")
    expect(index).toContain('  readonly [indexes]: SearchIndexes<typeof schema>\n')
    expect(files.get('generated/db/articles.ts')).toContain('export interface Articles {\n')
  })

  it('has a header in each file that knows whether it was edited and whose it is', async () => {
    for (const [path, text] of await emit(perTable)) {
      expect(headerOf(text)).not.toBeNull()
      expect(isUnedited(text)).toBe(true)
      expect(isTableFile(text)).toBe(path !== 'generated/db.ts')
      expect(isPlainlyTypes(text.split('\n').slice(2).join('\n'))).toBe(true)
    }
  })

  it('changes the file of a table that changes, and the index, and no other', async () => {
    const before = await emit(perTable)
    const [database] = magazine.databases
    const tables = (database?.tables ?? []).map((table) =>
      table.name === 'authors' ? { ...table, comment: 'Those who write' } : table,
    )
    const after = await emit(perTable, modelOf(...tables, tableOf('zoo', { n: { name: 'int' } })))
    const changed = [...after].filter(([path, text]) => before.get(path) !== text)
    expect(changed.map(([path]) => path)).toEqual([
      'generated/db.ts',
      'generated/db/authors.ts',
      'generated/db/zoo.ts',
    ])
  })

  it.each(Object.keys(compilers) as (keyof typeof compilers)[])(
    'compiles with a program on TypeScript %s',
    async (version) => {
      mkdirSync(project.path('db'), { recursive: true })
      const options = {
        ...perTable,
        outFile: 'db.ts',
        rowTypes: true,
        overrides: {
          'authors.PenName': { type: 'Name', import: './name.js' },
          'articles.title': "import('./name.js').Name",
        },
        slices: { search: ['articles', 'auth*'], plain: ['authors'] },
      }
      for (const [path, text] of await emit(options)) project.write(path, text)
      project.write('name.ts', "export type Name = string & { readonly 'a name'?: true }\n")
      project.write(
        'program.ts',
        `import type { Kysely } from 'kysely'
        import { indexes } from 'kysely-matrixone'
        import { type Article, type DB, type PlainDB, schema, type SearchDB } from './db.js'
        import type { Name } from './name.js'
        export const key: 'id' = schema.tables.articles.key[0]
        export const titles = (db: Kysely<SearchDB>): Promise<{ title: Name }[]> =>
          db.selectFrom('articles').select('title').execute()
        export const read = (row: Article): Name => row.title
        export type Searched = SearchDB[typeof indexes]['articles']['vector']['embedding']['metric']
        export const metric: Searched = 'l2'
        export const all = (db: Kysely<DB>): unknown => db.selectFrom('authors').select('PenName')
        // @ts-expect-error not in the slice
        export const other = (db: Kysely<PlainDB>): unknown => db.selectFrom('articles')
        // @ts-expect-error nothing in the slice can be searched
        export type None = PlainDB[typeof indexes]
        `,
      )
      expect(await project.compile(version)).toBe('')
    },
    120_000,
  )
})

describe('the file of a table', () => {
  it('is called like the table where every file system takes that', () => {
    expect([...nameFiles(['articles', 'order_items', '1st', 'shop.orders', 'a-b'])]).toEqual([
      ['1st', '1st'],
      ['a-b', 'a-b'],
      ['articles', 'articles'],
      ['order_items', 'order_items'],
      ['shop.orders', 'shop-orders'],
    ])
  })

  it('has a name of its own inside the folder, whatever the tables are called', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('con', 'NUL', '..', '.', 'a/b', 'a.d', 'A', 'a', 'a.b-c', 'a-b.c', 'x\\y'),
    )
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (keys) => {
        const files = [...nameFiles(keys).values()]
        expect(files).toHaveLength(keys.length)
        expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(files.length)
        for (const file of files) expect(file).toMatch(/^[a-z0-9_][a-z0-9_-]*$/)
      }),
    )
  })

  it('is imported by the extension that the compiler writes', () => {
    expect(['.ts', '.mts', '.cts', '.d.ts', '.d.mts'].map(importedType)).toEqual([
      '.js',
      '.mjs',
      '.cjs',
      '.js',
      '.mjs',
    ])
  })

  it('imports what the configuration names from one folder further down', () => {
    expect(['./meta.js', '../meta.js', '..', 'meta', '@a/b'].map(deeper)).toEqual([
      '../meta.js',
      '../../meta.js',
      '../..',
      'meta',
      '@a/b',
    ])
    expect(deeperType(`import('./a.js').A | import("../b.js").B | import('c').C`)).toBe(
      `import('../a.js').A | import("../../b.js").B | import('c').C`,
    )
  })
})

describe('a slice', () => {
  it('names tables or globs, and what matches none is an error with a proposal', async () => {
    await expect(emit({ slices: { search: ['articels'], x: ['nothing*'] } })).rejects.toThrow(
      "slices.search names 'articels', and there is no such table. Did you mean 'articles'?\n" +
        "slices.x names 'nothing*', and there is no such table.",
    )
  })

  it('spells its indexes out where the schema value cannot tell them', async () => {
    const options = { slices: { search: ['articles'] }, schemaValue: false }
    const text = (await emit(options)).get('db.ts') ?? ''
    const slice = text.slice(text.indexOf('export interface SearchDB'))
    expect(slice).toContain('  readonly [indexes]: {\n    articles: {\n')
    expect(slice).not.toContain('authors')
  })

  it('has a name of its own', async () => {
    const model = modelOf(tableOf('search_d_b', { n: { name: 'int' } }))
    await expect(
      emit({ slices: { search: ['*'] }, interfaceNames: { search_d_b: 'SearchDB' } }, model),
    ).rejects.toThrow('SearchDB would be the interface of search_d_b and the slice search')
  })
})

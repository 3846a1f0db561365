import { runInNewContext } from 'node:vm'
import { ts } from 'ts-morph'
import { afterAll, describe, expect, it } from 'vitest'
import type { EmitOptions } from '../../../../codegen/emit/typescript/emit-options.js'
import { emitTypes } from '../../../../codegen/emit/typescript/emit-types.js'
import { singularOf } from '../../../../codegen/emit/typescript/singular.js'
import type { SchemaModel, TableModel } from '../../../../src/schema/schema-model.js'
import { compilers, Project } from '../../zoo/compile-strictly.js'

const articles: TableModel = {
  name: 'articles',
  kind: 'table',
  primaryKey: ['id'],
  columns: [
    { name: 'id', type: { name: 'bigint' }, autoIncrement: true, insertOptional: true },
    { name: 'lang', type: { name: 'enum', members: ['en', 'zh-CN', '1', '', "it's"] } },
    {
      name: 'other',
      type: { name: 'enum', members: ['a'] },
      nullable: true,
      default: "'a'",
      insertOptional: true,
    },
  ],
}
const news: TableModel = {
  name: 'news',
  kind: 'view',
  columns: [{ name: 'n', type: { name: 'int' } }],
}
const model = (...tables: readonly TableModel[]): SchemaModel => ({
  formatVersion: '2.0',
  databases: [{ tables }],
})

async function emit(schema: SchemaModel, options: EmitOptions): Promise<string> {
  const [file] = await emitTypes(schema, options)
  return file?.text ?? ''
}

const project = new Project('declared-types')
afterAll(() => project.remove())

describe('singular names', () => {
  it.each([
    ['articles', 'article'],
    ['order_items', 'order_item'],
    ['OrderItems', 'OrderItem'],
    ['people', 'person'],
    ['news', 'news'],
    ['status', 'status'],
    ['文章', '文章'],
    ['a-categories', 'a-category'],
    ['x_2', 'x_2'],
    ['s', 's'],
    ['rows_s', 'rows_s'],
  ])('%s → %s', (plural, singular) => {
    expect(singularOf(plural)).toBe(singular)
  })

  it('are those of interfaces, and the tables keep theirs', async () => {
    const text = await emit(model(articles, news), { singularize: true })
    expect(text).toContain('export interface Article {')
    expect(text).toContain('  articles: Article\n')
    expect(text).toContain('  news: News\n')
  })
})

describe('row types', () => {
  it('are the rows of each table, and only those to read of a view', async () => {
    const text = await emit(model(articles, news), { rowTypes: true })
    expect(text).toContain(
      "import type { ColumnType, Insertable, SelectType, Selectable, Updateable } from 'kysely'",
    )
    expect(text).toContain(
      'export type Article = Selectable<Articles>\nexport type NewArticle = Insertable<Articles>\nexport type ArticleUpdate = Updateable<Articles>\n',
    )
    expect(text).toContain('export type NewsRow = Selectable<News>\n')
    expect(text).not.toContain('NewNews')
    expect(await emit(model(articles), { rowTypes: true, singularize: true })).toContain(
      'export type ArticleRow = Selectable<Article>\n',
    )
  })

  it('are refused where two would have one name, all at once', async () => {
    const other = { ...articles, name: 'new_articles' }
    const third = { ...articles, name: 'article' }
    await expect(emit(model(articles, other, third), { rowTypes: true })).rejects.toThrow(
      /Article would be .* and .*\n.*NewArticle would be/s,
    )
  })
})

describe('runtime enums', () => {
  it('take the place of unions', async () => {
    const text = await emit(model(articles), { runtimeEnums: true })
    expect(text).toContain(
      [
        'export enum ArticlesLang {',
        "  en = 'en',",
        "  'zh-CN' = 'zh-CN',",
        "  _1 = '1',",
        "  _ = '',",
        '  "it\'s" = "it\'s",',
        '}',
      ].join('\n'),
    )
    expect(text).toContain('  lang: ArticlesLang\n')
    expect(text).toContain('  other: ArticlesOther | null\n')
  })

  it('keep each member, whatever it is called, and the text of the database', async () => {
    const texts = [
      '',
      '1',
      '-1.5',
      '0x1',
      '1e3',
      ' ',
      'Infinity',
      'NaN',
      '__proto__',
      'constructor',
    ]
    const lang = { name: 'lang', type: { name: 'enum', members: texts } }
    const text = await emit(model({ ...articles, columns: [lang] }), { runtimeEnums: true })
    const [body = ''] = /(?<=export enum ArticlesLang )\{[^}]*\}/.exec(text) ?? []
    const { outputText } = ts.transpileModule(`enum E ${body}; E`, {})
    const members = runInNewContext(outputText) as Readonly<Record<string, string>>
    expect(Object.values(members)).toEqual(texts)
  })

  it('refuse two members with one key', async () => {
    const members = {
      ...articles.columns[1],
      name: 'lang',
      type: { name: 'enum', members: ['1', '_1'] },
    }
    await expect(
      emit(model({ ...articles, columns: [members] }), { runtimeEnums: true }),
    ).rejects.toThrow(/enum of articles\.lang: two of its members would be called "_1"/)
  })
})

describe('a file with all of them', () => {
  it.each(Object.keys(compilers) as (keyof typeof compilers)[])(
    'compiles with a program on TypeScript %s',
    async (version) => {
      const options = { rowTypes: true, singularize: true, camelCase: true }
      project.write('db.ts', await emit(model(articles, news), options))
      project.write(
        'program.ts',
        `import type { Kysely } from 'kysely'
        import type { ArticleRow, ArticleUpdate, DB, NewArticle, NewsRow } from './db.js'
        export async function program(db: Kysely<DB>): Promise<ArticleRow> {
          const added: NewArticle = { lang: 'en' }
          const changed: ArticleUpdate = { other: null }
          // @ts-expect-error not a member
          const wrong: NewArticle = { lang: 'fr' }
          await db.insertInto('articles').values([added, wrong]).execute()
          await db.updateTable('articles').set(changed).execute()
          const news: NewsRow = await db.selectFrom('news').selectAll().executeTakeFirstOrThrow()
          return { id: news.n, lang: 'zh-CN', other: 'a' }
        }
        `,
      )
      expect(await project.compile(version)).toBe('')
    },
  )
})

import { describe, expect, it } from 'vitest'
import type { NameFunction } from '../../../../codegen/emit/typescript/chosen-names.js'
import { emitTypes } from '../../../../codegen/emit/typescript/emit-types.js'
import { headerOf } from '../../../../codegen/emit/typescript/header.js'
import { ConfigurationError } from '../../../../codegen/errors.js'
import { modelOf, tableOf } from './models.js'

const model = modelOf(
  tableOf('tbl_articles', { lang: { name: 'enum', members: ['en', 'de'] } }),
  tableOf('tbl_authors', { id: { name: 'int' } }),
)
const emit = async (name: NameFunction, more = {}): Promise<string> => {
  const options = { rowTypes: true, runtimeEnums: true, name, ...more }
  return (await emitTypes(model, options))[0]?.text ?? ''
}

describe('the function name(kind, raw)', () => {
  it('names interfaces, types of rows and enums, and leaves the others as usual', async () => {
    const asked: string[] = []
    const text = await emit((kind, raw) => {
      asked.push(`${kind} ${raw}`)
      if (kind === 'interface') return raw === 'tbl_articles' ? 'Article' : undefined
      if (kind === 'insert')
        return 'ArticleToInsert'.replace('Article', raw.slice(4, 7).toUpperCase())
      return kind === 'enum' ? 'Language' : undefined
    })
    expect(text).toContain(
      'export interface Article {\n  /** `enum` with 2 members */'.slice(0, 26),
    )
    expect(text).toContain('export interface TblAuthors {\n')
    expect(text).toContain('export type ARTToInsert = Insertable<Article>\n')
    expect(text).toContain('export enum Language {\n')
    expect(text).toContain('  lang: Language\n')
    expect(asked).toContain('enum tbl_articles.lang')
  })

  it('gives way to interfaceNames', async () => {
    const interfaceNames = { tbl_articles: 'Chosen' }
    expect(await emit((kind) => (kind === 'enum' ? 'E' : undefined), { interfaceNames })).toContain(
      'export interface Chosen {\n',
    )
  })

  it('writes the file again when it gives other names, and not when only its text differs', async () => {
    const hash = async (name: NameFunction) => headerOf(await emit(name))?.optionsHash
    const one = await hash((kind) => (kind === 'enum' ? 'Lang' : undefined))
    // oxlint-disable-next-line no-nested-ternary -- another text of the same function
    expect(
      await hash((kind) =>
        kind === 'interface' ? undefined : kind === 'enum' ? 'Lang' : undefined,
      ),
    ).toBe(one)
    expect(await hash((kind) => (kind === 'enum' ? 'Other' : undefined))).not.toBe(one)
  })

  it.each([
    [
      'article',
      'gives "article", which is taken, not capitalised or not an identifier.\nA name that works: Article.',
    ],
    ['DB', 'which is taken'],
    [1 as unknown as string, 'gives 1,'],
  ])('refuses the name %j', async (chosen, message) => {
    await expect(emit((kind) => (kind === 'interface' ? chosen : undefined))).rejects.toThrow(
      message,
    )
  })

  it.each([
    [async () => 'Article', 'gives a promise.\nGive the name itself, or undefined.'],
    [() => Promise.reject(new Error('no')), 'gives a promise.'],
    [
      () => {
        throw new Error('boom')
      },
      `The function name('interface', "tbl_articles") failed: boom\nCorrect it.`,
    ],
  ])('is blamed for what is no name: %o', async (name, message) => {
    const refused = emit(name as unknown as NameFunction)
    await expect(refused).rejects.toThrow(ConfigurationError)
    await expect(refused).rejects.toThrow(message)
  })

  it('is told which tables it gives one name', async () => {
    await expect(emit((kind) => (kind === 'interface' ? 'Row' : undefined))).rejects.toThrow(
      'Tables "tbl_articles" and "tbl_authors" would both become interface Row.',
    )
  })
})

import fc from 'fast-check'
import { CamelCasePlugin, type CamelCasePluginOptions } from 'kysely'
import { describe, expect, it } from 'vitest'
import { toCamelCase, toSnakeCase } from '../../../../codegen/emit/typescript/camel-case.js'
import { emitTypes } from '../../../../codegen/emit/typescript/emit-types.js'
import type { EmitOptions } from '../../../../codegen/emit/typescript/emit-options.js'
import type { SchemaModel, TableModel } from '../../../../src/schema/schema-model.js'

/** The plugin's own two functions. */
class Names extends CamelCasePlugin {
  camel(name: string): string {
    return this.camelCase(name)
  }
  snake(name: string): string {
    return this.snakeCase(name)
  }
}

const optionSets: readonly CamelCasePluginOptions[] = [
  {},
  { upperCase: true },
  { underscoreBeforeDigits: true },
  { underscoreBetweenUppercaseLetters: true },
  { upperCase: true, underscoreBeforeDigits: true, underscoreBetweenUppercaseLetters: true },
]

describe('camel case', () => {
  it.each(optionSets)('is that of the plugin for every name, with %o', (options) => {
    const plugin = new Names(options)
    const name = fc.oneof(
      fc.string({ minLength: 1, unit: 'binary' }),
      fc.string({ minLength: 1, unit: fc.constantFrom(...'aBcD_19_é İß'.split('')) }),
    )
    fc.assert(
      fc.property(name, (text) => {
        expect(toCamelCase(text, options)).toBe(plugin.camel(text))
        expect(toSnakeCase(text, options)).toBe(plugin.snake(text))
      }),
      // A letter of two units, of which the plugin takes neither for small.
      { numRuns: 500, examples: [['Ⰰ𖹠']] },
    )
  })
})

const table = (name: string, ...columns: readonly string[]): TableModel => ({
  name,
  kind: 'table',
  primaryKey: columns.slice(0, 1),
  columns: columns.map((column) => ({ name: column, type: { name: 'int' } })),
})
const model = (...tables: readonly TableModel[]): SchemaModel => ({
  formatVersion: '2.0',
  databases: [{ tables }],
})

async function emit(schema: SchemaModel, options: EmitOptions): Promise<string> {
  const [file] = await emitTypes(schema, options)
  return file?.text ?? ''
}

describe('a file with camelCase', () => {
  const posts: TableModel = {
    ...table('blog_posts', 'post_id'),
    columns: [
      { name: 'post_id', type: { name: 'int' } },
      { name: 'body_vec', type: { name: 'vecf32', vector: { element: 'f32', dimension: 3 } } },
      { name: 'long_title', type: { name: 'text' } },
    ],
    vectorIndexes: [
      { name: 'near', column: 'body_vec', algorithm: 'ivfflat', metric: 'l2', dimension: 3 },
    ],
    fulltextIndexes: [{ name: 'ft', columns: ['long_title'], parser: 'default' }],
  }

  it('has the names of the program in its types, and those of the database in its value', async () => {
    const text = await emit(model(posts), { camelCase: true })
    expect(text).toContain('  blogPosts: BlogPosts\n')
    expect(text).toContain('  postId: number\n')
    expect(text).toContain("    blog_posts: {\n      key: ['post_id'],")
    expect(text).toContain(
      "      bodyVec: { index: 'near'; algo: 'ivfflat'; metric: 'l2'; dimension: 3 }",
    )
    expect(text).toContain("      ft: readonly ['longTitle']")
    expect(text).not.toContain('SearchIndexes')
  })

  it('is refused for names that the plugin would send as others, all at once', async () => {
    const emitting = emit(model(table('t', 'userID', 'line_1', 'fine_name')), { camelCase: true })
    await expect(emitting).rejects.toThrow(
      /would send other names for column t\.userID, column t\.line_1\./,
    )
    const text = await emit(model(table('t', 'line_1')), {
      camelCase: { underscoreBeforeDigits: true },
    })
    expect(text).toContain('  line1: number\n')
  })

  it('is refused for the name of a database, where several are part of the names', async () => {
    const tables = [table('order_items', 'id')]
    const named = (...names: readonly string[]): SchemaModel => ({
      formatVersion: '2.0',
      databases: names.map((name) => ({ name, tables })),
    })
    const camelCase = { maintainNestedObjectKeys: true }
    await expect(emit(named('shop', 'shop_2'), { camelCase })).rejects.toThrow(
      'would send other names for database shop_2.',
    )
    expect(await emit(named('shop', 'shop_b'), { camelCase })).toContain("  'shopB.orderItems': ")
    expect(await emit(named('shop_2'), { camelCase })).toContain('  orderItems: OrderItems\n')
  })
})

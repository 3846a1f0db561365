import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emitTypes } from '../../../../codegen/emit/typescript/emit-types.js'
import { isPlainlyTypes } from '../../../../codegen/emit/typescript/plainly-types.js'
import { ConfigurationError } from '../../../../codegen/errors.js'
import type { SchemaModel } from '../../../../src/schema/schema-model.js'
import { schemaModel } from '../../../schema/arbitrary-model.js'
import { shopModel } from '../../cli/shop-model.js'
import { hostile, magazine } from './models.js'

async function bodyOf(model: SchemaModel, schemaValue: boolean): Promise<string> {
  const [file] = await emitTypes(model, { schemaValue })
  return (file?.text ?? '').replace(/^(?:\/\/ .*\n){2}/, '')
}

describe('a generated file', () => {
  it.each([
    ['with search indexes', shopModel()],
    ['of every type', magazine],
    ['with hostile names', hostile],
  ])('%s is written without a parser', async (_which, model) => {
    for (const schemaValue of [true, false]) {
      expect(isPlainlyTypes(await bodyOf(model, schemaValue))).toBe(true)
    }
  })

  it.each(['enum', 'set'])('with a wide %s is written without a parser', async (name) => {
    const members = Array.from({ length: 9 }, (_, at) => `a member of many ${at}`)
    const type = { name, members }
    const column = { type, nullable: true, insertOptional: true } as const
    const columns = [
      { name: 'a', type },
      { name: 'b', ...column },
      { name: 'c', type, default: "''", insertOptional: true } as const,
    ]
    for (const kind of ['table', 'view'] as const) {
      const table = { name: 't', kind, columns }
      const model: SchemaModel = { formatVersion: '2.0', databases: [{ tables: [table] }] }
      expect(isPlainlyTypes(await bodyOf(model, true))).toBe(true)
    }
  })

  it('of any schema is written without a parser', async () => {
    await fc.assert(
      fc.asyncProperty(schemaModel, fc.boolean(), async (model, schemaValue) => {
        const body = await bodyOf(model, schemaValue).catch((error: unknown) => {
          if (error instanceof ConfigurationError) return ''
          throw error
        })
        expect(isPlainlyTypes(body)).toBe(true)
      }),
    )
  })
})

describe('a text', () => {
  const file =
    "export interface A {\n  /** `int` */\n  a: number\n}\n\nexport const schema = {\n  tables: {\n    a: { key: ['a'] },\n  },\n} as const\n"

  it('of types and plain data is plain', () => {
    expect(isPlainlyTypes(file)).toBe(true)
  })

  it.each([
    ['a call', '}\n\nexport', '}\nevil()\nexport'],
    ['a call behind the data', '} as const', '} as const; evil()'],
    ['a call in the data', "['a']", 'evil()'],
    ['a name in the data', "['a']", 'process'],
    ['an operator between literals', "['a']", "['a' + 'b']"],
    ['a template', "['a']", '`${evil()}`'],
    ['a comment that ends early', '`int`', '*/ evil() /*'],
    ['an open literal', "['a']", "['a]"],
    ['a literal over two lines', "['a']", "['a\nb']"],
    ['a literal broken by another line end', "['a']", "['a\u2028evil()']"],
    ['a computed key', 'a: number', '[evil()]: number'],
    ['a property with a value', 'a: number', 'a = evil()'],
    ['another constant', 'const schema', 'const other'],
    ['an open interface', '}\n\nexport', '\nexport'],
  ])('with %s is not', (_what, from, to) => {
    const changed = file.replace(from, () => to)
    expect(changed).not.toBe(file)
    expect(isPlainlyTypes(changed)).toBe(false)
  })
})

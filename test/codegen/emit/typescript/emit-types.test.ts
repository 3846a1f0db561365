import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EmitOptions } from '../../../../codegen/emit/typescript/emit-options.js'
import { emitTypes } from '../../../../codegen/emit/typescript/emit-types.js'
import { interfaceName } from '../../../../codegen/emit/typescript/identifiers.js'
import type { SchemaModel } from '../../../../src/schema/schema-model.js'
import { problemsOf, understand } from './compile.js'
import { hostileModel } from './hostile-model.js'
import { hostile, magazine, modelOf, tableOf } from './models.js'

async function emit(model: SchemaModel, options: EmitOptions = {}): Promise<string> {
  const [file] = await emitTypes(model, options)
  return file?.text ?? ''
}

describe('an emitted file', () => {
  it('reads as a person would write it', async () => {
    await expect(withoutHashes(await emit(magazine))).toMatchFileSnapshot('./generated/magazine.ts')
  })

  it('keeps names and texts that were made to break it', async () => {
    await expect(withoutHashes(await emit(hostile))).toMatchFileSnapshot('./generated/hostile.ts')
  })

  it('passes tsc --strict for every type and every way to read it', async () => {
    const everyRead: readonly EmitOptions['types'][] = [
      {},
      { bigint: 'bigint', decimal: 'number', date: 'Date', datetime: 'string', json: 'string' },
      { bigint: 'string', vector: 'Float64Array' },
      { vector: 'Float32Array' },
    ]
    const texts = await Promise.all(
      everyRead.map((types) => emit(magazine, { types: types ?? {}, float32ForVecf64: 'allow' })),
    )
    expect(problemsOf(texts)).toEqual([])
  })

  it('is one of no tables when the schema has none', async () => {
    const text = await emit(modelOf())
    expect(text).toContain('export interface DB {\n}')
    expect(problemsOf([text])).toEqual([])
  })

  it('imports nothing that it does not use', async () => {
    expect(await emit(modelOf(tableOf('plain', { id: { name: 'int' } })))).not.toContain('import')
  })

  it('has the path that was asked for', async () => {
    const [file] = await emitTypes(magazine, { outFile: 'src/schema.ts' })
    expect(file?.path).toBe('src/schema.ts')
  })

  it.each([
    [
      {},
      'the constant schema would be written into it.\nName it db.ts, or generate with --no-schema-value.',
    ],
    [
      { schemaValue: false, runtimeEnums: true },
      'enums would be written into it.\nName it db.ts, or generate without --runtime-enums.',
    ],
  ])('is not a declaration file where it has values: %o', async (options, message) => {
    await expect(emitTypes(magazine, { outFile: 'src/db.d.ts', ...options })).rejects.toThrow(
      message,
    )
    const [types] = await emitTypes(magazine, { outFile: 'src/db.d.ts', schemaValue: false })
    expect(types?.text).not.toMatch(/^export (const|enum)/m)
  })

  it('has line feeds only and one at its end', async () => {
    const text = await emit(magazine)
    expect(text).not.toContain('\r')
    expect(text).toMatch(/[^\n]\n$/)
    expect(text).not.toMatch(/[ \t]\n/)
  })
})

describe('two databases in one file', () => {
  const orders = tableOf('orders', { id: { name: 'int' } })

  it('have keys and interface names with the database', async () => {
    const text = await emit({
      formatVersion: '2.0',
      databases: [
        { name: 'shop', tables: [orders] },
        { name: 'archive', tables: [orders] },
      ],
    })
    expect([...(understand(text).interfaces.get('DB')?.keys() ?? [])]).toEqual([
      'archive.orders',
      'shop.orders',
    ])
    expect(text).toContain("'shop.orders': ShopOrders")
  })

  it('do not show the name of an only database', async () => {
    const one = await emit({ formatVersion: '2.0', databases: [{ tables: [orders] }] })
    expect(one).toContain('orders: Orders')
  })
})

describe('any legal name, comment and enum member', () => {
  it('gives TypeScript that passes tsc --strict', async () => {
    // One compiler run for all models: the run costs more than the models.
    const models = fc.sample(hostileModel, { numRuns: 200, seed: 20_261_121 })
    models.push(hostile)
    const texts = await Promise.all(models.map((model) => emit(model)))
    expect(problemsOf(texts)).toEqual([])
  })

  it('is read back by TypeScript as it was in the database', async () => {
    await fc.assert(
      fc.asyncProperty(hostileModel, async (model) => {
        const tables = model.databases[0]?.tables ?? []
        const { interfaces } = understand(await emit(model))
        expect(new Set(interfaces.get('DB')?.keys())).toEqual(
          new Set(tables.map(({ name }) => name)),
        )
        for (const table of tables) {
          const members = interfaces.get(interfaceName(table.name))
          expect([...(members?.keys() ?? [])]).toEqual(table.columns.map(({ name }) => name))
          for (const column of table.columns) {
            expect(members?.get(column.name)).toEqual(column.type.members ?? [])
          }
        }
      }),
    )
  })

  it('cannot make a tag or a link out of a comment', async () => {
    await fc.assert(
      fc.asyncProperty(hostileModel, async (model) => {
        const { tags, links } = understand(await emit(model))
        expect({ tags, links }).toEqual({ tags: [], links: [] })
      }),
    )
  })
})

describe('equal schemas', () => {
  it('give byte-identical files, whatever order the model was built in', async () => {
    await fc.assert(
      fc.asyncProperty(hostileModel, fc.infiniteStream(fc.nat()), async (model, order) => {
        const next = (): number => order.next().value ?? 0
        expect(await emit(shuffled(model, next))).toBe(await emit(model))
      }),
    )
  })

  it('give equal files when only the way to write the options differs', async () => {
    expect(await emit(magazine, { types: { bigint: 'number' } })).toBe(await emit(magazine))
  })
})

/** The samples are about the text: what goes into the hashes has tests of its own. */
function withoutHashes(text: string): string {
  return text.replaceAll(/ [0-9a-f]{16}\b/g, ' 0000000000000000')
}

/** The same model with object keys, tables and indexes in another order. */
function shuffled(model: SchemaModel, next: () => number): SchemaModel {
  return shuffleKeys(
    {
      ...model,
      databases: model.databases.map((database) => ({
        ...database,
        tables: shuffle(database.tables, next).map((table) => ({
          ...table,
          ...(table.vectorIndexes && { vectorIndexes: shuffle(table.vectorIndexes, next) }),
          ...(table.fulltextIndexes && { fulltextIndexes: shuffle(table.fulltextIndexes, next) }),
        })),
      })),
    },
    next,
  )
}

function shuffle<Item>(items: readonly Item[], next: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, rank: next() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

function shuffleKeys<Value>(value: Value, next: () => number): Value {
  if (Array.isArray(value)) return value.map((item) => shuffleKeys(item, next)) as Value
  if (typeof value !== 'object' || value === null) return value
  const entries = shuffle(Object.entries(value), next)
  return Object.fromEntries(
    entries.map(([key, member]) => [key, shuffleKeys(member, next)]),
  ) as Value
}

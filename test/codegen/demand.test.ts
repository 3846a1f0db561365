/** The acceptance list of mo-codegen (requirements.ts), and the tests of it that have no other place. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CatalogReading } from '../../codegen/read/read-schema.js'
import { toReading } from '../../codegen/read/read-schema.js'
import { emitTypes } from '../../codegen/emit/typescript/emit-types.js'
import { UntrustedDatabaseError } from '../../codegen/errors.js'
import { magazine, modelOf, tableOf } from './emit/typescript/models.js'
import { requirements } from './requirements.js'

const emit = async (...given: Parameters<typeof emitTypes>): Promise<string> =>
  (await emitTypes(...given)).map(({ text }) => text).join('\n')

const money = modelOf(
  tableOf('orders', {
    id: { name: 'bigint' },
    total: { name: 'decimal', precision: 10, scale: 2 },
    day: { name: 'date' },
    at: { name: 'datetime' },
  }),
)

describe('the requirements', () => {
  it.each(requirements)('%s: %s', (_name, _says, tests) => {
    for (const [file, titles] of Object.entries(tests)) {
      const text = readFileSync(new URL(`../${file}.test.ts`, import.meta.url), 'utf8')
      const isTitle = (title: string): boolean =>
        ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote},`))
      expect([titles].flat().filter((title) => !isTitle(title))).toEqual([])
    }
  })
})

describe('a generated file', () => {
  it('has neither a date nor a version of a tool in it, so an upgrade changes nothing', async () => {
    const text = await emit(magazine, {})
    expect(text).not.toMatch(/\d{4}-\d\d-\d\d|\d\d:\d\d|\bv?\d+\.\d+\.\d+/)
    expect(text.split('\n')[1]).toMatch(
      /^\/\/ format \d+, model [0-9a-f]{16}, options [0-9a-f]{16}, text [0-9a-f]{16}$/,
    )
  })

  it('types a bigint as the run time reads it, by one declaration that goes along', async () => {
    const byDefault = await emit(money, {})
    expect(byDefault).toContain('  id: BigInteger\n')
    expect(byDefault).toContain('  types: {},\n')
    const declared = await emit(money, { types: { bigint: 'bigint' } })
    expect(declared).toContain('  id: BigInteger<bigint>\n')
    expect(declared).toContain("  types: { bigint: 'bigint' },\n")
  })

  it('types decimals and days as exact text unless told otherwise', async () => {
    const byDefault = await emit(money, {})
    expect(byDefault).toContain('  total: Decimal\n')
    expect(byDefault).toContain('  day: DateOnly\n')
    expect(byDefault).toContain('  at: DateTime\n')
    const types = { decimal: 'number', date: 'Date', datetime: 'string' } as const
    const declared = await emit(money, { types })
    expect(declared).toContain('  total: Decimal<number>\n')
    expect(declared).toContain('  day: DateOnly<Date>\n')
    expect(declared).toContain('  at: DateTime<string>\n')
  })
})

describe('a catalog that contradicts itself', () => {
  const catalog = {
    source: 'h:6001/shop',
    metadata: [
      {
        name: 'shop',
        source: 'mo_catalog',
        serverVersion: '8.0.30-MatrixOne-v4.2.0',
        warnings: [],
        unreadViews: [],
        tables: [{ name: 'orders', kind: 'table', columns: [] }],
      },
    ],
  } as unknown as CatalogReading

  it('is not trusted, and its table is never called dropped', () => {
    expect(() => toReading(catalog, {})).toThrow(UntrustedDatabaseError)
    expect(() => toReading(catalog, {})).toThrow('The server lists no column of shop.orders')
  })

  it('can be read for its other tables', () => {
    expect(toReading(catalog, { exclude: ['orders'] }).model.databases[0]?.tables).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { resolveEmitOptions } from '../../../../codegen/emit/typescript/emit-options.js'
import { planTables } from '../../../../codegen/emit/typescript/plan-tables.js'
import { ConfigurationError } from '../../../../codegen/errors.js'
import type { SchemaModel } from '../../../../src/schema/schema-model.js'
import { modelOf, tableOf } from './models.js'

const oneColumn = { id: { name: 'int' } } as const

function namesOf(
  model: SchemaModel,
  interfaceNames: Readonly<Record<string, string>> = {},
): unknown {
  const { tables } = planTables(model, resolveEmitOptions({ interfaceNames }))
  return Object.fromEntries(tables.map(({ key, interfaceName }) => [key, interfaceName]))
}

describe('two tables that would become one interface', () => {
  const model = modelOf(tableOf('user_info', oneColumn), tableOf('user__info', oneColumn))

  it('are refused by an error that names both and a way out', () => {
    expect(() => namesOf(model)).toThrow(ConfigurationError)
    expect(() => namesOf(model)).toThrow(
      'Tables "user_info" and "user__info" would both become interface UserInfo.\n' +
        `Name one of them: interfaceNames: { "user__info": 'UserInfo2' }.`,
    )
  })

  it('are both written when one is named', () => {
    expect(namesOf(model, { user__info: 'UserInfo2' })).toEqual({
      user_info: 'UserInfo',
      user__info: 'UserInfo2',
    })
  })

  it('are refused all at once, with names that are free', () => {
    const tables = ['a_b', 'a__b', 'ab_', 'ab2', 'x_y', 'x__y', 'X_Y2'].map((name) =>
      tableOf(name, oneColumn),
    )
    const failure = (() => {
      try {
        return namesOf(modelOf(...tables))
      } catch (error) {
        return error
      }
    })()
    const proposed = /interfaceNames: (\{.*\})/.exec(String(failure))?.[1] ?? '{}'
    const names = JSON.parse(proposed.replaceAll("'", '"')) as Record<string, string>
    expect(String(failure)).toMatch(/AB\b[^]*XY\b/)
    const given = Object.values(namesOf(modelOf(...tables), names) as object)
    expect(new Set(given).size).toBe(tables.length)
  })

  it('are refused where one was named: the chosen name stays', () => {
    expect(() =>
      namesOf(modelOf(tableOf('a', oneColumn), tableOf('b', oneColumn)), { b: 'A' }),
    ).toThrow(`Name one of them: interfaceNames: { "a": 'A2' }.`)
  })

  it('are refused across databases too', () => {
    const databases = [
      { name: 'a_b', tables: [tableOf('c', oneColumn)] },
      { name: 'a', tables: [tableOf('b_c', oneColumn)] },
    ]
    expect(() => namesOf({ formatVersion: '2.0', databases })).toThrow(
      /"a_b\.c" and "a\.b_c".* ABC/,
    )
  })
})

describe('a chosen interface name', () => {
  it('belongs to `db.table` when there are several databases', () => {
    const tables = [tableOf('t', oneColumn)]
    const databases = [
      { name: 'a', tables },
      { name: 'b', tables },
    ]
    expect(namesOf({ formatVersion: '2.0', databases }, { 'b.t': 'Other' })).toEqual({
      'a.t': 'AT',
      'b.t': 'Other',
    })
  })

  it.each(['Date', 'class', 'a b', '', '1st', 'X {} evil(); interface Y'])('is not %j', (name) => {
    expect(() => namesOf(modelOf(tableOf('t', oneColumn)), { t: name })).toThrow(ConfigurationError)
  })

  it.each(['Article_', 'Ключ', '$', '_1st'])('may be %j', (name) => {
    expect(namesOf(modelOf(tableOf('t', oneColumn)), { t: name })).toEqual({ t: name })
  })

  it('is not taken from the prototype of the options', () => {
    expect(namesOf(modelOf(tableOf('constructor', oneColumn)))).toEqual({
      constructor: 'Constructor',
    })
  })
})

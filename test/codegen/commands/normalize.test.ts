import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { normalizerFor } from '../../../codegen/commands/normalize.js'
import {
  type NormalizationName,
  normalizationNames,
} from '../../../codegen/config/normalization-names.js'
import { resolveSettings } from '../../../codegen/config/targets.js'
import { compareModels } from '../../../src/schema/compare/compare-models.js'
import type { SchemaModel, TableModel } from '../../../src/schema/schema-model.js'
import { Workspace } from '../cli/run-cli.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

const [lowest, old, current] = ['v3.0.14', 'v4.1.4', 'v4.2.0'].map(
  (version) => `8.0.30-MatrixOne-${version}`,
)
const modelOf = (rest: Partial<TableModel>): SchemaModel => ({
  formatVersion: '2.0',
  databases: [
    {
      tables: [
        { name: 't', kind: 'table', columns: [{ name: 'b', type: { name: 'text' } }], ...rest },
      ],
    },
  ],
})
const near = {
  name: 'near',
  column: 'v',
  algorithm: 'ivfflat',
  metric: 'l2',
  dimension: 3,
} as const

/** The same statement, as 4.2.0 shows it and as the version does that does not keep all of it. */
const cases: readonly {
  readonly name: NormalizationName
  readonly version: string | undefined
  readonly rule: string
  readonly kept: Partial<TableModel>
  readonly shown: Partial<TableModel>
}[] = [
  {
    name: 'index-prefix-lengths',
    version: lowest,
    rule: 'index-changed',
    kept: { indexes: [{ name: 'by_b', columns: ['b'], prefixLengths: { b: 10 } }] },
    shown: { indexes: [{ name: 'by_b', columns: ['b'] }] },
  },
  {
    name: 'checks',
    version: old,
    rule: 'check-added',
    kept: { checks: [{ name: 'positive', expression: '`b` > 0' }] },
    shown: {},
  },
  {
    name: 'vector-index-options',
    version: old,
    rule: 'vector-index-changed',
    kept: {
      vectorIndexes: [
        { ...near, include: ['b'], parameters: { lists: '2', quantization: 'int8' } },
      ],
    },
    shown: { vectorIndexes: [{ ...near, parameters: { lists: '2' } }] },
  },
]

function compare(
  versions: readonly (string | undefined)[],
  option: Parameters<typeof normalizerFor>[1],
  [expected, actual]: readonly [Partial<TableModel>, Partial<TableModel>],
) {
  const normalized = normalizerFor(versions, option)
  return compareModels(normalized(modelOf(expected)), normalized(modelOf(actual))).map(
    ({ ruleId }) => ruleId,
  )
}

describe.each(cases)('$name, which $version does not keep', ({ name, version, rule, ...sides }) => {
  const pair = [sides.shown, sides.kept] as const

  it('is no difference where such a server was read, on either side', () => {
    expect(compare([version], true, pair)).toEqual([])
    expect(compare([current, version], true, pair)).toEqual([])
  })

  it('is a difference between servers that keep it, and between files', () => {
    expect(compare([current, current], true, pair)).toEqual([rule])
    expect(compare([undefined, undefined], true, pair)).toEqual([rule])
  })

  it.each([false, { [name]: false }])('is reported when %j says so', (option) => {
    expect(compare([version], option, pair)).toEqual([rule])
  })
})

describe('what one version of the server does not keep', () => {
  it('has a case for every name', () => {
    expect(cases.map(({ name }) => name)).toEqual([...normalizationNames])
  })

  it('hides no other change of the same index', () => {
    const lists = { vectorIndexes: [{ ...near, parameters: { lists: '3' } }] }
    const sides = [cases[2]?.kept ?? {}, lists] as const
    expect(compare([old], true, sides)).toEqual(['vector-index-changed'])
  })

  it('is switched off by flag and by file', async () => {
    const around = { cwd: work.folder, env: {} }
    expect((await resolveSettings({}, around)).normalize).toBe(true)
    expect((await resolveSettings({ normalize: false }, around)).normalize).toBe(false)
    writeFileSync(
      work.path('mo-codegen.config.json'),
      '{"normalize":{"index-prefix-lengths":false}}',
    )
    expect((await resolveSettings({}, around)).normalize).toEqual({ 'index-prefix-lengths': false })
    writeFileSync(work.path('mo-codegen.config.json'), '{"normalize":{"other":false}}')
    await expect(resolveSettings({}, around)).rejects.toThrow(
      "normalize must be true, false or an object with index-prefix-lengths, checks, vector-index-options, such as { 'index-prefix-lengths': false }",
    )
  })
})

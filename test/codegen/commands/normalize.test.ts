import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { normalizerFor } from '../../../codegen/commands/normalize.js'
import { normalizationNames } from '../../../codegen/config/normalization-names.js'
import { resolveSettings } from '../../../codegen/config/targets.js'
import { compareModels } from '../../../src/schema/compare/compare-models.js'
import type { IndexModel, SchemaModel } from '../../../src/schema/schema-model.js'
import { Workspace } from '../cli/run-cli.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

const [old, current] = ['8.0.30-MatrixOne-v3.0.14', '8.0.30-MatrixOne-v4.2.0']
const modelOf = (...indexes: readonly IndexModel[]): SchemaModel => ({
  formatVersion: '2.0',
  databases: [
    {
      tables: [
        { name: 't', kind: 'table', columns: [{ name: 'b', type: { name: 'text' } }], indexes },
      ],
    },
  ],
})
/** `key by_b (b(10))`, as each server shows it: 3.0.14 does not keep the 10. */
const onCurrent = modelOf({ name: 'by_b', columns: ['b'], prefixLengths: { b: 10 } })
const onOld = modelOf({ name: 'by_b', columns: ['b'] })

function compare(
  versions: readonly (string | undefined)[],
  option: Parameters<typeof normalizerFor>[1],
  [expected, actual]: readonly [SchemaModel, SchemaModel] = [onCurrent, onOld],
) {
  const normalized = normalizerFor(versions, option)
  return compareModels(normalized(expected), normalized(actual)).map(({ ruleId }) => ruleId)
}

describe('what one version of the server does not keep', () => {
  it('is no difference where such a server was read, on either side', () => {
    expect(compare([old], true)).toEqual([])
    expect(compare([current, old], true)).toEqual([])
  })

  it('is a difference between servers that keep it, and between files', () => {
    expect(compare([current, current], true)).toEqual(['index-changed'])
    expect(compare([undefined, undefined], true)).toEqual(['index-changed'])
  })

  it.each([false, ...normalizationNames.map((name) => ({ [name]: false }))])(
    'is reported when %j says so',
    (option) => {
      expect(compare([old], option)).toEqual(['index-changed'])
    },
  )

  it('hides no other change of the same index', () => {
    const other = modelOf({ name: 'by_b', columns: ['b'], comment: 'another' })
    expect(compare([old], true, [onCurrent, other])).toEqual(['index-changed'])
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
      "normalize must be true, false or { 'index-prefix-lengths': false }",
    )
  })
})

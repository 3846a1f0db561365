import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveSettings } from '../../../codegen/config/targets.js'
import { mutations } from '../../../codegen/self-test/mutations.js'
import { sampleModel } from '../../../codegen/self-test/sample-model.js'
import { testRules } from '../../../codegen/self-test/self-test.js'
import { compareModels } from '../../../src/schema/compare/compare-models.js'
import { Workspace } from '../cli/run-cli.js'

let work: Workspace
beforeEach(() => {
  work = new Workspace()
})
afterEach(() => work.remove())

const test = async () => testRules(await resolveSettings({}, { cwd: work.folder, env: {} }))

describe('the self-test', () => {
  it.each(Object.entries(mutations))('makes a change that the rule %s reports', (rule, mutate) => {
    const found = compareModels(sampleModel, mutate(sampleModel)).map(({ ruleId }) => ruleId)
    expect(found).toContain(rule)
  })

  it('finds no difference where nothing was changed', () => {
    expect(compareModels(sampleModel, structuredClone(sampleModel))).toEqual([])
  })

  it('proves every rule, and the state of a generated file, without a database or a file', async () => {
    expect(await test()).toEqual({
      rules: Object.keys(mutations).length + 7,
      blind: [],
      ignored: [],
      lenient: [],
    })
    expect(await work.run(['check', '--self-test'])).toEqual({
      code: 0,
      stdout: `${Object.keys(mutations).length + 7} of ${Object.keys(mutations).length + 7} rules found the change that was made for them.\n`,
      stderr: '',
    })
  })

  it("says which findings the project's own rules and flags leave out", async () => {
    writeFileSync(
      work.path('mo-codegen.config.json'),
      '{"ignore":[{"rule":"index-*","reason":"made by hand"},{"name":"shop.orders.note","reason":"r"}]}',
    )
    expect((await test()).ignored).toEqual(
      expect.arrayContaining(['index-added', 'index-removed', 'column-comment-changed']),
    )
    const { code, stdout } = await work.run(['check', '--self-test', '--fail-on', 'breaking'])
    expect(code).toBe(0)
    expect(stdout).toContain('left out by ignore rules: ')
    expect(stdout).toMatch(/passed by --fail-on breaking: .*table-comment-changed/)
  })
})

/**
 * The check that checks the check: a schema that has everything is changed in memory, once per rule, and the
 * rule has to report it under the project's own options. Reads no database and writes nothing.
 */
import { compareModels } from 'kysely-matrixone/schema'
import type { Settings } from '../config/settings.js'
import { defaultEmitOptions } from '../emit/typescript/emit-options.js'
import { IgnoreRules } from '../commands/ignore-rules.js'
import { areFailing } from '../commands/judge-findings.js'
import { recogniseAll } from './file-mutations.js'
import { mutations } from './mutations.js'
import { sampleModel } from './sample-model.js'

/** The outcome of a self-test. */
export interface SelfTest {
  /** Number of rules that were tried. */
  readonly rules: number
  /** Rules that did not find their change: the check cannot be trusted. */
  readonly blind: readonly string[]
  /** Rules whose finding the project's ignore rules leave out. */
  readonly ignored: readonly string[]
  /** Rules whose finding does not fail the check, after `--fail-on`. */
  readonly lenient: readonly string[]
}

/** Tries every rule once. */
export async function testRules(settings: Settings): Promise<SelfTest> {
  const ignoring = new IgnoreRules([settings])
  const tried = Object.entries(mutations).map(([rule, mutate]) => {
    const { types } = settings.emit
    const all = compareModels(sampleModel, mutate(sampleModel), { types })
    const found = all.filter(({ ruleId }) => ruleId === rule)
    const [left] = ignoring.apply([{ findings: found }], settings).kept
    return { rule, found, kept: left?.findings ?? [] }
  })
  const states = await recogniseAll(sampleModel, { ...defaultEmitOptions, layout: 'one-file' })
  const unchanged = compareModels(sampleModel, sampleModel)
  return {
    rules: tried.length + states.length,
    blind: [
      ...(unchanged.length === 0 ? [] : ['a finding without a change']),
      ...tried.flatMap(({ rule, found }) => (found.length === 0 ? [rule] : [])),
      ...states.flatMap(({ state, found }) =>
        state === found ? [] : [`generated file: ${state}`],
      ),
    ],
    ignored: tried.flatMap(({ rule, found, kept }) =>
      found.length > 0 && kept.length === 0 ? [rule] : [],
    ),
    lenient: tried.flatMap(({ rule, kept }) =>
      kept.length > 0 && !areFailing(kept, settings) ? [rule] : [],
    ),
  }
}

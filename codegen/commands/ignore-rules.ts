/** Differences that a team has decided to live with, each with its reason. */
import { canonicalJson, type Finding, ruleIds } from 'kysely-matrixone/schema'
import { findClosest } from '../config/closest.js'
import type { IgnoreRule } from '../config/config.js'
import type { Settings } from '../config/settings.js'
import { ConfigurationError } from '../errors.js'
import { globMatcher, isGlob } from '../glob.js'
import { printable } from '../report/printable.js'
import type { DriftReport } from '../report/report.js'

/** The rules of one check. A rule of several targets is used as soon as one of them has such a difference. */
export class IgnoreRules {
  readonly #rules: readonly IgnoreRule[]
  readonly #shared: ReadonlySet<string>
  readonly #isStrict: boolean
  /** `YYYY-MM-DD`, in UTC. */
  readonly #today = new Date().toISOString().slice(0, 10)
  readonly #used = new Set<string>()

  /** @throws {ConfigurationError} for the name of a rule that there is none of */
  constructor(targets: readonly Pick<Settings, 'ignore' | 'sharesIgnores' | 'strictIgnores'>[]) {
    // Each target has a copy of the rules that it shares with others.
    const rules = targets.flatMap(({ ignore }) =>
      ignore.map((rule) => [keyOf(rule), rule] as const),
    )
    this.#rules = [...new Map(rules).values()]
    for (const { rule } of this.#rules) refuseUnknownRule(rule)
    const shared = targets.flatMap(({ ignore, sharesIgnores }) => (sharesIgnores ? ignore : []))
    this.#shared = new Set(shared.map(keyOf))
    this.#isStrict = targets.some(({ strictIgnores }) => strictIgnores === true)
  }

  /** Leaves out what the rules of a target name, and counts it: the sides of a report are not the same then. */
  apply<Compared extends { readonly findings: readonly Finding[] }>(
    comparisons: readonly Compared[],
    { ignore, target }: Pick<Settings, 'ignore' | 'target'>,
  ): { readonly kept: readonly Compared[]; readonly notes: readonly string[] } {
    const active = ignore
      .filter((rule) => !this.#isExpired(rule))
      .map((rule) => ({ rule, applies: matcherOf(rule) }))
    let ignored = 0
    const isKept = (finding: Finding): boolean => {
      const found = active.filter(({ applies }) => applies(finding))
      for (const { rule } of found) this.#used.add(keyOf(rule))
      if (found.length > 0) ignored++
      return found.length === 0
    }
    const kept = comparisons.map((compared) => ({
      ...compared,
      findings: compared.findings.filter(isKept),
    }))
    const where = target === undefined ? '' : ` of target ${target}`
    const notes = ignored === 0 ? [] : [`Left out by ignore rules${where}: ${ignored}.`]
    return { kept, notes }
  }

  /** Adds notes about expired rules and rules that ignored nothing, which fail a strict check. */
  review(report: DriftReport): DriftReport {
    const end = this.#isStrict ? ', which --strict-ignores does not allow.' : '.'
    const idle = this.#rules.flatMap((rule) => {
      const { expires, reason } = rule
      const subject = `The ignore rule for ${nameOf(rule)}`
      if (this.#isExpired(rule)) return [`${subject} expired on ${expires} (${reason})${end}`]
      const isNeeded = this.#used.has(keyOf(rule)) || this.#shared.has(keyOf(rule))
      return isNeeded ? [] : [`${subject} ignores nothing (${reason})${end}`]
    })
    const isFailing = this.#isStrict && idle.length > 0
    return {
      ...report,
      notes: [...report.notes, ...idle],
      exitCode: isFailing ? 1 : report.exitCode,
    }
  }

  #isExpired({ expires }: IgnoreRule): boolean {
    return expires !== undefined && expires < this.#today
  }
}

function refuseUnknownRule(rule: string | undefined): void {
  if (rule === undefined || ruleIds.some(globMatcher(rule))) return
  const meant = isGlob(rule) ? undefined : findClosest(rule, ruleIds)
  throw new ConfigurationError(
    `An ignore rule is about ${printable(rule)}, and no rule of the check is called so.\n${
      meant === undefined ? 'Reports name the rule of each finding.' : `Did you mean ${meant}?`
    }`,
  )
}

function matcherOf({ rule, name }: IgnoreRule): (finding: Finding) => boolean {
  const hasRule = rule === undefined ? () => true : globMatcher(rule)
  const hasName = name === undefined ? undefined : globMatcher(name)
  return (finding) =>
    hasRule(finding.ruleId) && (hasName === undefined || namesOf(finding).some(hasName))
}

/** The texts that a rule's name is held against; none for a finding about a whole database or file. */
function namesOf({ database, table, column, index }: Finding): readonly string[] {
  if (table === undefined) return []
  const part = column ?? index
  const short = part === undefined ? table : `${table}.${part}`
  const names = [table, short]
  return database === undefined ? names : [...names, ...names.map((name) => `${database}.${name}`)]
}

function keyOf(rule: IgnoreRule): string {
  return canonicalJson(rule)
}

function nameOf({ rule, name }: IgnoreRule): string {
  return [name, rule].filter((part) => part !== undefined).join(', ')
}

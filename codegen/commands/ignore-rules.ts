/** Differences that a team has decided to live with, each with its reason. */
import type { Finding } from 'kysely-matrixone/schema'
import type { IgnoreRule } from '../config/config.js'
import { globMatcher } from '../glob.js'

/**
 * Leaves out the findings that a rule ignores.
 *
 * @param today `YYYY-MM-DD`, in UTC
 * @param used collects the rules that a finding was ignored by
 */
export function ignoreFindings(
  findings: readonly Finding[],
  rules: readonly IgnoreRule[],
  today: string,
  used: Set<IgnoreRule>,
): readonly Finding[] {
  const active = rules
    .filter((rule) => !isExpired(rule, today))
    .map((rule) => ({ rule, applies: matcherOf(rule) }))
  return findings.filter((finding) => {
    const found = active.filter(({ applies }) => applies(finding))
    for (const { rule } of found) used.add(rule)
    return found.length === 0
  })
}

/** Sentences about expired rules, and about rules that ignored nothing. */
export function reviewRules(
  rules: readonly IgnoreRule[],
  used: ReadonlySet<IgnoreRule>,
  today: string,
): readonly string[] {
  return rules.flatMap((rule) => {
    if (isExpired(rule, today)) {
      return [`The ignore rule for ${nameOf(rule)} expired on ${rule.expires} (${rule.reason}).`]
    }
    return used.has(rule)
      ? []
      : [`The ignore rule for ${nameOf(rule)} ignores nothing (${rule.reason}).`]
  })
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
  return [table, short, ...(database === undefined ? [] : [`${database}.${short}`])]
}

function isExpired({ expires }: IgnoreRule, today: string): boolean {
  return expires !== undefined && expires < today
}

function nameOf({ rule, name }: IgnoreRule): string {
  return [name, rule].filter((part) => part !== undefined).join(', ')
}

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
  const active = rules.filter((rule) => !isExpired(rule, today))
  return findings.filter((finding) => {
    const found = active.filter((rule) => applies(rule, finding))
    for (const rule of found) used.add(rule)
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

function applies({ rule, name }: IgnoreRule, finding: Finding): boolean {
  if (rule !== undefined && !globMatcher(rule)(finding.ruleId)) return false
  if (name === undefined) return true
  const { database, table, column, index } = finding
  if (table === undefined) return false
  const part = column ?? index
  const short = part === undefined ? table : `${table}.${part}`
  const names = [table, short, ...(database === undefined ? [] : [`${database}.${short}`])]
  return names.some(globMatcher(name))
}

function isExpired({ expires }: IgnoreRule, today: string): boolean {
  return expires !== undefined && expires < today
}

function nameOf({ rule, name }: IgnoreRule): string {
  return [name, rule].filter((part) => part !== undefined).join(', ')
}

import { canonicalJson } from '../canonical-json.js'
import { type Finding, nameOf, type Place, type Severity } from './finding.js'
import {
  type IndexKinds,
  type IndexRules,
  indexRules,
  type SeverityOfChange,
  type TablePair,
} from './index-rules.js'
import type { TableModel } from '../schema-model.js'
import { identityOf, type Identifiable } from '../sort-model.js'

/** Compares the indexes, foreign keys or checks of one table. */
export function compareIndexes<Kind extends keyof IndexKinds>(
  kind: Kind,
  place: Place,
  tables: TablePair,
  itemsOf: (table: TableModel) => readonly IndexKinds[Kind][] | undefined,
): readonly Finding[] {
  const rules: { readonly [K in keyof IndexKinds]: IndexRules<IndexKinds[K]> } = indexRules
  return compareItems<IndexKinds[Kind]>(kind, rules[kind], place, tables, itemsOf)
}

function compareItems<Item extends Identifiable>(
  kind: keyof IndexKinds,
  rules: IndexRules<Item>,
  place: Place,
  tables: TablePair,
  itemsOf: (table: TableModel) => readonly Item[] | undefined,
): readonly Finding[] {
  const before = byIdentity(itemsOf(tables.expected) ?? [])
  const after = byIdentity(itemsOf(tables.actual) ?? [])
  const removed = [...before].flatMap(([key, item]) => (after.has(key) ? [] : [item]))
  const added = [...after].flatMap(([key, item]) => (before.has(key) ? [] : [item]))
  const findings: Finding[] = []
  const about = (item: Item, ruleId: Finding['ruleId'], rest: Rest): void => {
    const { predicate, ...sides } = rest
    const message = `${rules.noun} ${indexName(item)} of ${nameOf(place)} ${predicate}.`
    findings.push({ ruleId, ...place, index: indexName(item), ...sides, message })
  }
  for (const [key, item] of before) {
    const other = after.get(key)
    if (other === undefined) continue
    const changes = changedFields(item, other)
    const around = rules.around?.(item, other, tables)
    const fields = changes.map((field) => severityIn(rules.fields[field], item, other, tables))
    const change =
      changes.length === 0
        ? around
        : {
            severity: worst([...fields, around?.severity ?? 'cosmetic']),
            predicate: `differs in ${changes.join(', ')}`,
          }
    if (change === undefined) continue
    about(item, `${kind}-changed`, {
      ...change,
      expected: rules.describe(item),
      actual: rules.describe(other),
    })
  }
  for (const item of removed) {
    const at = added.findIndex((other) => changedFields(item, other).length === 0)
    const [other] = at === -1 ? [] : added.splice(at, 1)
    if (other === undefined) {
      about(item, `${kind}-removed`, {
        severity: valueOf(rules.removed, item, tables.expected),
        expected: rules.describe(item),
        actual: null,
        predicate: 'is gone',
      })
      continue
    }
    about(item, `${kind}-renamed`, {
      severity: rules.renamed,
      expected: indexName(item),
      actual: indexName(other),
      predicate: `is called ${indexName(other)} now`,
    })
  }
  for (const item of added) {
    about(item, `${kind}-added`, {
      severity: valueOf(rules.added, item, tables.actual),
      expected: null,
      actual: rules.describe(item),
      predicate: 'is new',
    })
  }
  return findings
}

type Rest = Pick<Finding, 'severity' | 'expected' | 'actual'> & { readonly predicate: string }

function severityIn<Item>(
  rule: SeverityOfChange<Item>,
  expected: Item,
  actual: Item,
  tables: TablePair,
): Severity {
  return typeof rule === 'function' ? rule(expected, actual, tables) : rule
}

function valueOf<Item>(
  rule: Severity | ((item: Item, table: TableModel) => Severity),
  item: Item,
  table: TableModel,
): Severity {
  return typeof rule === 'function' ? rule(item, table) : rule
}

/** Unnamed twins (two foreign keys over the same columns) are told apart by their number. */
function byIdentity<Item extends Identifiable>(items: readonly Item[]): ReadonlyMap<string, Item> {
  const found = new Map<string, Item>()
  for (const item of items) {
    const identity = `${item.name === undefined || item.name === '' ? '' : 'named '}${identityOf(item)}`
    let key = identity
    for (let twin = 2; found.has(key); twin++) key = `${identity} ${twin}`
    found.set(key, item)
  }
  return found
}

function changedFields<Item extends Identifiable>(
  expected: Item,
  actual: Item,
): readonly Exclude<keyof Item & string, 'name'>[] {
  const fields = new Set([...Object.keys(expected), ...Object.keys(actual)])
  return [...fields]
    .filter((field) => field !== 'name' && text(expected, field) !== text(actual, field))
    .sort() as Exclude<keyof Item & string, 'name'>[]
}

function text(item: object, field: string): string {
  const value: unknown = Reflect.get(item, field)
  return value === undefined ? '' : canonicalJson(value)
}

function worst(severities: readonly Severity[]): Severity {
  if (severities.includes('breaking')) return 'breaking'
  return severities.includes('additive') ? 'additive' : 'cosmetic'
}

/** The name, or `(author_id)` for an item without one. */
function indexName(item: Identifiable): string {
  if (item.name !== undefined && item.name !== '') return item.name
  return `(${item.expression ?? (item.columns ?? []).join(', ')})`
}

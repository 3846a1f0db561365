import { canonicalJson } from '../canonical-json.js'
import {
  describeCheck,
  describeForeignKey,
  describeFulltextIndex,
  describeIndex,
  describeVectorIndex,
} from '../describe.js'
import { type Finding, nameOf, type Place, type Severity } from './finding.js'
import type {
  CheckModel,
  ForeignKeyModel,
  FulltextIndexModel,
  IndexModel,
  VectorIndexModel,
} from '../schema-model.js'
import { identityOf, type Identifiable } from '../sort-model.js'

interface IndexRules<Item> {
  readonly noun: string
  readonly describe: (item: Item) => string
  readonly added: Severity
  readonly removed: Severity
  /** How severe it is when the field differs; the worst differing field decides. */
  readonly fields: { readonly [Field in Exclude<keyof Item, 'name'>]-?: Severity }
}

const indexRules = {
  'unique-key': {
    noun: 'Unique key',
    describe: describeIndex,
    // Added: rows are refused that were accepted. Removed: upserts that relied on it insert twice.
    added: 'breaking',
    removed: 'breaking',
    fields: {
      columns: 'breaking',
      algorithm: 'cosmetic',
      prefixLengths: 'breaking',
      invisible: 'cosmetic',
      comment: 'cosmetic',
    },
  } satisfies IndexRules<IndexModel>,
  index: {
    noun: 'Index',
    describe: describeIndex,
    added: 'cosmetic',
    removed: 'cosmetic',
    fields: {
      columns: 'cosmetic',
      algorithm: 'cosmetic',
      prefixLengths: 'cosmetic',
      invisible: 'cosmetic',
      comment: 'cosmetic',
    },
  } satisfies IndexRules<IndexModel>,
  // Typed searches compile only where the generated types say that an index serves them.
  'vector-index': {
    noun: 'Vector index',
    describe: describeVectorIndex,
    added: 'additive',
    removed: 'breaking',
    fields: {
      column: 'breaking',
      algorithm: 'breaking',
      metric: 'breaking',
      dimension: 'breaking',
      include: 'breaking',
      parameters: 'cosmetic',
      invisible: 'breaking',
      comment: 'cosmetic',
    },
  } satisfies IndexRules<VectorIndexModel>,
  'fulltext-index': {
    noun: 'Full-text index',
    describe: describeFulltextIndex,
    added: 'additive',
    removed: 'breaking',
    fields: {
      columns: 'breaking',
      parser: 'breaking',
      parameters: 'cosmetic',
      invisible: 'breaking',
      comment: 'cosmetic',
    },
  } satisfies IndexRules<FulltextIndexModel>,
  'foreign-key': {
    noun: 'Foreign key',
    describe: describeForeignKey,
    added: 'breaking',
    removed: 'additive',
    fields: {
      columns: 'breaking',
      references: 'breaking',
      onDelete: 'breaking',
      onUpdate: 'breaking',
    },
  } satisfies IndexRules<ForeignKeyModel>,
  // Added: rows are refused that were accepted.
  check: {
    noun: 'Check',
    describe: describeCheck,
    added: 'breaking',
    removed: 'additive',
    fields: { expression: 'breaking' },
  } satisfies IndexRules<CheckModel>,
}

interface IndexKinds {
  readonly 'unique-key': IndexModel
  readonly index: IndexModel
  readonly 'vector-index': VectorIndexModel
  readonly 'fulltext-index': FulltextIndexModel
  readonly 'foreign-key': ForeignKeyModel
  readonly check: CheckModel
}

/** Compares the indexes, foreign keys or checks of one table. */
export function compareIndexes<Kind extends keyof IndexKinds>(
  kind: Kind,
  place: Place,
  expected: readonly IndexKinds[Kind][] | undefined,
  actual: readonly IndexKinds[Kind][] | undefined,
): readonly Finding[] {
  const rules: { readonly [K in keyof IndexKinds]: IndexRules<IndexKinds[K]> } = indexRules
  return compareItems<IndexKinds[Kind]>(kind, rules[kind], place, expected, actual)
}

function compareItems<Item extends Identifiable>(
  kind: keyof typeof indexRules,
  rules: IndexRules<Item>,
  place: Place,
  expected: readonly Item[] = [],
  actual: readonly Item[] = [],
): readonly Finding[] {
  const before = byIdentity(expected)
  const after = byIdentity(actual)
  const findings: Finding[] = []
  for (const [key, item] of before) {
    const other = after.get(key)
    if (other === undefined) {
      findings.push({
        ...start(place, item),
        ruleId: `${kind}-removed`,
        severity: rules.removed,
        expected: rules.describe(item),
        actual: null,
        message: `${rules.noun} ${indexName(item)} of ${nameOf(place)} is gone.`,
      })
      continue
    }
    const changes = changedFields(item, other)
    if (changes.length === 0) continue
    findings.push({
      ...start(place, item),
      ruleId: `${kind}-changed`,
      severity: worst(changes.map((field) => rules.fields[field])),
      expected: rules.describe(item),
      actual: rules.describe(other),
      message: `${rules.noun} ${indexName(item)} of ${nameOf(place)} differs in ${changes.join(', ')}.`,
    })
  }
  for (const [key, item] of after) {
    if (before.has(key)) continue
    findings.push({
      ...start(place, item),
      ruleId: `${kind}-added`,
      severity: rules.added,
      expected: null,
      actual: rules.describe(item),
      message: `${rules.noun} ${indexName(item)} of ${nameOf(place)} is new.`,
    })
  }
  return findings
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

function start(place: Place, item: Identifiable): Place & { readonly index: string } {
  return { ...place, index: indexName(item) }
}

/** The name, or `(author_id)` for an item without one. */
function indexName(item: Identifiable): string {
  if (item.name !== undefined && item.name !== '') return item.name
  return `(${item.expression ?? (item.columns ?? []).join(', ')})`
}

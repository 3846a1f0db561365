/**
 * One difference between two models. `expected` is what the files say, `actual` what the database says.
 */

/**
 * - `breaking`: a statement that type-checks against the expected schema can fail, be refused, store
 *   or return something else on the actual one.
 * - `additive`: the actual schema only allows more.
 * - `cosmetic`: no statement can notice it but by its speed (comments, plain indexes, names of keys).
 *
 * docs/drift.md has the severity of each change, with its reason.
 */
export type Severity = 'breaking' | 'additive' | 'cosmetic'

/** All rules, whose names are stable, so that scripts and ignore rules can name them. */
export const ruleIds = [
  'database-added',
  'database-removed',
  'table-added',
  'table-removed',
  'column-added',
  'column-removed',
  'unique-key-added',
  'unique-key-removed',
  'index-added',
  'index-removed',
  'vector-index-added',
  'vector-index-removed',
  'fulltext-index-added',
  'fulltext-index-removed',
  'foreign-key-added',
  'foreign-key-removed',
  'check-added',
  'check-removed',
  'unique-key-changed',
  'unique-key-renamed',
  'index-changed',
  'index-renamed',
  'vector-index-changed',
  'vector-index-renamed',
  'fulltext-index-changed',
  'fulltext-index-renamed',
  'foreign-key-changed',
  'foreign-key-renamed',
  'check-changed',
  'check-renamed',
  'table-kind-changed',
  'table-comment-changed',
  'table-partitioning-changed',
  'table-clustering-changed',
  'external-source-changed',
  'view-definition-changed',
  'view-broken-changed',
  'primary-key-changed',
  'column-order-changed',
  'column-type-changed',
  'column-nullability-changed',
  'column-nullability-trust-changed',
  'column-auto-increment-changed',
  'column-default-changed',
  'column-on-update-changed',
  'column-generated-changed',
  'column-insert-optional-changed',
  'column-comment-changed',
  'generated-file-missing',
  'generated-file-outdated',
  'generated-file-options-changed',
  'generated-file-format-changed',
  'generated-file-edited',
  'generated-file-orphaned',
] as const

/** The rule that found a difference. */
export type RuleId = (typeof ruleIds)[number]

/** Where in the schema a comparison stands. */
export interface Place {
  /** Absent for the only database of a model. */
  readonly database?: string
  readonly table?: string
  readonly column?: string
}

/** `articles.title`, or `shop.articles.title` when there are several databases. */
export function nameOf(place: Place): string {
  return [place.database, place.table, place.column].filter((part) => part !== undefined).join('.')
}

/** One difference. */
export interface Finding {
  readonly ruleId: RuleId
  readonly severity: Severity
  /** Absent for the only database of a model. */
  readonly database?: string
  /** Absent for a finding about a whole database or file. */
  readonly table?: string
  readonly column?: string
  /** The index, foreign key or check. */
  readonly index?: string
  /** The generated file, for a finding about it. */
  readonly file?: string
  /** The files' side, for people; null when they have nothing. */
  readonly expected: string | null
  /** The database's side, for people; null when it has nothing. */
  readonly actual: string | null
  /** One sentence that names the place. */
  readonly message: string
}

/** A finding about a table if the two texts differ; none if they are equal. */
export function changed(
  place: Place,
  ruleId: RuleId,
  severity: Severity,
  expected: string | undefined,
  actual: string | undefined,
  what: string,
): readonly Finding[] {
  if (expected === actual) return []
  return [
    {
      ruleId,
      severity,
      ...place,
      expected: expected ?? null,
      actual: actual ?? null,
      message: `${nameOf(place)} ${what}.`,
    },
  ]
}

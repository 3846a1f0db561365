import { analyzeSql } from './analyze-sql.js'

const OBJECT =
  /\b(?:from|into|update|table|join|database|index|snapshot|view)\s+(?:if\s+(?:not\s+)?exists\s+)?(`[^`]+`|[\w$]+)(?:\s*\.\s*(`[^`]+`|[\w$]+))?/i

/** An operation and its object, for logs and traces, without any value. */
export interface SqlSummary {
  /** `SELECT`, `INSERT`, …; the first word, upper-case. */
  readonly operation: string
  /** The first table or other object it names: `shop.orders`. */
  readonly object: string | undefined
}

/** Finds a statement's operation and the first object it names. */
export function summarizeSql(sql: string): SqlSummary {
  const [first] = analyzeSql(sql).statements
  const [, schema, name] = OBJECT.exec(first?.text ?? '') ?? []
  const object = [schema, name].filter((part) => part !== undefined).join('.')
  return {
    operation: first?.keyword ?? '',
    object: object === '' ? undefined : object.replaceAll('`', ''),
  }
}

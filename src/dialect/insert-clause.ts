import type { InsertQueryNode } from 'kysely'

/** The clause that makes an INSERT something else. */
export type InsertClause = 'ON DUPLICATE KEY UPDATE' | 'INSERT IGNORE' | 'REPLACE'

/** Tells which such clause an INSERT has. kysely 0.28 marks IGNORE as `ignore`, 0.29 as `orAction`. */
export function insertClause(node: InsertQueryNode): InsertClause | undefined {
  if (node.onDuplicateKey !== undefined) return 'ON DUPLICATE KEY UPDATE'
  if (node.orAction !== undefined || ('ignore' in node && node.ignore === true)) {
    return 'INSERT IGNORE'
  }
  return node.replace === true ? 'REPLACE' : undefined
}

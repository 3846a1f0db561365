import { ValueError } from '../../errors.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { checkName, parseTableReference, quoteTable } from '../names/names.js'
import type { DiffOptions } from './branch-types.js'

/**
 * Writes a table with its snapshot: `` `shop`.`orders` {snapshot = 'friday'} ``.
 * The name is lower-cased: in quotes the server does not fold it (4.2.0).
 */
export function writeOperand(table: string, snapshot?: string): string {
  return `${quoteTable(table)}${writeSnapshotHint(snapshot)}`
}

/** Writes the comparison of two tables, without what is asked of it. */
export function writeDiff(
  branch: string,
  { against, snapshot, againstSnapshot }: DiffOptions<string>,
): string {
  return `data branch diff ${writeOperand(branch, snapshot)} against ${writeOperand(against, againstSnapshot)}`
}

/** Writes the hint with its leading blank; nothing for no snapshot. */
export function writeSnapshotHint(snapshot: string | undefined): string {
  return snapshot === undefined ? '' : ` {snapshot = '${checkName('snapshot', snapshot)}'}`
}

/** Writes ` to account …`; nothing for no account. */
export function writeToAccount(account: string | undefined): string {
  return account === undefined
    ? ''
    : ` to account ${quoteIdentifier(checkName('account', account))}`
}

/** The table's name without its database, as the server labels the side of a diff. */
export function labelOf(table: string): string {
  return parseTableReference(table).table.toLowerCase()
}

/** Writes the columns of a diff; nothing for all of them. */
export function writeColumns(columns: readonly string[] | undefined): string {
  if (columns === undefined) return ''
  if (columns.length === 0) {
    throw new ValueError('columns must name at least one column. Leave it out for all columns.')
  }
  return ` columns (${columns.map(quoteIdentifier).join(', ')})`
}

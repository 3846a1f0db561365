/**
 * Enum and set columns in LOAD DATA (4.2.0): it takes an enum's text of digits for the number of a member, so that
 * of `enum('2','1')` the text `1` becomes `2`, and an empty text for NULL, in a set as well.
 */
import { ValueError } from '../errors.js'

/** The members of an enum or a set. */
export interface Members {
  readonly of: 'enum' | 'set'
  readonly names: readonly string[]
}

/**
 * Reads the members of a column.
 *
 * @param type as SHOW COLUMNS has it: quotes and backslashes as they are, and no member with a comma (4.2.0)
 */
export function readMembers(type: string): Members | undefined {
  const [, of = '', list = ''] = /^(enum|set)\('(.*)'\)$/is.exec(type) ?? []
  const kind = of.toLowerCase()
  return kind === 'enum' || kind === 'set' ? { of: kind, names: list.split("','") } : undefined
}

/** The member of an enum that LOAD DATA would not find by its text. */
export function findMistaken({ of, names }: Members): string | undefined {
  return of === 'enum' ? names.find(isMistaken) : undefined
}

/** Whether the empty set, which is loaded as 0, could not be told from a member. */
export function hidesEmptySet({ of, names }: Members): boolean {
  return of === 'set' && names.includes('0')
}

/**
 * The text that LOAD DATA reads as a value: the number of a member, and 0 for the empty set.
 *
 * @throws {ValueError} for a text of blanks that is not a member, and an empty set that looks like one
 */
export function memberText(value: string, members: Members): string {
  if (!isMistaken(value)) return value
  if (members.of === 'set') {
    if (value !== '') return value
    if (!hidesEmptySet(members)) return '0'
    throw new ValueError('the empty set would be loaded as the member "0". Use insertInto.')
  }
  const at = members.names.indexOf(value)
  if (at >= 0) return `${at + 1}`
  if (value.trim() !== '') return value
  throw new ValueError(
    `${JSON.stringify(value)} is not a member, and LOAD DATA would make it NULL.`,
  )
}

/** Digits, blanks around them, or nothing. */
function isMistaken(text: string): boolean {
  return /^\s*\d*\s*$/.test(text)
}

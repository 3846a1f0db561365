/**
 * Members of ENUM and SET columns and their numbers: an ENUM counts them from 1, a SET gives each one bit.
 */
import { type OperationNode, RawNode, type TableNode, ValueNode } from 'kysely'
import { ValueError } from '../errors.js'
import { ownMember } from '../schema/schema-index.js'
import type { TableValue } from '../schema/value.js'

/** The member of that number; 0 is the empty text of an invalid one. */
export function memberAt(members: readonly string[], number: unknown): string {
  return members[Number(number) - 1] ?? ''
}

/** The members whose bits are set, joined by commas. */
export function membersIn(members: readonly string[], bits: unknown): string {
  const mask = BigInt(String(bits))
  return members.filter((_, at) => ((mask >> BigInt(at)) & 1n) === 1n).join(',')
}

/**
 * Writes a value of ON DUPLICATE KEY UPDATE, which takes the number of a member only: it refuses text
 * and NULL for an ENUM (20203), and reads the text of a SET as a number (4.2.0).
 *
 * @throws {ValueError} for a text that is not a member
 */
export function writeMember(
  { table: { identifier } }: TableNode,
  { enums, sets }: TableValue,
  column: string,
  node: OperationNode,
): OperationNode {
  if (!ValueNode.is(node)) return node
  const { value } = node
  const members = ownMember(enums, column)
  if (members !== undefined && value === null)
    return RawNode.createWithSql('cast(null as unsigned)')
  if (typeof value !== 'string') return node
  const name = `${identifier.name}.${column}`
  if (members !== undefined) return ValueNode.create(numberOfMember(name, members, value))
  const several = ownMember(sets, column)
  return several === undefined ? node : ValueNode.create(bitsOfMembers(name, several, value))
}

/**
 * The number of an ENUM's member, in any case, as the server compares them.
 *
 * @param column `table.column`
 * @throws {ValueError} for another text
 */
export function numberOfMember(column: string, members: readonly string[], text: string): number {
  return placeOf(column, members, text) + 1
}

/**
 * The bits of a SET's members, which are joined by commas.
 *
 * @param column `table.column`
 * @throws {ValueError} for another text
 */
export function bitsOfMembers(column: string, members: readonly string[], text: string): bigint {
  if (text === '') return 0n
  return text
    .split(',')
    .map((member) => 1n << BigInt(placeOf(column, members, member)))
    .reduce((bits, bit) => bits | bit, 0n)
}

function placeOf(column: string, members: readonly string[], text: string): number {
  const exact = members.indexOf(text)
  if (exact >= 0) return exact
  const folded = text.toLowerCase()
  const place = members.findIndex((member) => member.toLowerCase() === folded)
  if (place >= 0) return place
  const known = members.map((member) => `'${member}'`).join(', ')
  throw new ValueError(`${column} has no member of that text. Its members are ${known}.`)
}

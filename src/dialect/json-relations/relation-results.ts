/** Reads the relations in the rows of a query, after asking for the types of their members. */
import type { CompiledQuery, RootOperationNode } from 'kysely'
import type { PhysicalConnection } from '../../connection/mysql2/physical-connection.js'
import { UnsupportedError, ValueError } from '../../errors.js'
import { type Capabilities, capabilitiesOf } from '../../server/capabilities.js'
import { parseServerVersion } from '../../server/server-version.js'
import { interpolate } from '../../sql/interpolate.js'
import type { ResultField } from '../../sql/statement-options.js'
import { type FieldReads, withRead } from '../../wire/field-reads.js'
import { fieldReadsOf } from '../result-reads.js'
import {
  type MemberReader,
  memberReader,
  orderOf,
  parseKeepingNumbers,
  plain,
} from './decode-relation.js'
import { orderMember } from './relation-node.js'
import { probeColumn, type Probe, type RelationPlan, type Shape } from './relation-plan.js'

/** Milliseconds for which types are trusted: another program may alter a table. */
const TRUSTED_FOR = 10_000

/** The plan of a compiled query, and the compiled query of each of its probes. */
export interface BoundPlan {
  readonly plan: RelationPlan
  readonly queries: readonly CompiledQuery[]
}

const bound = new WeakMap<RootOperationNode, BoundPlan>()

export function bindRelations(query: RootOperationNode, plan: BoundPlan): void {
  bound.set(query, plan)
}

const members = new WeakMap<RootOperationNode, ReadonlyMap<string, MemberReader>>()

/** Has columns of a query's rows read by functions of their own. */
export function bindMembers(
  query: RootOperationNode,
  reads: ReadonlyMap<string, MemberReader>,
): void {
  members.set(query, reads)
}

/** Reads the relations of one query's rows. */
export class RelationResults {
  /** The query's reads, with its relations as text. */
  readonly reads: FieldReads
  readonly #shapes: readonly (readonly [name: string, read: MemberReader])[]

  constructor(query: CompiledQuery, shapes: readonly (readonly [string, MemberReader])[]) {
    this.#shapes = shapes
    const names = new Set(shapes.map(([name]) => name))
    const others = fieldReadsOf(query)
    this.reads = {
      readOf: (table, column) => (names.has(column) ? 'string' : others?.readOf(table, column)),
      vectorOf: (column) => others?.vectorOf?.(column),
    }
  }

  /**
   * Reads the relations in place.
   *
   * @throws {ValueError} for a value that its column's type cannot hold exactly
   */
  decode(rows: readonly Record<string, unknown>[]): void {
    for (const row of rows) {
      for (const [name, read] of this.#shapes) row[name] = read(row[name], name)
    }
  }
}

/**
 * Prepares to read the relations of a query; undefined when it has none, which is told at once: a
 * promise would cost every statement.
 */
export function openRelations(
  query: CompiledQuery,
  physical: PhysicalConnection,
): Promise<RelationResults | undefined> | undefined {
  const hasReaders = bound.has(query.query) || members.has(query.query)
  return hasReaders ? open(query, physical) : undefined
}

async function open(
  query: CompiledQuery,
  physical: PhysicalConnection,
): Promise<RelationResults | undefined> {
  const found = bound.get(query.query)
  if (found === undefined) {
    const reads = members.get(query.query)
    return reads && new RelationResults(query, [...reads])
  }
  const { can } = knownOf(physical)
  if (!can.jsonAgg && [...found.plan.shapes.values()].some(isAggregate)) {
    throw new UnsupportedError(
      `jsonArrayFrom and jsonObjectFrom need MatrixOne 4.1, and this server says ${physical.serverVersion}. ` +
        'Select the rows in a query of their own.',
    )
  }
  const readers = new Map<Probe, readonly MemberReader[]>()
  for (const [at, probe] of found.plan.probes.entries()) {
    const asked = found.queries[at] as CompiledQuery
    readers.set(probe, readersOf(probe, asked, await typesOf(asked, physical), physical))
  }
  const shapes = [...found.plan.shapes].map(
    ([name, shape]) => [name, readerOf(shape, readers, true)] as const,
  )
  return new RelationResults(query, shapes)
}

/** Whether it holds the rows of a subquery, which only json_arrayagg gives. */
function isAggregate(shape: Shape): boolean {
  if (shape.kind !== 'build') return shape.kind !== 'value'
  return shape.members.some(([, member]) => isAggregate(member))
}

const known = new WeakMap<PhysicalConnection, Known>()

/** The types of subqueries by their text, and the abilities of the server. */
interface Known {
  readonly can: Capabilities
  readonly types: Map<string, KnownTypes>
}

interface KnownTypes {
  readonly until: number
  readonly fields: readonly ResultField[]
}

function knownOf(physical: PhysicalConnection): Known {
  const found = known.get(physical)
  if (found !== undefined) return found
  const can = capabilitiesOf(parseServerVersion(physical.serverVersion))
  const made = { can, types: new Map<string, KnownTypes>() }
  known.set(physical, made)
  return made
}

async function typesOf(
  { sql, parameters }: CompiledQuery,
  physical: PhysicalConnection,
): Promise<readonly ResultField[]> {
  const { types } = knownOf(physical)
  const text = interpolate(sql, parameters, physical.literals)
  const remembered = types.get(text)
  if (remembered !== undefined && remembered.until > performance.now()) return remembered.fields
  const fields: ResultField[] = []
  await physical.query(text, undefined, undefined, (field) => fields.push(field))
  if (types.size > 256) types.clear()
  types.set(text, { until: performance.now() + TRUSTED_FOR, fields })
  return fields
}

function readersOf(
  { float32 }: Probe,
  asked: CompiledQuery,
  fields: readonly ResultField[],
  physical: PhysicalConnection,
): readonly MemberReader[] {
  const reads = fieldReadsOf(asked)
  const { types, timeZone } = physical
  const { bitsInJson } = knownOf(physical).can
  return fields.map((field, at) => {
    const read = reads?.readOf('', probeColumn(at))
    const chosen = read === undefined ? types : withRead(types, read)
    return memberReader(field, chosen, timeZone, float32.has(at), bitsInJson)
  })
}

function readerOf(
  shape: Shape,
  readers: ReadonlyMap<Probe, readonly MemberReader[]>,
  isOutermost = false,
): MemberReader {
  if (shape.kind === 'value') {
    const read = readers.get(shape.probe)?.[shape.at] ?? plain
    return (value, column) => (value === null || value === undefined ? null : read(value, column))
  }
  const members = shape.members.map(([name, each]) => [name, readerOf(each, readers)] as const)
  const order = orderMember(shape.members.map(([name]) => name))
  const readObject = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return null
    const object = value as Readonly<Record<string, unknown>>
    return Object.fromEntries(
      members.map(([name, read]) => [name, read(object[name] ?? null, name)]),
    )
  }
  const read = (value: unknown): unknown => {
    if (shape.kind !== 'array') return readObject(value)
    const items = Array.isArray(value) ? (value as Readonly<Record<string, unknown>>[]) : []
    if (shape.isOrdered) items.sort((a, b) => orderOf(a[order]) - orderOf(b[order]))
    return items.map(readObject)
  }
  return isOutermost ? (value, column) => read(parseRelation(value, column)) : read
}

function parseRelation(text: unknown, column: string): unknown {
  if (text === null || text === undefined) return null
  try {
    return parseKeepingNumbers(typeof text === 'string' ? text : JSON.stringify(text))
  } catch {
    throw new ValueError(
      `Column ${JSON.stringify(column)} holds a relation that the server could not write as JSON: ` +
        'NaN, a geometry and bytes that are not text end it (4.2.0). Select such a column otherwise.',
    )
  }
}

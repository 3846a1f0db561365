import fc from 'fast-check'
import { interfaceName } from '../../../../codegen/emit/typescript/identifiers.js'
import {
  brokenViews,
  type ColumnModel,
  type SchemaModel,
  type TableModel,
} from '../../../../src/schema/schema-model.js'
import { hostileNames, modelOf } from './models.js'

const hostileName = fc.oneof(
  fc.constantFrom(...hostileNames),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
)
const hostileText = fc
  .array(
    fc.oneof(hostileName, fc.constantFrom('*/', '/*', '@', '{@link', '\n', '\r\n', '`', '\\', ' ')),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

const hostileColumn: fc.Arbitrary<ColumnModel> = fc.record(
  {
    name: hostileName,
    type: fc.oneof(
      fc.record({
        name: fc.constantFrom('enum' as const, 'set' as const),
        members: fc.uniqueArray(hostileName, { minLength: 1, maxLength: 12 }),
      }),
      fc.record({
        name: fc.constantFrom('int', 'bigint', 'json', 'datetime', 'geometry', 'bit', 'unheard-of'),
        length: fc.constantFrom(1, 64),
      }),
    ),
    nullable: fc.constant(true as const),
    nullabilityUntrusted: fc.constant(true as const),
    insertOptional: fc.constant(true as const),
    default: hostileText,
    comment: hostileText,
    generated: fc.record({
      expression: hostileText,
      kind: fc.constantFrom('stored' as const, 'virtual' as const),
    }),
  },
  { requiredKeys: ['name', 'type'] },
)

const hostileTable: fc.Arbitrary<TableModel> = fc
  .record(
    {
      name: hostileName,
      kind: fc.constantFrom('table' as const, 'view' as const, 'external' as const),
      comment: hostileText,
      broken: fc.constantFrom(...brokenViews),
      primaryKey: fc.uniqueArray(hostileName, { minLength: 1, maxLength: 2 }),
      columns: fc.uniqueArray(hostileColumn, {
        selector: ({ name }) => name,
        minLength: 1,
        maxLength: 6,
      }),
      vectorIndexes: fc.uniqueArray(
        fc.record({
          name: hostileName,
          column: hostileName,
          algorithm: fc.constantFrom('ivfflat' as const, 'hnsw' as const),
          metric: fc.constantFrom('l2' as const, 'cosine' as const, null),
          dimension: fc.integer({ min: 1, max: 65535 }),
        }),
        { selector: ({ name }) => name, maxLength: 3 },
      ),
      fulltextIndexes: fc.uniqueArray(
        fc.record({
          name: fc.oneof(hostileName, fc.constant('')),
          columns: fc.uniqueArray(hostileName, { minLength: 1, maxLength: 3 }),
          parser: fc.oneof(fc.constant('default'), hostileName),
        }),
        { selector: ({ name }) => name, maxLength: 3 },
      ),
    },
    { requiredKeys: ['name', 'kind', 'columns'] },
  )
  .map((table) => table satisfies TableModel)

/** A schema whose names, texts and members were made to break what is emitted. */
export const hostileModel: fc.Arbitrary<SchemaModel> = fc
  .uniqueArray(hostileTable, { selector: ({ name }) => interfaceName(name), maxLength: 5 })
  .map((tables) => modelOf(...tables))

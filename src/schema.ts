/**
 * The schema model and everything that is done with one: comparison, snapshot text, hash. Loads
 * neither kysely nor mysql2, so a tool that only compares files starts at once.
 */
export { canonicalJson } from './schema/canonical-json.js'
export { compareCodePoints } from './schema/code-points.js'
export {
  type ColumnShape,
  isGeometry,
  largestCheckedSet,
  readOption,
  shapeOf,
} from './schema/column-shape.js'
export { compareModels } from './schema/compare/compare-models.js'
export type { CompareOptions } from './schema/compare/compare-options.js'
export {
  checkSql,
  columnList,
  columnSql,
  createTableSql,
  foreignKeySql,
  keySql,
} from './schema/create-table-sql.js'
export { SchemaDriftError } from './schema/compare/schema-drift-error.js'
export {
  type Finding,
  type Place,
  type RuleId,
  ruleIds,
  type Severity,
} from './schema/compare/finding.js'
export { indexComment } from './schema/index-names.js'
export { hasCapitals, hasLowerCaseStar } from './schema/lower-case-star.js'
export { isReadOnly } from './schema/read-only.js'
export * from './schema/schema-model.js'
export { digestOf, hashDatabases, hashModel, snapshotDigest } from './schema/snapshot/hash.js'
export { modelOf, parseSnapshot } from './schema/snapshot/parse-snapshot.js'
export { isSnapshotText, serializeSnapshot } from './schema/snapshot/snapshot-text.js'
export { sortModel } from './schema/sort-model.js'
export { type NamedTables, toSchemaModel } from './schema/to-schema-model.js'
export { typeText } from './schema/type-text.js'
export { quoteIdentifier, quoteQualified } from './sql/identifiers.js'
export { isAssignable, type ValueType, valuesOf } from './schema/compare/column-values.js'
export { toLiteral } from './sql/literals.js'
export { SchemaSnapshotError } from './errors.js'
export type * from './schema/value.js'
export {
  type ColumnRead,
  type ColumnTypeOptions,
  columnTypeChoices,
  defaultColumnTypes,
  type ResolvedColumnTypes,
} from './types/column-type-options.js'
export { parseServerVersion, type ServerVersion } from './server/server-version.js'

/** `mo-codegen/kysely-codegen`: the types of MatrixOne for those who stay with kysely-codegen. */
export { matrixone, type MatrixOneConfig } from './kysely-codegen/configure.js'
export { MatrixOneGeneratorDialect } from './kysely-codegen/dialect.js'

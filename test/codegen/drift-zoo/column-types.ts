/** The part of kysely-matrixone that generated types import, for a program that no build has to precede. */
export * from '../../../src/types/column-types.js'
export * from '../../../src/types/indexes.js'
export * from '../../../src/schema/value.js'

/**
 * Differences between the measured versions that only tests look at, to run the same tests on 3.0.14,
 * 4.1.4 and 4.2.0. What the library itself looks at is in src/server/capabilities.ts; all of it, as a
 * table for people, in docs/versions.md.
 */
import { type Capabilities, capabilitiesOf, parseServerVersion } from 'kysely-matrixone'

const DIFFERENCES = {
  //                             3.0.14  4.1.4  4.2.0
  returning: [false, false, true],
  prepareSet: [false, false, true],
  getLock: [false, true, true],
  lenientLoads: [false, false, true],
  subqueryRowsErrno: [20101, 20101, 1242],
  keyUpdateErrno: [20101, 20313, 20313],
  lockTablesCommits: [false, true, true],
  fullDeleteKeepsTable: [true, false, false],
  temporaryTablesHide: [false, true, true],
  geometryFunctions: [false, true, true],
  anyValueOfVectors: [false, true, true],
  nanVectorAccepted: [false, true, true],
  utcTimestampFraction: [false, true, true],
  lockTimeoutErrno: [20400, 1205, 1205],
  lockTimeoutEndsTransaction: [false, true, true],
  enumJson: [true, false, false],
  prefixLengths: [false, true, true],
  viewColumnLists: [false, false, true],
  zeroDateDefault: [false, false, true],
  uuidDefaults: [false, true, true],
  foreignDefaults: [false, true, true],
  nestedUnionKeepsColumns: [false, true, true],
  unionTakesYear: [false, true, true],
  membersInInformationSchema: [false, true, true],
  partitionInShowCreate: [false, true, true],
  checkConstraints: [false, false, true],
  indexInclude: [false, false, true],
  rowSearchUsesIndex: [false, true, true],
  indexFindsBeyondDistance: [false, true, true],
  matchInJoins: [false, true, true],
  insertIgnorePhantom: [false, true, true],
  severitiesHold: [false, true, true],
  columnDropKeepsForeignKey: [false, false, true],
  windowsOrderBytes: [false, true, true],
  setTakesDefaultNull: [false, true, true],
  hnswJobRefusesDimension: [false, false, true],
  yearOutOfRangeIsNull: [false, true, true],
  computedChildRefusesCascade: [false, false, true],
  distanceAlonePanics: [false, false, true],
  tinyKeyIsRestored: [true, true, false],
  branchKeepsTinyKey: [true, true, false],
  diffComparesTypes: [false, false, true],
  mergesEnums: [false, false, true],
  insertIntoIndexedChild: ['works', 'works', 'panics'],
  cloneIfNotExists: ['refused', 'duplicates rows', 'duplicates rows'],
  cloneOfMissingDatabaseSucceeds: [false, true, true],
} as const

/** The differences that only tests look at, and the library's own. */
export type Differences = Capabilities & {
  readonly [Name in keyof typeof DIFFERENCES]: (typeof DIFFERENCES)[Name][number]
}

/** Gives the differences of a server; one that was not measured is taken for 4.2.0. */
export function differencesOf(version: string): Differences {
  const parsed = parseServerVersion(version)
  const line = parsed.release?.slice(0, 2).join('.')
  const column = line === '3.0' ? 0 : line === '4.1' ? 1 : 2
  const own = Object.entries(DIFFERENCES).map(([name, values]) => [name, values[column]] as const)
  return { ...capabilitiesOf(parsed), ...Object.fromEntries(own) } as Differences
}

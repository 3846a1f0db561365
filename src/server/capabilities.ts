/**
 * Differences between the MatrixOne versions that were measured live (3.0.14, 4.1.4 and 4.2.0), as far
 * as this library or mo-codegen looks at them; docs/versions.md has all that were measured. Other code
 * asks for a capability and never compares versions. Two kinds of line:
 *
 * - `feature`: something that a statement may use. A newer server than 4.2 has what 4.2.0 has; an
 *   older or in-between one that was not measured has only what all three have.
 * - `hazard`: something that a guard must know. The fourth value is the careful one, taken for
 *   every server that was not measured, newer or older, so that its guard stays on.
 */
import { type ServerVersion } from './server-version.js'

interface Line<T> {
  readonly measured: readonly [v3_0: T, v4_1: T, v4_2: T]
  readonly newer: T
  readonly older: T
}

function feature(v3_0: boolean, v4_1: boolean, v4_2: boolean): Line<boolean> {
  return { measured: [v3_0, v4_1, v4_2], newer: v4_2, older: v3_0 && v4_1 && v4_2 }
}

function hazard<const T>(v3_0: T, v4_1: T, v4_2: T, careful: T): Line<T> {
  return { measured: [v3_0, v4_1, v4_2], newer: careful, older: careful }
}

/** Neither more nor less dangerous, only different: the nearest measured version decides. */
function variant<const T>(v3_0: T, v4_1: T, v4_2: T): Line<T> {
  return { measured: [v3_0, v4_1, v4_2], newer: v4_2, older: v3_0 }
}

const no = false
const yes = true

const lines = {
  //                                                             3.0  4.1  4.2
  /** `GENERATED ALWAYS AS`, and the two columns of `mo_columns` that describe it. */
  generatedColumns: feature(no, yes, yes),
  /** `get_lock`, and what a session holds is free when it is gone: 4.1.4 keeps it until it is restarted. */
  locksOfSessions: feature(no, no, yes),
  /** Prepared statements that were compared with text; elsewhere a TIME with a fraction destroys the row behind it. */
  exactPrepared: hazard(no, no, yes, no),
  /** Two-phase transactions: `XA START`, `XA PREPARE` and their like. */
  xa: feature(no, no, no),
  /** `sql_mode` with NO_BACKSLASH_ESCAPES or ANSI_QUOTES changes how text is quoted. */
  quotingModesHonoured: hazard(no, no, yes, yes),
  /** TRUNCATE, ALTER and copies change what the printed definition of a table does not tell. */
  remadeTablesDiffer: hazard(no, yes, yes, yes),

  /** `full outer join`, with which merged tables are compared. */
  fullJoin: feature(no, yes, yes),
  /** `json_arrayagg`, with which relations are written. */
  jsonAgg: feature(no, yes, yes),

  // Catalog and types
  /** A BIT within JSON: its number as text, or the base64 of its bytes. */
  bitsInJson: variant('digits', 'digits', 'base64'),
  /** How a SET comes over the wire. */
  setWire: variant('bitmask', 'text', 'text'),
  /**
   * A table's name may hold `'` or end with `\`, and a database that has one with a backtick can be
   * dropped; elsewhere the server's own SQL breaks (1105), so managers make no such table there.
   */
  quotesInTableNames: feature(no, no, yes),
  /** `vecbf16`, `vecf16`, `vecint8`, `vecuint8`. */
  narrowVectors: feature(no, no, yes),
  /** `vecf32_from_base64` and `vecf64_from_base64`. */
  vectorsFromBase64: feature(no, yes, yes),
  /** `array(…)` columns. */
  arrayColumns: feature(no, yes, yes),
  geometry32: feature(no, yes, yes),

  // Vector and full-text indexes
  indexAsync: feature(no, yes, yes),
  /** ivfflat `QUANTIZATION` is stored; 4.1.4 accepts and forgets it. */
  indexQuantization: feature(no, no, yes),
  indexAutoUpdate: feature(no, yes, yes),
  /** ivfflat `KMEANS_TRAIN_PERCENT` and `KMEANS_MAX_ITERATION`. */
  indexKmeans: feature(no, yes, yes),
  /**
   * ORDER BY a distance DESC leaves the index alone; elsewhere it gives the nearest rows, turned
   * round, where the farthest are asked for.
   */
  descendingSearchIsExact: hazard(no, yes, yes, no),
  /** A condition around the hits of a search stays outside of it; 3.0.14 moves it inside, and loses the index. */
  hitsStayApart: variant(no, yes, yes),
  forceSync: feature(no, yes, yes),
  reindexWithoutLists: feature(no, yes, yes),
  gojieba: feature(no, yes, yes),

  // Managers
  restoreGrammar: variant('account from snapshot', 'object {snapshot}', 'object {snapshot}'),
  snapshotKind: feature(no, yes, yes),
  branchDiffInTransaction: feature(no, no, yes),
  branchOutputAs: feature(no, no, yes),
  /**
   * DIFF, MERGE and PICK take columns of every type. Elsewhere an ENUM silently loses rows, or
   * they never answer and cannot be killed; YEAR, GEOMETRY and a DECIMAL beyond 38 digits panic (1105).
   */
  branchComparesEveryType: feature(no, no, yes),
  /** The rows of DIFF hold BIT and bytes; elsewhere they come as an empty value and as text. */
  branchDiffSendsBytes: feature(no, no, yes),
  /** DIFF, MERGE and PICK quote the names of tables and databases in their own SQL. */
  branchQuotesNames: feature(no, yes, yes),
  /** DATA BRANCH DELETE drops branches only; 3.0.14 drops any table or database. */
  branchDeleteChecksTarget: feature(no, yes, yes),
  /**
   * A clone inside a transaction sees what the transaction wrote and reports its errors; elsewhere
   * it answers OK for an existing target and for a source that is not committed, and does nothing.
   */
  cloneJoinsTransaction: feature(no, no, yes),
  /** `CREATE TABLE … CLONE … COPY GRANTS`. */
  cloneCopyGrants: feature(no, yes, yes),
  /** A second publication of a taken name is refused; 4.1.4 makes one while there are no subscribers. */
  publicationNamesUnique: hazard(no, no, yes, no),
  /** A publication's comment and its tables' names are escaped in the server's own SQL. */
  publicationTextsEscaped: feature(no, yes, yes),
  /** A CDC task reads `paused` when it has stopped; elsewhere once it was asked to, or not even then. */
  cdcPausedMeansStopped: hazard(no, yes, yes, no),
  /** The user and password in the URLs of CREATE CDC are percent-decoded; elsewhere taken as they are. */
  cdcDecodesUrls: feature(no, no, yes),
  removeStageFiles: feature(no, yes, yes),
  /** Files of JSON lines and Parquet, and in parts; elsewhere a `.jsonl` file holds CSV. */
  exportFormat: feature(no, yes, yes),
  /** LOAD DATA reads geometry columns; elsewhere it refuses them (20101) or panics. */
  loadsGeometry: feature(no, no, yes),
  /** LOAD DATA reads YEAR columns. */
  loadsYear: feature(no, yes, yes),
  /** LOAD DATA reads every BIT; elsewhere one whose last byte is a carriage return becomes 0. */
  loadsBits: feature(no, yes, yes),
} as const satisfies Record<string, Line<unknown>>

type Widen<T> = T extends boolean ? boolean : T

/** Every capability with the value that holds for one server. */
export type Capabilities = {
  readonly [Name in keyof typeof lines]: (typeof lines)[Name] extends Line<infer T>
    ? Widen<T>
    : never
}

/** The release lines whose behaviour was measured, in the order of the table's columns. */
const measuredLines: readonly (readonly [major: number, minor: number])[] = [
  [3, 0],
  [4, 1],
  [4, 2],
]

/**
 * Gives the abilities of a server and the traps that guards must cover.
 *
 * A server newer than 4.2, a nightly, or one that does not say its number has the features of
 * 4.2.0 and the careful value of every hazard. An unmeasured older one (2.x, 4.0) has only the
 * features that all measured ones share, and the careful values as well.
 *
 * @example
 * capabilitiesOf(parseServerVersion('8.0.30-MatrixOne-v3.0.14')).returning // false
 */
export function capabilitiesOf(version: ServerVersion): Capabilities {
  const choose = chooserFor(version)
  const entries = Object.entries(lines).map(([name, line]) => [name, choose(line)] as const)
  return Object.freeze(Object.fromEntries(entries)) as unknown as Capabilities
}

function chooserFor(version: ServerVersion): (line: Line<unknown>) => unknown {
  const { release } = version
  if (release === null) return (line) => line.newer
  const column = measuredLines.findIndex(
    ([major, minor]) => release[0] === major && release[1] === minor,
  )
  if (column >= 0) return (line) => line.measured[column]
  const isNewer = release[0] > 4 || (release[0] === 4 && release[1] > 2)
  return isNewer ? (line) => line.newer : (line) => line.older
}

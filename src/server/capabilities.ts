/**
 * What differs between the MatrixOne versions that were measured live: 3.0.14, 4.1.4 and 4.2.0.
 * Other code asks for a capability and never compares versions. Two kinds of line:
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
  // Statements and functions                                    3.0  4.1  4.2
  /** `INSERT | UPDATE | DELETE … RETURNING`. */
  returning: feature(no, no, yes),
  /** `GENERATED ALWAYS AS`, and the two columns of `mo_columns` that describe it. */
  generatedColumns: feature(no, yes, yes),
  /** A CHECK constraint is enforced (3819), not only parsed. */
  checkEnforced: feature(no, no, yes),
  getLock: feature(no, yes, yes),
  /** Two-phase transactions: `XA START`, `XA PREPARE` and their like. */
  xa: feature(no, no, no),
  /** `json_arrayagg` and `json_objectagg`. */
  jsonAgg: feature(no, yes, yes),
  /** `json_contains`, `json_remove`, `json_merge_patch`, `cast(1 as json)`. */
  jsonContains: feature(no, no, yes),
  /** The derived table of kysely's `jsonArrayFrom`, with plain filters. */
  jsonCorrelatedDerived: feature(no, no, yes),
  fullJoin: feature(no, yes, yes),
  ntile: feature(no, yes, yes),
  /** `lock in share mode`. */
  shareLock: feature(no, no, yes),
  /** `WITH … INSERT`. */
  cteInsert: feature(no, yes, yes),
  countDistinctSeveral: feature(no, no, yes),
  nullsLast: variant(yes, yes, no),
  /** `sql_mode` with NO_BACKSLASH_ESCAPES or ANSI_QUOTES changes how text is quoted. */
  quotingModesHonoured: hazard(no, no, yes, yes),
  pipesAsConcat: variant(yes, yes, no),
  divisionByZeroIsError: variant(yes, no, no),
  /** `row_count()` tells the truth; elsewhere it is always 0. */
  rowCount: feature(no, no, yes),
  analyzeTable: feature(no, no, yes),
  /** `utc_timestamp(6)`; elsewhere it takes no argument and has whole seconds. */
  utcTimestampFraction: feature(no, yes, yes),

  // What the wire and the counters mean
  /** A `TIME` with a fraction in the prepared protocol leaves the rest of the row intact. */
  binaryTimeFractionSafe: hazard(no, no, yes, no),
  uuidWire: variant('buffer', 'string', 'string'),
  setWire: variant('bitmask', 'text', 'text'),
  unhexWire: variant('text', 'binary', 'binary'),
  /** What ON DUPLICATE KEY UPDATE and REPLACE report: touched rows, or MySQL's 0/1/2. */
  odkuAffectedRows: variant('rows', 'rows', 'mysql'),
  odkuPrimaryKeyErrno: variant(20101, 20313, 20313),
  /** `DELETE t FROM t JOIN u ON …` without WHERE deletes only the joined rows. */
  deleteJoinWithoutWhereSafe: hazard(no, yes, yes, no),

  // Transactions
  lockTimeoutErrno: variant(20400, 1205, 1205),
  /** After a lock timeout the whole transaction is gone and the session autocommits. */
  lockTimeoutEndsTransaction: hazard(no, yes, yes, yes),
  lockTablesInTransaction: hazard('refused', 'commits', 'commits', 'commits'),

  // Catalog
  /** An enum member may hold a comma: `attr_enum` is then NUL, `enumjson:`, a JSON array. */
  enumJson: variant(yes, no, no),
  fulltextIndexType: variant('MULTIPLE', 'FULLTEXT', 'FULLTEXT'),
  /** `key k(c(10))` keeps its length. */
  prefixLengths: feature(no, yes, yes),
  /** `mo_indexes.included_columns` exists (on 4.2.0 it is always null; the list is in algo_params). */
  includedColumnsInCatalog: feature(no, no, yes),
  /**
   * A table's name may hold `'` or end with `\`, and a database that has one with a backtick can be
   * dropped; elsewhere the server's own SQL breaks (1105), so managers make no such table there.
   */
  quotesInTableNames: feature(no, no, yes),
  /** `create view v (x, y) as …` renames the columns; elsewhere the list is accepted and forgotten. */
  viewColumnLists: feature(no, no, yes),
  /** information_schema shows the members of enum and set columns. */
  membersInInformationSchema: feature(no, yes, yes),
  partitionInShowCreate: feature(no, yes, yes),
  /** Where other sessions' temporary tables show up in `mo_tables`. */
  temporaryTablesInCatalog: variant('absent', 'relkind r', 'relkind temporary_table'),

  // Types
  /** `vecbf16`, `vecf16`, `vecint8`, `vecuint8`. */
  narrowVectors: feature(no, no, yes),
  /** `array(…)` columns. */
  arrayColumns: feature(no, yes, yes),
  geometry32: feature(no, yes, yes),
  geometryFunctions: feature(no, yes, yes),
  /** `any_value` takes a vector. */
  anyValueOfVectors: feature(no, yes, yes),
  vectorFromBase64: feature(no, yes, yes),
  /** How bytes become a vector in an INSERT. */
  vectorUnhexInsert: variant('cast as blob', 'plain', 'plain'),
  nanVectorAccepted: hazard(no, yes, yes, yes),

  // Vector and full-text search
  hnswOnVecf64: feature(no, yes, yes),
  /** An HNSW index follows INSERT, UPDATE and DELETE; elsewhere it is static until reindexed. */
  hnswFollowsWrites: hazard(no, yes, yes, no),
  /** `mo_iscp_log` tells when an asynchronous index is ready. */
  iscpLog: feature(no, yes, yes),
  /** ivfflat `INCLUDE (…)` is stored; 4.1.4 accepts and forgets it. */
  indexInclude: feature(no, no, yes),
  indexAsync: feature(no, yes, yes),
  /** ivfflat `QUANTIZATION` is stored; 4.1.4 accepts and forgets it. */
  indexQuantization: feature(no, no, yes),
  indexAutoUpdate: feature(no, yes, yes),
  /** ivfflat `KMEANS_TRAIN_PERCENT` and `KMEANS_MAX_ITERATION`. */
  indexKmeans: feature(no, yes, yes),
  forceSync: feature(no, yes, yes),
  reindexWithoutLists: feature(no, yes, yes),
  gojieba: feature(no, yes, yes),
  rankModes: variant(
    ['pre', 'post', 'force'],
    ['pre', 'post', 'force', 'auto'],
    ['pre', 'post', 'force', 'auto', 'include'],
  ),
  /** `mode=pre` filters before the index search. */
  preFilterEffective: hazard(no, no, yes, no),
  /** ORDER BY distance DESC through an index returns the farthest rows. */
  vectorDescendingSafe: hazard(no, yes, yes, no),
  /** OFFSET through an index returns full pages. */
  vectorOffsetSafe: hazard(no, no, yes, no),
  /** One select may name the distance expression twice. */
  distanceTwice: hazard(yes, yes, no, no),
  /** What UPDATE of the primary key does on a table with an ivfflat or full-text index. */
  primaryKeyUpdateOnIndexed: hazard('loses row', 'loses row', 'refused', 'loses row'),
  /** INSERT IGNORE leaves entries of ignored rows in vector and full-text indexes. */
  insertIgnorePhantom: hazard(no, yes, yes, yes),
  /** `AGAINST (?)` in the prepared protocol. */
  againstParameter: feature(no, no, yes),
  matchInJoin: feature(no, yes, yes),
  /** INSERT into a table with a foreign key and a vector or full-text index; a panic is error 20101. */
  insertIntoIndexedChild: hazard('works', 'works', 'panics', 'panics'),

  // Managers
  restoreGrammar: variant('account from snapshot', 'object {snapshot}', 'object {snapshot}'),
  snapshotKind: feature(no, yes, yes),
  showHeadingsUpper: feature(no, yes, yes),
  branchDiffInTransaction: feature(no, no, yes),
  branchOutputAs: feature(no, no, yes),
  /**
   * DIFF, MERGE and PICK take columns of every type. Elsewhere an ENUM loses rows without a word, or
   * they never answer and cannot be killed; YEAR, GEOMETRY and a DECIMAL beyond 38 digits panic (1105).
   */
  branchComparesEveryType: feature(no, no, yes),
  /** The rows of DIFF hold BIT and bytes; elsewhere they come as an empty value and as text. */
  branchDiffSendsBytes: feature(no, no, yes),
  /** DIFF, MERGE and PICK quote the names of tables and databases in their own SQL. */
  branchQuotesNames: feature(no, yes, yes),
  /** DATA BRANCH DELETE drops branches only; 3.0.14 drops any table or database. */
  branchDeleteChecksTarget: feature(no, yes, yes),
  /** What `CREATE TABLE IF NOT EXISTS … CLONE` does to an existing table. */
  cloneIfNotExists: hazard('refused', 'duplicates rows', 'duplicates rows', 'duplicates rows'),
  /**
   * A clone inside a transaction sees what the transaction wrote and reports its errors; elsewhere
   * it answers OK for an existing target and for a source that is not committed, and does nothing.
   */
  cloneJoinsTransaction: feature(no, no, yes),
  /** `CREATE TABLE … CLONE … COPY GRANTS`. */
  cloneCopyGrants: feature(no, yes, yes),
  /** Cloning a database that does not exist makes an empty one. */
  cloneOfMissingDatabaseSucceeds: hazard(no, yes, yes, yes),
  /** A second publication of a taken name is refused; 4.1.4 makes one when nobody has subscribed. */
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
} as const satisfies Record<string, Line<unknown>>

type Widen<T> = T extends boolean ? boolean : T

/** Every capability with the value that holds for one server. */
export type Capabilities = {
  readonly [Name in keyof typeof lines]: (typeof lines)[Name] extends Line<infer T>
    ? Widen<T>
    : never
}

/** The name of a capability. */
export type Capability = keyof Capabilities

/** The release lines whose behaviour was measured, in the order of the table's columns. */
const measuredLines: readonly (readonly [major: number, minor: number])[] = [
  [3, 0],
  [4, 1],
  [4, 2],
]

/**
 * Says what a server can do and which of its traps a guard must cover.
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

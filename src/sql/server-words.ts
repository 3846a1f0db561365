/**
 * The words that MatrixOne's own messages are made of (collected from 4.2.0): such a word in a message
 * tells nothing about a value, even where a value happens to have it.
 */
export const serverWords: ReadonlySet<string> = new Set(
  `
  aborted access account accounts action active actual add address after against aggregate all
  allocation allowed already alter ambiguous an and another any append appendable are arg args
  argument arguments array as assignment at auth available backend background bad base batch be
  been before begin beginning between bigint bin binary bind bit blob block bootstrap bound
  bounds bucket buffer build builtin but by byte bytes cache called can canceled cancelled
  cannot capacity case cast casting catalog change changed char character check checkpoint
  checksum child class clause client close closed closing cluster code column columns command
  comment commit common concat condition config configuration configured conflict conn connect
  connection const constant constraint construct contain contains content context conversion
  convert converting correlated corresponds corrupted count create credential credentials cte
  current currently data database databases datalink date datetime db ddl deadline deadlock
  decimal decimal128 decimal64 default defined definition delete dereference dest did different
  dimension disabled disk do does doesn double drop duplicate element else empty enabled end
  endpoint engine enough entry enum equal error escape exactly exceeded exceeds exec execute
  execution executor exist exists expect expected expired explain explicit export expr
  expression external extract fail failed fails failure false feature field file files filter
  find first fixed float float32 float64 flush flushed for force foreign format found frame from
  full fulltext fully func function functions gen generate generated geometry get global got
  granted greater group handle has hash have having hint host id illegal image implemented in
  include incomplete incorrect incr increment index indexes info init initialized input insert
  int int16 int32 int64 int8 integer internal interval into invalid io is it item iteration its
  itself job join json keeper key keys killed larger last least len length level like limit
  limits line list literal load local locate location lock log long looking lookup maintenance
  malformed manual many map mapped mapping mappings marshal match matching max memory merge meta
  metadata method mismatch missing mode more multi multiple must mysql name names namespace near
  need negative new nil no node non not now null nullif number numbers numeric object objects of
  offset old on once one only op open operand operation operator option options or order other
  out overflow overflows overload packet page panic param parameter parent parse parsed
  parsefloat parseint parseuint parsing partition partitioning partitions parts password path
  pause permission physical pitr pk plan please point pointer port position positive predicate
  prepare prepared primary principal privilege procedure process projection protection protocol
  proxy publication publish query range read reading ready record recovery recursive ref refer
  reference referenced references regexp region register registered regular rel relation remote
  remove repetition replace request required requirements requires reset resolve resolved
  resolver response restart restarting restore result results retries retry return returned
  returns right role rollback root routine row rows rpc rule run running runtime same scalar
  schema scope scoped search second select selected send sequence server service session set
  shard short should show single sink size smallint snapshot some source special specified
  specify sql src stage start state statement statements status step stmt storage store strconv
  string submit subquery subscription such support supported supports sync syntax sys system
  table tables take target task temporary tenant test text than that then there third this time
  timeout timestamp tinyint to tombstone too transaction true truncate truncated try two txn
  type types udf uint uint16 uint32 uint64 uint8 unavailable unexpected union unique unit
  unknown unnamed unsigned unsubscribe unsupport unsupported update upsert upstream uri url
  usage use used user uuid valid validate value values varbinary varchar variable vecf32 vecf64
  vector version view violated violates violation visible wait was when where while width window
  with without writable write writer wrong xor year yet you your zero
`
    .trim()
    .split(/\s+/),
)

/** The changes of docs/drift.md: DDL before and after, and the reason for their severity. */
import type { Differences } from '../../support/differences.js'

/** One row of the table; `{t}` stands for the table, `{t}p` for its parent, `{t}v` for a view. */
export interface SeverityCase {
  readonly section: string
  readonly change: string
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly reason: string
  /** Abilities without which a server cannot show it. */
  readonly needs: readonly Need[]
}

type Need = {
  [Name in keyof Differences]: Differences[Name] extends boolean ? Name : never
}[keyof Differences]

let section = ''
const cases: SeverityCase[] = []

function add(
  change: string,
  before: string | readonly string[],
  after: string | readonly string[],
  reason: string,
  ...needs: readonly Need[]
): void {
  cases.push({ section, change, before: [before].flat(), after: [after].flat(), reason, needs })
}

/** The table around what changes. */
const table = (...parts: readonly string[]): string =>
  `create table {t} (id int primary key, note varchar(20), ${parts.join(', ')})`

/** A column of another type. */
function type(before: string, after: string, reason: string, ...needs: readonly Need[]): void {
  const column = (text: string): string => table(`c ${text} not null`)
  add(`${code(before)} → ${code(after)}`, column(before), column(after), reason, ...needs)
}

const code = (text: string): string => `\`${text}\``

/** A whole column definition. */
function column(
  change: string,
  before: string,
  after: string,
  reason: string,
  ...needs: readonly Need[]
): void {
  add(change, table(`c ${before}`), table(`c ${after}`), reason, ...needs)
}

section = 'Column types'
type('tinyint', 'int', 'holds every value, reads as the same type')
type(
  'int',
  'bigint',
  'the same; `breaking` under `types: { bigint: "bigint" }`, where it reads as another type'.replaceAll(
    '"',
    "'",
  ),
)
type('int', 'tinyint', 'refuses larger values')
type('int', 'int unsigned', 'refuses negative values')
type('int', 'double', 'holds every value, reads as the same type')
type('int', 'float', 'whole numbers are exact up to 2^24 only')
type('int', 'decimal(12,0)', 'reads as `string`')
type('bit(8)', 'bit(16)', 'holds every value, reads as `number` too')
type('bit(8)', 'bit(64)', 'reads as `bigint`')
type('decimal(10,2)', 'decimal(12,2)', 'holds every value')
type(
  'decimal(10,2)',
  'decimal(12,4)',
  'holds every value; more digits after the point are the same number',
)
type('decimal(10,2)', 'decimal(10,4)', 'two digits before the point are gone')
type(
  'float',
  'double',
  'what is written reads the same; rows that ALTER TABLE converts get the digits of their 4-byte value, `0.1` → `0.10000000149011612`',
)
type('double', 'float', 'keeps 6 digits of 15')
type('float(5,2)', 'float(7,3)', 'holds every value')
type('float(7,3)', 'float(5,2)', 'refuses larger values, rounds others')
type('bool', 'tinyint', 'reads as `number`')
type('varchar(20)', 'varchar(30)', 'holds every value')
type('varchar(20)', 'text', 'holds every value')
type('varchar(20)', 'varchar(10)', 'refuses longer text')
type('char(5)', 'varchar(5)', 'MatrixOne keeps the blanks at the end of `char`')
type('binary(4)', 'binary(8)', 'shorter values are filled up to another length')
type('varbinary(4)', 'blob', 'holds every value')
type('datetime', 'datetime(6)', 'holds every value')
type('datetime(6)', 'datetime', 'rounds fractions of a second')
type('time', 'time(3)', 'holds every value; `10:11:12.000` is the same time')
type('datetime', 'timestamp', 'reads differently in another time zone')
type('date', 'datetime', 'reads as `Date`')
type('year', 'int', '24 is no longer 2024')
type(
  "enum('a','b')",
  "enum('a','b','c')",
  'reads can give a member that an exhaustive `switch` does not know',
)
type("enum('a','b','c')", "enum('a','b')", 'refuses a member')
type("enum('a','b')", "enum('b','a')", 'sorts in another order', 'severitiesHold')
type(
  "set('a','b')",
  "set('a','b','c')",
  'the same as for an enum: the texts of up to five members are a union',
)
type(
  "set('a','b','c','d','e','f')",
  "set('a','b','c','d','e','f','g')",
  'holds every value; with more than five members it reads as `string`',
)
type('vecf32(3)', 'vecf32(4)', 'refuses vectors of the old length')
type('vecf32(3)', 'vecf64(3)', 'holds every value')
type('vecf64(3)', 'vecf32(3)', 'rounds')
type(
  'point',
  'geometry',
  'every geometry column of MatrixOne 4.2.0 holds every shape',
  'geometryFunctions',
)
type('json', 'text', 'reads as `string`')

section = 'Columns'
column('`not null` → `null`', 'int not null', 'int', 'reads can give null')
column(
  '`null` → `not null`',
  'int',
  'int not null',
  'refuses null, and an INSERT without the column',
)
column(
  'a default is new, where the column was required',
  'int not null',
  'int not null default 1',
  'only makes it optional',
)
column(
  'a default is new, where NULL was stored',
  'int',
  'int default 1',
  'an INSERT without the column stores something else',
)
column(
  'a default changes',
  'int not null default 1',
  'int not null default 2',
  'an INSERT without the column stores something else',
)
column(
  'a default is written differently',
  'decimal(6,2) not null default 1',
  "decimal(6,2) not null default '1.0'",
  'stores the same',
)
column(
  'a default goes',
  'int not null default 1',
  'int not null',
  'an INSERT must give the column a value',
)
column(
  'ON UPDATE comes or goes',
  "datetime not null default '2024-01-02 03:04:05'",
  "datetime not null default '2024-01-02 03:04:05' on update current_timestamp",
  'an UPDATE stores something else',
)
add(
  'AUTO_INCREMENT comes',
  table('c int'),
  table('c int').replace('primary key', 'auto_increment primary key'),
  '0 stands for the next number',
)
add(
  'AUTO_INCREMENT goes',
  table('c int').replace('primary key', 'auto_increment primary key'),
  table('c int'),
  'an INSERT must give the column a value',
)
column(
  'a generated expression changes',
  'int generated always as (id + 1) stored',
  'int generated always as (id + 2) stored',
  'reads give something else',
  'generatedColumns',
)
column(
  '`stored` → `virtual`',
  'int generated always as (id + 1) stored',
  'int generated always as (id + 1) virtual',
  'reads compute the same',
  'generatedColumns',
)
column('a comment', "int comment 'old'", "int comment 'new'", 'comments do nothing')
add(
  'a new column that may be left out',
  table('c int'),
  table('c int', 'd int default 1'),
  'statements name their columns',
)
add(
  'a new column that may not',
  table('c int'),
  table('c int', 'd int not null'),
  'an INSERT must give it a value',
)
add('a column is gone', table('c int', 'd int'), table('c int'), 'statements that name it fail')
add(
  'the order of columns',
  table('c int', 'd int'),
  table('d int', 'c int'),
  'statements name their columns',
)

section = 'Keys and indexes'
const key = (primary: string): string =>
  `create table {t} (id int not null, note varchar(20), c int not null, primary key (${primary}))`
add(
  'other columns in the primary key',
  key('id'),
  key('id, c'),
  'rows are refused that were taken, or taken twice',
)
add(
  'no primary key any more, where a unique key covers it',
  'create table {t} (id int not null, note varchar(20), c int not null, primary key (id, c), unique key uk (c))',
  'create table {t} (id int not null, note varchar(20), c int not null, unique key uk (c))',
  'the unique key refuses the same rows',
)
add('its columns in another order', key('id, c'), key('c, id'), 'refuses the same rows')
add(
  'a new unique key',
  table('c int not null'),
  table('c int not null', 'unique key uk (c)'),
  'refuses rows that were taken',
)
add(
  'a unique key is gone',
  table('c int not null', 'unique key uk (c)'),
  table('c int not null'),
  'ON DUPLICATE KEY UPDATE inserts a second row',
  'severitiesHold',
)
add(
  'a unique key over columns that contain another key is new',
  table('c int not null'),
  table('c int not null', 'unique key uk (id, c)'),
  'ON DUPLICATE KEY UPDATE refuses to change its columns',
  'severitiesHold',
)
add(
  'a unique key over columns that contain another key is gone',
  table('c int not null', 'unique key uk (id, c)'),
  table('c int not null'),
  'the other key refuses the same rows',
)
add(
  'a unique key has another name',
  table('c int not null', 'unique key uk (c)'),
  table('c int not null', 'unique key uk2 (c)'),
  'names do nothing',
)
add(
  'a unique key is INVISIBLE',
  table('c int not null', 'unique key uk (c)'),
  [table('c int not null', 'unique key uk (c)'), 'alter table {t} alter index uk invisible'],
  'MatrixOne enforces it as before',
)
add(
  'a plain index comes, goes or changes',
  table('c int'),
  table('c int', 'key ix (c)'),
  'speed only',
)
add(
  'a CHECK is new',
  table('c int not null'),
  table('c int not null', 'constraint ck check (c > 2)'),
  'refuses rows that were taken',
  'checkConstraints',
)
add(
  'a CHECK is gone',
  table('c int not null', 'constraint ck check (c > 2)'),
  table('c int not null'),
  'refuses nothing more',
  'checkConstraints',
)
add(
  'a CHECK has another name',
  table('c int not null', 'constraint ck check (c > 2)'),
  table('c int not null', 'constraint ck2 check (c > 2)'),
  'names do nothing',
  'checkConstraints',
)

section = 'Foreign keys'
const parent = ['create table {t}p (id int primary key)', 'insert into {t}p values (1), (2)']
const child = (rules: string, name = 'fk', ...more: readonly string[]): readonly string[] => [
  ...parent,
  table('pid int', `constraint ${name} foreign key (pid) references {t}p (id) ${rules}`, ...more),
]
const orphan: readonly string[] = [...parent, table('pid int')]
add('a new one', orphan, child(''), 'refuses rows without a parent')
add('one that refuses is gone', child(''), orphan, 'refuses nothing more')
add(
  'one that cascades is gone',
  child('on delete cascade'),
  orphan,
  'DELETE of a parent leaves its children',
)
add('another name', child(''), child('', 'fk2'), 'names do nothing')
add(
  '`restrict` → `no action`',
  child('on delete restrict on update restrict'),
  child('on delete no action on update no action'),
  'both refuse',
)
add(
  '`restrict` → `set default`',
  child('on delete restrict'),
  child('on delete set default'),
  'MatrixOne refuses here too',
)
add(
  '`restrict` → `cascade`',
  child('on delete restrict'),
  child('on delete cascade'),
  'DELETE of a parent takes its children along',
)
add(
  '`cascade` → `set null`',
  child('on delete cascade'),
  child('on delete set null'),
  'DELETE of a parent does something else to its children',
)

const following = child('on update cascade')
add(
  'the same key, and the child has a new generated column, ON UPDATE column, or unique key over it',
  following,
  child('on update cascade', 'fk', 'n int as (length(note)) stored'),
  'MatrixOne 4.2.0 refuses every UPDATE of a key of the parent then (20105)',
  'computedChildRefusesCascade',
)
add(
  '`cascade` → `set null` at an UPDATE, and the child has a generated column',
  child('on update cascade', 'fk', 'n int as (id + 1) stored'),
  child('on update set null', 'fk', 'n int as (id + 1) stored'),
  'MatrixOne 4.2.0 refuses such an UPDATE before and after',
  'computedChildRefusesCascade',
)

section = 'Search indexes'
const vector = (index: string, ...more: readonly string[]): string =>
  table('e vecf32(3)', ...(index === '' ? [] : [index]), ...more)
const near = (name: string, metric = 'l2'): string =>
  `key ${name} using ivfflat (e) lists = 1 op_type 'vector_${metric}_ops'`
const text = (...indexes: readonly string[]): string =>
  table('a varchar(99)', 'b varchar(99)', ...indexes)
add('a new vector index', vector(''), vector(near('vx')), 'can be searched')
add('a vector index is gone', vector(near('vx')), vector(''), 'searches no longer compile')
add(
  'another metric',
  vector(near('vx')),
  vector(near('vx', 'cosine')),
  'searches no longer compile',
)
add(
  'a vector index has another name',
  vector(near('vx')),
  vector(near('vy')),
  'the name is part of the generated types',
)
add(
  'a vector index is INVISIBLE',
  vector(near('vx')),
  [vector(near('vx')), 'alter table {t} alter index vx invisible'],
  'MatrixOne uses it as before',
)
add('a new full-text index', text(), text('fulltext ft (a)'), 'can be searched')
add('a full-text index is gone', text('fulltext ft (a, b)'), text(), 'MATCH fails')
add(
  'its columns in another order',
  text('fulltext ft (a, b)'),
  text('fulltext ft (b, a)'),
  'MATCH takes them in any order',
)
add(
  'other columns',
  text('fulltext ft (a, b)'),
  text('fulltext ft (a)'),
  'MATCH needs exactly the columns of an index',
)
add(
  'a new search index on a table with a foreign key',
  child('', 'fk', 'a text'),
  child('', 'fk', 'a text', 'fulltext ft (a)'),
  'MatrixOne 4.2.0 panics at every INSERT into it',
  'severitiesHold',
)

add(
  'a new full-text or ivfflat index beside a unique key of several columns',
  text('unique key uk (a, b)'),
  text('unique key uk (a, b)', 'fulltext ft (a)'),
  'MatrixOne 4.2.0 panics at ON DUPLICATE KEY UPDATE',
  'severitiesHold',
)
add(
  'a new full-text or ivfflat index beside a unique key and a CHECK',
  text('unique key uk (a)', 'constraint ck check (id > -1)'),
  text('unique key uk (a)', 'constraint ck check (id > -1)', 'fulltext ft (b)'),
  'the same, or at every INSERT',
  'checkConstraints',
)

section = 'Tables and views'
const view = (list: string, where = 'c > 2'): readonly string[] => [
  table('c int not null'),
  `create view {t}v as select ${list} from {t} where ${where}`,
]
add('a comment', table('c int'), `${table('c int')} comment 'new'`, 'comments do nothing')
add(
  'CLUSTER BY comes or goes',
  'create table {t} (id int, note varchar(20), c int)',
  'create table {t} (id int, note varchar(20), c int) cluster by (c)',
  'speed only',
)
add(
  'another number of hash partitions',
  `${table('c int')} partition by hash (id) partitions 2`,
  `${table('c int')} partition by hash (id) partitions 4`,
  'speed only',
  'partitionInShowCreate',
)
add("a view's WHERE or expression", view('id, c'), view('id, c', 'c > 3'), 'reads give other rows')
add('a view has a new column', view('id'), view('id, c'), 'statements name their columns')
add("a view's column is gone", view('id, c'), view('id'), 'statements that name it fail')

export const severityCases: readonly SeverityCase[] = cases

/** 120 changes of a schema, each with the statement that undoes it and the findings that it must give. */
import type { RuleId, Severity } from '../../../src/schema/compare/finding.js'

/** One change. */
export interface Change {
  readonly name: string
  readonly apply: readonly string[]
  readonly undo: readonly string[]
  /** The rules of all findings, each once. */
  readonly rules: readonly RuleId[]
  /** The highest severity. */
  readonly severity: Severity
  /** The text of the line of the generated file that a finding points to. */
  readonly line: RegExp
  /** The column whose lines of the program break, and no others; absent where the program is not asked. */
  readonly breaks?: string
}

/** A column of the table `zoo`: its type, what it reads as, a value, and a type that reads as another. */
interface ZooColumn {
  readonly name: string
  readonly type: string
  readonly reads: string
  readonly value: string
  readonly other: string
}

const kinds: readonly (readonly [type: string, reads: string, value: string, other: string])[] = [
  ['int', 'number', '1', 'varchar(20)'],
  ['varchar(20)', 'string', "'a'", 'int'],
  ['double', 'number', '1', 'varchar(20)'],
  ['bool', 'boolean', 'true', 'varchar(20)'],
  ['text', 'string', "'a'", 'int'],
  ['smallint', 'number', '1', 'varchar(20)'],
  ['date', 'string', "'2026-11-29'", 'bool'],
  ['bigint', 'number', '1', 'bool'],
  ["enum('a','b')", "'a' | 'b'", "'a'", 'int'],
  ['datetime', 'Date', 'new Date(0)', 'bool'],
]

/** Thirty columns, three of each type. */
export const zooColumns: readonly ZooColumn[] = Array.from({ length: 30 }, (_, at) => {
  const [type = '', reads = '', value = '', other = ''] = kinds[at % kinds.length] ?? []
  return { name: `c${String(at).padStart(2, '0')}`, type, reads, value, other }
})

/** The statements of the schema before any change. */
export const zooSchema: readonly string[] = [
  createZoo(),
  "create table plain (id int primary key, a int, b varchar(20) not null, c varchar(20) default 'x', d decimal(10,2), e set('a','b'), f text, g text, h datetime, i int not null, unique key uk (b), key k (i), fulltext ft (f)) comment 'before'",
  'create table parent (id int primary key)',
  'create table child (id int primary key, parent_id int, constraint fk foreign key (parent_id) references parent (id))',
  'create table other (id int primary key, parent_id int)',
  'create table vectors (id int primary key, v vecf32(3))',
  'create view seen as select id, b from plain where i > 1',
]

/** Two lines for each column of `zoo`: one reads it, one writes it. */
export const zooProgram: string = [
  "import type { Kysely } from 'kysely'",
  "import type { DB } from '../generated/db.js'",
  ...zooColumns.flatMap(({ name, reads, value }) => [
    `export const read_${name} = async (db: Kysely<DB>): Promise<${reads}> => (await db.selectFrom('zoo').select('${name}').executeTakeFirstOrThrow()).${name}`,
    `export const write_${name} = (db: Kysely<DB>): Promise<unknown> => db.updateTable('zoo').set({ ${name}: ${value} }).execute()`,
  ]),
  '',
].join('\n')

/** The statement that makes `zoo`, perhaps with another type for a column. */
function createZoo(changed?: ZooColumn): string {
  const columns = zooColumns.map((column) => {
    const type = column === changed ? column.other : column.type
    return `${column.name} ${type} not null`
  })
  return `create table zoo (id int primary key, ${columns.join(', ')})`
}

/** Not ALTER: 4.2.0 refuses DATE to BOOL (20105) and ADD COLUMN of an enum that is NOT NULL (20301). */
const restoreZoo: readonly string[] = ['drop table zoo', createZoo()]

const dropped = zooColumns.map(({ name, type }): Change => ({
  name: `zoo.${name} ${type} is dropped`,
  apply: [`alter table zoo drop column ${name}`],
  undo: restoreZoo,
  rules: ['column-removed'],
  severity: 'breaking',
  line: new RegExp(`^  ${name}:`),
  breaks: name,
}))

const retyped = zooColumns.map((column): Change => ({
  name: `zoo.${column.name} ${column.type} becomes ${column.other}`,
  apply: ['drop table zoo', createZoo(column)],
  undo: restoreZoo,
  rules: ['column-type-changed'],
  severity: 'breaking',
  line: new RegExp(`^  ${column.name}:`),
  breaks: column.name,
}))

const addedTypes: readonly string[] = [
  'tinyint',
  'smallint unsigned',
  'int',
  'bigint',
  'float',
  'double',
  'decimal(12,3)',
  'bool',
  'bit(8)',
  'char(3)',
  'varchar(30)',
  'text',
  'binary(4)',
  'blob',
  'date',
  'time',
  'datetime(3)',
  'timestamp',
  'json',
  'vecf32(4)',
]
const added = addedTypes.flatMap((type, at): readonly Change[] => {
  const nullable: Change = {
    name: `plain.n ${type} is new and may be left out`,
    apply: [`alter table plain add column n ${type}`],
    undo: ['alter table plain drop column n'],
    rules: ['column-added'],
    severity: 'additive',
    line: /interface Plain/,
  }
  if (at % 2 === 1) return [nullable]
  const required: Change = {
    ...nullable,
    name: `plain.n ${type} is new and must be given`,
    apply: [`alter table plain add column n ${type} not null`],
    severity: 'breaking',
  }
  return [nullable, required]
})

const one = (
  name: string,
  apply: string,
  undo: string,
  severity: Severity,
  line: RegExp,
  ...rules: readonly RuleId[]
): Change => ({ name, apply: [apply], undo: [undo], severity, line, rules })

const plain = /interface Plain/
const modify = (column: string, to: string): string =>
  `alter table plain modify column ${column} ${to}`

const others: readonly Change[] = [
  one(
    'varchar is longer',
    modify('c', "varchar(30) default 'x'"),
    modify('c', "varchar(20) default 'x'"),
    'additive',
    /^ {2}c:/,
    'column-type-changed',
  ),
  one(
    'varchar is shorter',
    modify('c', "varchar(10) default 'x'"),
    modify('c', "varchar(20) default 'x'"),
    'breaking',
    /^ {2}c:/,
    'column-type-changed',
  ),
  one(
    'int is wider',
    modify('a', 'bigint'),
    modify('a', 'int'),
    'additive',
    /^ {2}a:/,
    'column-type-changed',
  ),
  one(
    'int is narrower',
    modify('a', 'tinyint'),
    modify('a', 'int'),
    'breaking',
    /^ {2}a:/,
    'column-type-changed',
  ),
  one(
    'int is unsigned',
    modify('a', 'int unsigned'),
    modify('a', 'int'),
    'breaking',
    /^ {2}a:/,
    'column-type-changed',
  ),
  one(
    'decimal has more digits',
    modify('d', 'decimal(14,2)'),
    modify('d', 'decimal(10,2)'),
    'additive',
    /^ {2}d:/,
    'column-type-changed',
  ),
  one(
    'datetime has fractions',
    modify('h', 'datetime(6)'),
    modify('h', 'datetime'),
    'additive',
    /^ {2}h:/,
    'column-type-changed',
  ),
  one(
    'null becomes not null',
    modify('a', 'int not null'),
    modify('a', 'int'),
    'breaking',
    /^ {2}a:/,
    'column-insert-optional-changed',
    'column-nullability-changed',
  ),
  one(
    'not null becomes null',
    modify('i', 'int'),
    modify('i', 'int not null'),
    'breaking',
    /^ {2}i:/,
    'column-insert-optional-changed',
    'column-nullability-changed',
  ),
  one(
    'a default is new',
    modify('i', 'int not null default 7'),
    modify('i', 'int not null'),
    'additive',
    /^ {2}i:/,
    'column-default-changed',
    'column-insert-optional-changed',
  ),
  one(
    'a default changes',
    modify('c', "varchar(20) default 'y'"),
    modify('c', "varchar(20) default 'x'"),
    'breaking',
    /^ {2}c:/,
    'column-default-changed',
  ),
  one(
    'a column has a comment',
    modify('a', "int comment 'note'"),
    modify('a', 'int'),
    'cosmetic',
    /^ {2}a:/,
    'column-comment-changed',
  ),
  one(
    'a set has a member more',
    modify('e', "set('a','b','c')"),
    modify('e', "set('a','b')"),
    'breaking',
    /^ {2}e:/,
    'column-type-changed',
  ),
  one(
    'a table has another comment',
    "alter table plain comment = 'after'",
    "alter table plain comment = 'before'",
    'cosmetic',
    plain,
    'table-comment-changed',
  ),
  one(
    'an index is new',
    'create index k2 on plain (a)',
    'drop index k2 on plain',
    'cosmetic',
    plain,
    'index-added',
  ),
  one(
    'an index is gone',
    'drop index k on plain',
    'create index k on plain (i)',
    'cosmetic',
    plain,
    'index-removed',
  ),
  one(
    'a unique key is new',
    'create unique index uk2 on other (parent_id)',
    'drop index uk2 on other',
    'breaking',
    /interface Other/,
    'unique-key-added',
  ),
  one(
    'a unique key is gone',
    'drop index uk on plain',
    'create unique index uk on plain (b)',
    'breaking',
    plain,
    'unique-key-removed',
  ),
  one(
    'a full-text index is new',
    'create fulltext index ft2 on plain (g)',
    'drop index ft2 on plain',
    'additive',
    plain,
    'fulltext-index-added',
  ),
  one(
    'a full-text index is gone',
    'drop index ft on plain',
    'create fulltext index ft on plain (f)',
    'breaking',
    plain,
    'fulltext-index-removed',
  ),
  one(
    'a vector index is new',
    "create index iv using ivfflat on vectors (v) lists = 1 op_type 'vector_l2_ops'",
    'drop index iv on vectors',
    'additive',
    /interface Vectors|^ {2}v:/,
    'vector-index-added',
  ),
  one(
    'a foreign key is new',
    'alter table other add constraint fk2 foreign key (parent_id) references parent (id)',
    'alter table other drop foreign key fk2',
    'breaking',
    /interface Other/,
    'foreign-key-added',
  ),
  one(
    'a foreign key is gone',
    'alter table child drop foreign key fk',
    'alter table child add constraint fk foreign key (parent_id) references parent (id)',
    'additive',
    /interface Child/,
    'foreign-key-removed',
  ),
  one(
    'a table is new',
    'create table fresh (id int primary key)',
    'drop table fresh',
    'additive',
    /interface DB/,
    'table-added',
  ),
  one(
    'a table is gone',
    'drop table vectors',
    'create table vectors (id int primary key, v vecf32(3))',
    'breaking',
    /interface Vectors/,
    'table-removed',
  ),
  one(
    'a view is new',
    'create view fresh as select id from parent',
    'drop view fresh',
    'additive',
    /interface DB/,
    'table-added',
  ),
  one(
    'a view is gone',
    'drop view seen',
    'create view seen as select id, b from plain where i > 1',
    'breaking',
    /interface Seen/,
    'table-removed',
  ),
  one(
    'a view asks for other rows',
    'create or replace view seen as select id, b from plain where i > 2',
    'create or replace view seen as select id, b from plain where i > 1',
    'breaking',
    /interface Seen/,
    'view-definition-changed',
  ),
  one(
    'a view has a column more',
    'create or replace view seen as select id, b, i from plain where i > 1',
    'create or replace view seen as select id, b from plain where i > 1',
    'additive',
    /interface Seen/,
    'column-added',
    'view-definition-changed',
  ),
  one(
    'a view has a column less',
    'create or replace view seen as select id from plain where i > 1',
    'create or replace view seen as select id, b from plain where i > 1',
    'breaking',
    /interface Seen|^ {2}b:/,
    'column-removed',
    'view-definition-changed',
  ),
]

/** All of them. */
export const changes: readonly Change[] = [...dropped, ...retyped, ...added, ...others]

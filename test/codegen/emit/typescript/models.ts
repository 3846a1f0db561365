import type {
  ColumnModel,
  ColumnTypeModel,
  SchemaModel,
  TableModel,
} from '../../../../src/schema/schema-model.js'
import { interfaceName } from '../../../../codegen/emit/typescript/identifiers.js'

/** A model of one database with these tables. */
export function modelOf(...tables: readonly TableModel[]): SchemaModel {
  return { formatVersion: '2.0', databases: [{ tables }] }
}

/** A table whose columns are given as types by name. */
export function tableOf(
  name: string,
  types: Readonly<Record<string, ColumnTypeModel | Omit<ColumnModel, 'name'>>>,
): TableModel {
  const columns = Object.entries(types).map(([column, type]): ColumnModel => {
    return 'type' in type ? { name: column, ...type } : { name: column, type }
  })
  return { name, kind: 'table', columns }
}

/** A small magazine: every feature that a generated file can show, as a person would use it. */
export const magazine: SchemaModel = modelOf(
  {
    ...tableOf('articles', {
      id: { type: { name: 'bigint' }, autoIncrement: true, insertOptional: true },
      author_id: { name: 'bigint', unsigned: true },
      title: {
        type: { name: 'varchar', length: 200 },
        comment: 'Shown in lists and in the page head.',
      },
      body: { type: { name: 'text' }, nullable: true, insertOptional: true },
      lang: { type: { name: 'char', length: 2 }, default: "'en'", insertOptional: true },
      status: {
        type: { name: 'enum', members: ['draft', 'in review', 'published'] },
        default: "'draft'",
        insertOptional: true,
      },
      flags: {
        type: { name: 'set', members: ['pinned', 'paid'] },
        nullable: true,
        insertOptional: true,
      },
      embedding: {
        type: { name: 'vecf32', vector: { element: 'f32', dimension: 3 } },
        nullable: true,
        insertOptional: true,
      },
      word_count: {
        type: { name: 'int' },
        nullable: true,
        insertOptional: true,
        generated: { expression: 'char_length(body)', kind: 'stored' },
      },
      updated_at: {
        type: { name: 'timestamp', scale: 0 },
        default: 'current_timestamp()',
        onUpdate: 'current_timestamp()',
        insertOptional: true,
      },
    }),
    comment: 'Everything that the magazine has published,\nand what it is working on.',
    primaryKey: ['id'],
    indexes: [{ name: 'by_author', columns: ['author_id', 'status'] }],
    vectorIndexes: [
      { name: 'near', column: 'embedding', algorithm: 'ivfflat', metric: 'l2', dimension: 3 },
      {
        name: 'near_angle',
        column: 'embedding',
        algorithm: 'hnsw',
        metric: 'cosine',
        dimension: 3,
      },
    ],
    fulltextIndexes: [
      { name: 'ft_title_body', columns: ['title', 'body'], parser: 'default' },
      { name: '', columns: ['body'], parser: 'ngram' },
    ],
    foreignKeys: [
      {
        columns: ['author_id'],
        references: { table: 'authors', columns: ['id'] },
        onDelete: 'cascade',
      },
    ],
  },
  {
    ...tableOf('authors', {
      id: { name: 'bigint', unsigned: true },
      PenName: { name: 'varchar', length: 80 },
      email: {
        type: { name: 'varchar', length: 120 },
        comment: 'Such as mo@example.org; see {@link Articles} */',
      },
    }),
    primaryKey: ['id'],
    uniqueKeys: [{ name: 'email', columns: ['email'] }],
  },
  {
    ...tableOf('article_list', {
      id: { name: 'bigint' },
      title: { name: 'varchar', length: 200 },
      words: { type: { name: 'bigint' }, nullabilityUntrusted: true },
    }),
    kind: 'view',
  },
  {
    ...tableOf('every_type', {
      bool: { name: 'bool' },
      tinyint: { name: 'tinyint' },
      smallint: { name: 'smallint', unsigned: true },
      mediumint: { name: 'mediumint' },
      int: { name: 'int', unsigned: true },
      bigint: { name: 'bigint' },
      bit1: { name: 'bit', length: 1 },
      bit53: { name: 'bit', length: 53 },
      bit54: { name: 'bit', length: 54 },
      year: { name: 'year' },
      decimal: { name: 'decimal', precision: 38, scale: 10 },
      float: { name: 'float' },
      double: { name: 'double' },
      char: { name: 'char', length: 10 },
      varchar: { name: 'varchar', length: 20 },
      text: { name: 'text' },
      binary: { name: 'binary', length: 10 },
      varbinary: { name: 'varbinary', length: 20 },
      blob: { name: 'blob' },
      json: { name: 'json' },
      array: { name: 'array', arrayOf: 'int' },
      uuid: { name: 'uuid' },
      datalink: { name: 'datalink' },
      date: { name: 'date' },
      time: { name: 'time', scale: 3 },
      datetime: { name: 'datetime', scale: 6 },
      timestamp: { name: 'timestamp', scale: 0 },
      enum: { name: 'enum', members: ['', "it's", 'back\\slash', '🚀'] },
      set: { name: 'set', members: ['a', 'b'] },
      geometry: { name: 'geometry' },
      point: { name: 'point' },
      vecf32: { name: 'vecf32', vector: { element: 'f32', dimension: 768 } },
      vecf64: { name: 'vecf64', vector: { element: 'f64', dimension: 2 } },
      vecbf16: { name: 'vecbf16', vector: { element: 'bf16', dimension: 2 } },
      vecf16: { name: 'vecf16', vector: { element: 'f16', dimension: 2 } },
      vecint8: { name: 'vecint8', vector: { element: 'int8', dimension: 2 } },
      vecuint8: { name: 'vecuint8', vector: { element: 'uint8', dimension: 2 } },
      newer_than_us: { name: 'hologram' },
    }),
  },
)

/** Names that are legal in MatrixOne and a trap for a generator. */
export const hostileNames: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'class',
  'default',
  'new',
  'get',
  'set',
  'readonly',
  'static',
  'async',
  'type',
  'indexes',
  'vector',
  'db',
  'date',
  'date_time',
  'buffer',
  'generated',
  'read_only',
  'column_type',
  'record',
  'json',
  '1st_key',
  '2024',
  '-1',
  '1e3',
  'a-b',
  'a.b',
  'with space',
  ' leading',
  'tick`s',
  "quote's",
  'double"quotes',
  'back\\slash',
  'trailing\\',
  'new\nline',
  'carriage\rreturn',
  'tab\tstop',
  'line\u2028separator',
  'nul\u0000byte',
  'right\u202Eleft',
  'zero\u200Bwidth',
  '*/ evil() /*',
  '// comment',
  '${injected}',
  '{@link evil}',
  '@deprecated',
  '<script>',
  'UserName',
  'ключ',
  '表',
  'é',
  'e\u0301',
  'ß',
  'ǆ',
  '🚀',
  '👩‍💻',
  '🇩🇪',
  '𝒜',
  '____',
  '$',
  '$ref',
  '[indexes]',
]

/** Every hostile name as a table, a column, an enum member, a default, a comment and an index. */
export const hostile: SchemaModel = modelOf(
  ...hostileNames
    .filter((name, at) => hostileNames.findIndex((other) => sameInterface(name, other)) === at)
    .map((name): TableModel => ({
      name,
      kind: 'table',
      comment: name,
      columns: [
        {
          name,
          type: { name: 'enum', members: [name] },
          comment: name,
          default: name,
          insertOptional: true,
        },
      ],
      primaryKey: [name],
      vectorIndexes: [{ name, column: name, algorithm: 'hnsw', metric: 'l2', dimension: 1 }],
      fulltextIndexes: [{ name: '', columns: [name], parser: name }],
    })),
  {
    name: 'all_of_them',
    kind: 'table',
    comment: hostileNames.join(' '),
    columns: hostileNames.map((name) => ({
      name,
      type: { name: 'int' },
      comment: `${name}\n${name}`,
    })),
  },
)

function sameInterface(a: string, b: string): boolean {
  return interfaceName(a) === interfaceName(b)
}

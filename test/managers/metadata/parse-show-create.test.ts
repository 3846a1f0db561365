import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { typeText } from '../../../src/schema/type-text.js'
import { parseDeclaredType } from '../../../src/managers/metadata/parse-declared-type.js'
import { parseShowCreate } from '../../../src/managers/metadata/parse-show-create.js'

describe('the text of SHOW CREATE TABLE', () => {
  it('is read with commas, brackets and quotes wherever a name or comment has them', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !text.includes('\0'))
    const comment = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(name, name, comment, comment, (table, column, ofColumn, ofTable) => {
        const back = (text: string): string => `\`${text.replaceAll('`', '``')}\``
        const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
        const text =
          `CREATE TABLE ${back(table)} (\n` +
          `  ${back(column)} decimal(10,2) NOT NULL COMMENT ${quote(ofColumn)},\n` +
          `  ${back(`${column}2`)} enum('a,(','b') DEFAULT 'b',\n` +
          `  PRIMARY KEY (${back(column)}),\n  KEY ${back(column)} (${back(`${column}2`)}(3))\n` +
          `) COMMENT=${quote(ofTable)}`
        const shown = parseShowCreate(text, 'd', table)
        expect(shown.comment).toBe(ofTable)
        expect(shown.columns).toMatchObject([
          {
            name: column,
            ...(ofColumn !== '' && { comment: ofColumn }),
            type: { name: 'decimal', precision: 10, scale: 2 },
          },
          { name: `${column}2`, default: "'b'", type: { members: ['a,(', 'b'] } },
        ])
        expect(shown.keys.indexes.map((row) => [row.type, row.column_name])).toEqual([
          ['PRIMARY', column],
          ['MULTIPLE', `${column}2`],
        ])
      }),
    )
  })

  it('is read with defaults, generated columns and ON UPDATE', () => {
    const { columns } = parseShowCreate(
      'CREATE TABLE `t` (\n' +
        "  `a` varchar(20) DEFAULT 'it''''s' COMMENT 'DEFAULT x',\n" +
        '  `b` timestamp(3) DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3),\n' +
        '  `c` int GENERATED ALWAYS AS ((a + b)) STORED,\n' +
        '  `d` bigint unsigned NOT NULL AUTO_INCREMENT,\n' +
        '  `e` int DEFAULT (1 + 2)\n)',
      'd',
      't',
    )
    expect(columns).toMatchObject([
      { default: "'it''s'", comment: 'DEFAULT x' },
      { default: 'current_timestamp(3)', onUpdate: 'current_timestamp(3)' },
      { generated: { expression: '(a + b)', kind: 'stored' }, insertOptional: true },
      { autoIncrement: true, insertOptional: true, type: { name: 'bigint', unsigned: true } },
      { default: '(1 + 2)' },
    ])
  })

  it('that is something else has no columns', () => {
    expect(parseShowCreate('', 'd', 't').columns).toEqual([])
    expect(parseShowCreate('no table at all', 'd', 't').columns).toEqual([])
  })
})

describe('a declared type', () => {
  it.each([
    ['VARCHAR(20)', 'varchar(20)'],
    ['BIGINT UNSIGNED(64)', 'bigint unsigned'],
    ['bigint unsigned', 'bigint unsigned'],
    ['DECIMAL(10,2)', 'decimal(10,2)'],
    ['TIMESTAMP(3)', 'timestamp(3)'],
    ['DATETIME(0)', 'datetime'],
    ['VECF32(3)', 'vecf32(3)'],
    ['POINT SRID 4326', 'point srid 4326'],
    ['array(int)', 'array(int)'],
    ["ENUM('it's','b')", "enum('it''s','b')"],
    ['ENUM(0)', 'enum'],
    ['BOOL(0)', 'bool'],
    ['SOMETHING(1)', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', (text, declared) => {
    expect(typeText(parseDeclaredType(text))).toBe(declared)
  })
})

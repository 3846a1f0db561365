/** The documentation of a schema as Markdown. */
import { type ColumnModel, isReadOnly } from 'kysely-matrixone/schema'
import { printableLines } from '../../report/printable.js'
import { escapeMarkdown, escapeMarkdownLines, markdownCode } from '../../report/markdown-text.js'
import { detailsOf, factsOf, kindNames, typeOf } from './facts.js'
import { writeMermaid } from './mermaid.js'
import { marksOf, type DocumentedTable, type Outline } from './outline.js'

/** Writes all tables, behind a Mermaid diagram of them. */
export function writeMarkdown(outline: Outline, marker: string): string {
  const { tables } = outline
  const sections = [
    `<!-- ${marker} -->`,
    '# Database schema',
    ...(tables.length === 0
      ? ['There are no tables.']
      : [
          ['```mermaid', writeMermaid(outline), '```'].join('\n'),
          tables.map(writeEntry).join('\n'),
          ...tables.flatMap(writeTable),
        ]),
  ]
  return `${sections.join('\n\n')}\n`
}

function writeEntry({ id, name, table }: DocumentedTable): string {
  const kind = table.kind === 'table' ? '' : ` (${table.kind})`
  return `- [${escapeMarkdown(name)}](#${id})${kind}`
}

function writeTable({ id, name, table }: DocumentedTable): readonly string[] {
  const { comment, kind, columns, definition } = table
  const facts = factsOf(table).map(
    ({ words, code, comment: more }) =>
      `- ${words}: ${markdownCode(code)}${more === undefined ? '' : ` ${escapeMarkdownLines(more)}`}`,
  )
  const kindLine = `${kindNames[kind]}${isReadOnly(table) ? ', read-only' : ''}.`
  return [
    `<a id="${id}"></a>`,
    `## ${escapeMarkdown(name)}`,
    ...(comment === undefined || comment.trim() === '' ? [] : [escapeMarkdownLines(comment)]),
    kindLine,
    [
      '| column | type | null | | comment |',
      '|---|---|---|---|---|',
      ...columns.map((column) => writeColumn(column, table)),
    ].join('\n'),
    ...(facts.length === 0 ? [] : [facts.join('\n')]),
    ...(definition === undefined ? [] : [fence(definition)]),
  ]
}

function writeColumn(column: ColumnModel, table: DocumentedTable['table']): string {
  const notes = [...marksOf(column, table), ...detailsOf(column).map(markdownCode)]
  const cells = [
    markdownCode(column.name),
    markdownCode(typeOf(column)),
    column.nullable ? 'yes' : '',
    notes.join(', '),
    escapeMarkdownLines(column.comment ?? ''),
  ]
  return `| ${cells.join(' | ')} |`
}

/** A block whose fence is longer than any inside. */
function fence(sql: string): string {
  const text = printableLines(sql)
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const line = '`'.repeat(longest + 1)
  return `${line}sql\n${text}\n${line}`
}

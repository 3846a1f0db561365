/**
 * The documentation of a schema as one HTML page, which loads nothing. Its policy allows its own script
 * and style by their hashes and no other, so a name that looked like markup could still not run.
 */
import { createHash } from 'node:crypto'
import { type ColumnModel, isReadOnly, type TableModel } from 'kysely-matrixone/schema'
import { drawPicture, legend } from './draw-picture.js'
import { detailsOf, type Fact, factsOf, kindNames, listOf, typeOf } from './facts.js'
import { Html, markup } from './markup.js'
import { marksOf, type DocumentedTable, type Outline, type Relation } from './outline.js'
import { pageScript } from './page-script.js'
import { pageStyle } from './page-style.js'

/** Writes the page. */
export function writePage(outline: Outline, marker: string): string {
  const { tables } = outline
  const picture = drawPicture(outline)
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="${marker}">
<title>Database schema</title>
${style}
</head>
<body>
<header><a class="skip" href="#t__all">Skip to the content</a><h1>Database schema</h1>${searchBox}<output id="said" aria-live="polite"></output></header>
<div class="layout">
<nav aria-label="Tables"><details><summary>${countOf(tables.length)}</summary><ul>
${tables.map(writeEntry)}</ul></details></nav>
<main id="t__all" tabindex="-1">
<p id="none" hidden>No table has all of these words in its names and comments.</p>
${picture ? markup`<div class="picture">${bar}${picture}</div>` : markup`<p>The schema has no tables.</p>`}
${tables.map((one) => writeTable(one, outline))}
</main>
</div>
${script}
</body>
</html>
`
  return page.text
}

// Not in a template: rolldown would bring a helper along for it, because of the closing tag.
const style = new Html(`<style>${pageStyle}</style>`)
const script = new Html(`<script>${pageScript}</script>`)

const searchBox = markup`<input id="find" type="search" placeholder="Search tables, columns, comments" aria-label="Search" autocomplete="off">`

const bar = markup`<div class="bar"><p class="legend">${legend}</p><div class="tools" hidden>
<button id="nearer" type="button" aria-label="Zoom in">+</button>
<button id="farther" type="button" aria-label="Zoom out">−</button>
<button id="fit" type="button" aria-label="Show all">Fit</button>
</div></div>`

const policy = [
  "default-src 'none'",
  `style-src ${hashSource(pageStyle)}`,
  `script-src ${hashSource(pageScript)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function countOf(tables: number): string {
  return `${tables} ${tables === 1 ? 'table' : 'tables'}`
}

function writeEntry({ id, name }: DocumentedTable): Html {
  return markup`<li data-of="${id}"><a href="#${id}">${name}</a></li>
`
}

function writeTable(one: DocumentedTable, outline: Outline): Html {
  const { id, name, table } = one
  const { comment, kind, columns, definition } = table
  const parents = outline.relations.filter(({ child }) => child === one)
  const children = outline.relations.filter(({ parent }) => parent === one)
  const facts = [...factsOf(table).map(writeFact), ...children.map(writeChild)]
  const readOnly = isReadOnly(table) ? ', read-only' : ''
  return markup`<section class="table" id="${id}">
<h2><a href="#${id}">${name}</a> <span class="kind">${kindNames[kind]}${readOnly}</span></h2>
${comment && markup`<p class="comment">${comment}</p>`}
<table><thead><tr><th>Column</th><th>Type</th><th>Null</th><th>Details</th><th>Comment</th></tr></thead><tbody>
${columns.map((column) => writeColumn(column, table, parents))}</tbody></table>
${facts.length > 0 ? markup`<ul class="facts">${facts}</ul>` : undefined}
${definition && markup`<pre><code>${definition}</code></pre>`}
</section>
`
}

function writeFact({ words, code, comment }: Fact): Html {
  const more = comment === undefined ? '' : ` ${comment}`
  return markup`<li>${words} <code>${code}</code>${more}</li>`
}

function writeChild({ child, key }: Relation): Html {
  const columns = listOf(key.columns)
  return markup`<li>Referenced by <a href="#${child.id}">${child.name}</a> <code>${columns}</code></li>`
}

function writeColumn(column: ColumnModel, table: TableModel, relations: readonly Relation[]): Html {
  const { name, nullable, comment } = column
  const marks = marksOf(column, table)
    .filter((mark) => mark !== 'foreign key')
    .map((mark) => writeChip(mark, mark === 'primary key' ? 'chip key' : 'chip'))
  const parents = relations
    .filter(({ key }) => key.columns.includes(name))
    .map(({ parent }) => markup`<a class="chip" href="#${parent.id}">→ ${parent.name}</a>`)
  const details = detailsOf(column).map((detail) => markup`<code>${detail}</code> `)
  return markup`<tr><td class="name">${name}</td><td class="type">${typeOf(column)}</td><td class="null">${nullable ? 'null' : ''}</td><td>${marks}${parents}${details}</td><td class="comment">${comment}</td></tr>
`
}

function writeChip(text: string, kind: string): Html {
  return markup`<span class="${kind}">${text}</span>`
}

/**
 * Names, comments and values come from a database, and nothing in them may act on the reader's
 * terminal or CI: each character that moves the cursor, breaks the line, turns the direction of
 * writing or cannot be seen is written as its escape, and so is the start of a workflow command
 * (`::error::` of GitHub Actions, `##[…]`, `##vso[…]`, `##teamcity[…]`). One line stays one line.
 */
export function printable(text: string): string {
  return text.replace(unprintable, escapeCharacter).replace(workflowCommand, breakUp)
}

/** The same for a text of several lines that we wrote: its line breaks stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/**
 * The same for JSON: the escapes are JSON's own, so that it parses to the same value. Outside its
 * strings JSON has none of these characters.
 */
export function printableJson(json: string): string {
  return json
    .replace(unprintable, (character) => (character === '\n' ? character : escapeUnits(character)))
    .replace(/##(?=\w*\[)/g, '#\\u0023')
}

/** Control and format characters, line and paragraph separators, lone surrogates; not the joiners of emoji and scripts. */
const unprintable = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A host such as `fe80::1` is none: a command's name has a second `::` behind it. */
const workflowCommand = /::(?=[a-z-]+(?:\s[^]*?)?::)|##(?=\w*\[)/gi

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escapeCharacter(character: string): string {
  return shortEscapes[character] ?? escapeUnits(character)
}

/** `\u` and four digits for each unit of UTF-16, as JSON and JavaScript have it. */
function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, at) =>
    escapeUnit(character.charCodeAt(at)),
  ).join('')
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

function breakUp(start: string): string {
  return start.charAt(0) + escapeUnit(start.charCodeAt(1))
}

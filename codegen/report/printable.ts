/**
 * Makes text from a database harmless for terminals and CI logs. Characters that move the cursor,
 * break the line, change the writing direction or are invisible become escapes, and so does the start
 * of a workflow command (`::error::` of GitHub Actions, `##[…]`, `##vso[…]`, `##teamcity[…]`).
 */
export function printable(text: string): string {
  return text.replace(unprintable, escapeCharacter).replace(workflowCommand, breakUp)
}

/** The same for a message of several lines, whose line breaks stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/**
 * The same for JSON, by its own escapes: it parses to the same value, because JSON has such
 * characters only inside strings.
 */
export function printableJson(json: string): string {
  return json
    .replace(unprintable, (character) => (character === '\n' ? character : escapeUnits(character)))
    .replace(/##(?=\w*\[)/g, '#\\u0023')
}

/** Control and format characters, line and paragraph separators, lone surrogates; not the joiners of emoji and scripts. */
const unprintable = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** The second `::` tells a command from an address such as `fe80::1`. */
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

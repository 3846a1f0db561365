/**
 * Any text is a legal MatrixOne identifier, quoted: `1st`, `a-b`, `__proto__`, a newline, an emoji.
 * Here each becomes valid TypeScript.
 */

const plainKey = /^[A-Za-z_$][\w$]*$/

/** Names that the generated file or its reader needs for something else. */
const takenNames = new Set(
  (
    'DB ReadOnly NotWritable ColumnType SelectType Generated GeneratedAlways Vector BigInteger Decimal DateOnly DateTime ' +
    'Json JsonValue SearchIndexes SetOf Kysely Transaction Selectable Insertable Updateable ' +
    'Array Boolean Buffer Date Error Exclude Extract Float32Array Float64Array Function Infinity ' +
    'JSON Map Math NaN Number Object Omit Partial Pick Promise Proxy Readonly Record RegExp ' +
    'Required Set String Symbol'
  ).split(' '),
)

/** The name of an interface member: bare when it can be. */
export function propertyKey(name: string): string {
  return plainKey.test(name) ? name : stringLiteral(name)
}

/**
 * A string literal type. What a reader could not see or would misread (control characters,
 * direction marks, line separators, lone surrogates) is written as an escape; the joiner of emoji stays.
 */
export function stringLiteral(text: string): string {
  // Nearly every name is this, and looking for the rest is slow.
  if (/^[\w ,.:/()[\]{}+*=<>|&%#@!?;$-]*$/.test(text)) return `'${text}'`
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replace(/[\\'"]|(?!\u200D)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    /["']/.test(character) && character !== quote ? character : escape(character),
  )
  return quote + escaped + quote
}

function escape(character: string): string {
  const short = shortEscapes[character]
  if (short !== undefined) return short
  const hex = (character.codePointAt(0) ?? 0).toString(16)
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/**
 * The interface of a table: `order_items` → `OrderItems`, `1st` → `_1st`, `date` → `DateTable`.
 * A dash, dot or space becomes `_`, and what else no identifier may have its code point, `U1F680`.
 */
export function interfaceName(table: string): string {
  const name = pascalCase(table.normalize('NFC')) || codePointNames(table)
  const started = /^[\p{ID_Start}$]/u.test(name) ? name : `_${name}`
  return takenNames.has(started) ? `${started}Table` : started
}

/** Whether a name can be given to an interface: capitalised, of settled letters, not taken. */
export function isInterfaceName(name: string): boolean {
  const isIdentifier = /^(?![a-z])[\p{ID_Start}$_]/u.test(name) && Array.from(name).every(isLetter)
  return isIdentifier && !takenNames.has(name)
}

function pascalCase(text: string): string {
  // Nearly every name is this, and the other way looks at each character.
  const named = /^\w*$/.test(text) ? text.replaceAll('_', ' ') : Array.from(text, nameable).join('')
  return named.split(' ').map(capitalized).join('')
}

function capitalized(word: string): string {
  const first = word.slice(0, 1)
  if (/^[a-z]$/.test(first)) return first.toUpperCase() + word.slice(1)
  const upper = first.toUpperCase()
  return (Array.from(upper).every(isLetter) ? upper : first) + word.slice(1)
}

/**
 * Scripts whose letters have not changed since Unicode 11. What is a letter elsewhere depends on
 * the version of Node and of the compiler (TypeScript 5.9 to 7 know Unicode 12.1).
 */
const settledScripts =
  /^[\w$\u00C0-\u024F\u0370-\u052F\u0531-\u0587\u05D0-\u05EA\u0620-\u06D3\u0900-\u0963\u0E01-\u0E4E\u10D0-\u10FF\u1E00-\u1FFF\u3041-\u30FF\u3105-\u312F\u3400-\u4DB5\u4E00-\u9FEA\uAC00-\uD7A3]$/

function isLetter(character: string): boolean {
  return settledScripts.test(character) && /^[\p{ID_Continue}$]$/u.test(character)
}

/**
 * A letter, or what stands for it between spaces. Tables `a_b`, `a-b` and `a%b` may well exist side
 * by side and keep apart: `AB`, `A_B`, `AU25B`.
 */
function nameable(character: string): string {
  if (character === '_') return ' '
  if (/[ .-]/.test(character)) return ' _ '
  return isLetter(character) ? character : ` ${codePointName(character)} `
}

function codePointNames(text: string): string {
  return Array.from(text, codePointName).join('')
}

function codePointName(character: string): string {
  return `U${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`
}

/**
 * Any text is a legal MatrixOne identifier, quoted: `1st`, `a-b`, `__proto__`, a newline, an emoji.
 * Here each becomes valid TypeScript.
 */

const plainKey = /^[A-Za-z_$][\w$]*$/

/** Names that the generated file or its reader needs for something else. */
const takenNames = new Set(
  (
    'DB ReadOnly ColumnType Generated GeneratedAlways Vector BigInteger Decimal DateOnly DateTime ' +
    'Json JsonValue SetOf Kysely Transaction Selectable Insertable Updateable ' +
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
  return `'${text.replace(/[\\']|(?!\u200D)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escapeCharacter)}'`
}

function escapeCharacter(character: string): string {
  if (character === '\\' || character === "'") return `\\${character}`
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  const hex = (character.codePointAt(0) ?? 0).toString(16)
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}

/**
 * The interface of a table: `order_items` → `OrderItems`, `1st` → `_1st`, `date` → `DateTable`.
 * Characters that no identifier may have separate words; emoji and their like become `U1F680`.
 */
export function interfaceName(table: string): string {
  const name = pascalCase(Array.from(table, nameable).join('')) || codePointNames(table)
  const started = /^[\p{ID_Start}$]/u.test(name) ? name : `_${name}`
  return takenNames.has(started) ? `${started}Table` : started
}

function pascalCase(text: string): string {
  const words = text.split(/[^\p{ID_Continue}$]|_/u)
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
}

/** Only the basic plane's letters: which others are letters depends on the compiler's Unicode. */
function nameable(character: string): string {
  const isAscii = character <= '\u007F'
  const isLetter = character.length === 1 && /^(?!\p{DI})\p{ID_Continue}$/u.test(character)
  return isAscii || isLetter ? character : ` ${codePointName(character)} `
}

function codePointNames(text: string): string {
  return Array.from(text, codePointName).join('')
}

function codePointName(character: string): string {
  return `U${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`
}

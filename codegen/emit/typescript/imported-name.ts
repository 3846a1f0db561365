import { operators } from './type-expression.js'

/** Words of the language, which no module exports, and types that every program has. */
const known: ReadonlySet<string> = new Set(
  (
    'any asserts bigint boolean default false import never null number object string symbol this true ' +
    'undefined unknown void Array Awaited Date Exclude Extract Map NonNullable Omit Partial Pick Promise ' +
    'Readonly ReadonlyArray ReadonlyMap ReadonlySet Record Required Set Uint8Array'
  ).split(' '),
)

/**
 * The name that a type needs a module for: its first one that the language does not have, `Meta` of
 * `Record<string, Meta | null>`; undefined for none.
 */
export function importedName(type: string): string | undefined {
  const names = namesIn(type).filter((name) => !operators.has(name))
  // Where no other name is left, `Record` is a type of that module.
  return names.find((name) => !known.has(name)) ?? names.find((name) => /^[A-Z]/.test(name))
}

/** The names in a type; neither texts, nor members, nor what stands behind a dot. */
function namesIn(type: string): readonly string[] {
  const code = type.replaceAll(literals, "''")
  const holes = code.includes('`') ? [...code.matchAll(/\$\{([^}]*)\}/g)] : []
  const searched = code.includes('`') ? holes.map(([, hole = '']) => hole).join(' ') : code
  return [...searched.matchAll(names)].map(([name]) => name)
}

const literals = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g
const names =
  /(?<![.\p{ID_Continue}$])[\p{ID_Start}$_][\p{ID_Continue}$]*(?![\p{ID_Continue}$]|\s*\??:)/gu

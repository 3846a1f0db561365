import type { Manifest } from './look-around.js'

/** A package.json with scripts added, and their names; its own scripts stay. */
export interface AddedScripts {
  readonly text: string
  readonly added: readonly string[]
  /** Names that were taken by other scripts. */
  readonly kept: readonly string[]
}

/** Adds scripts in the layout that the file has: its indentation, line ends and byte order mark. */
export function addScripts(
  { text, content }: Manifest,
  scripts: Readonly<Record<string, string>>,
): AddedScripts {
  const existing = content.scripts ?? {}
  const names = Object.keys(scripts)
  const added = names.filter((name) => !Object.hasOwn(existing, name))
  const kept = names.filter((name) => !added.includes(name) && existing[name] !== scripts[name])
  if (added.length === 0) return { text, added, kept }
  const grown = { ...existing, ...Object.fromEntries(added.map((name) => [name, scripts[name]])) }
  const indent = /^\uFEFF?\s*\{\r?\n([ \t]+)/.exec(text)?.[1] ?? '  '
  const end = /\r?\n$/.exec(text)?.[0] ?? ''
  const written = JSON.stringify({ ...content, scripts: grown }, null, indent)
  const lines = text.includes('\r\n') ? written.replaceAll('\n', '\r\n') : written
  return { text: (text.startsWith('\uFEFF') ? '\uFEFF' : '') + lines + end, added, kept }
}

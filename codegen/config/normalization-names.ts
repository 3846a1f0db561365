/** The differences between versions of the server that a comparison leaves out. */
export const normalizationNames = [
  'index-prefix-lengths',
  'checks',
  'vector-index-options',
] as const

/** One of `normalizationNames`. */
export type NormalizationName = (typeof normalizationNames)[number]

/** All on or off, or single ones off. */
export type NormalizeOption = boolean | { readonly [Name in NormalizationName]?: boolean }

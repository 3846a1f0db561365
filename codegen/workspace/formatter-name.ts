/** The formatters that can be found in a project. */
export const formatterNames = ['prettier', 'biome', 'oxfmt'] as const

/** One of `formatterNames`. */
export type FormatterName = (typeof formatterNames)[number]

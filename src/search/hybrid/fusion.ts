import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { integer, oneOf, type OptionRules, required } from '../../options/option-rules.js'

/** Hits that each leg contributes, unless set. */
const WINDOW = 100

/** Options of `rrf`. */
export interface RrfOptions {
  /** The larger, the less the first ranks stand out; 60 unless set. */
  readonly k?: number
  /** Hits that each leg contributes; 100 unless set. */
  readonly window?: number
}

/** Options of `weighted`. */
export interface WeightedOptions {
  /** `'minmax'`: the best hit of a leg counts 1, the last one of its window 0. */
  readonly normalize: 'minmax'
  /** Hits that each leg contributes; 100 unless set. */
  readonly window?: number
}

/** How the legs of a hybrid search become one order; made by `rrf` or `weighted`. */
export class Fusion {
  /** The constant of reciprocal ranks; undefined where values are added up. */
  readonly k: number | undefined
  readonly window: number

  constructor(k: number | undefined, window: number) {
    this.k = k
    this.window = window
    Object.freeze(this)
  }
}

/**
 * Reciprocal rank fusion: a hit scores `weight / (k + rank)` in each leg that has it. Hits with the same
 * distance or score share a rank.
 */
export function rrf(options: RrfOptions = {}): Fusion {
  checkOptions('rrf', RRF, options)
  return new Fusion(options.k ?? 60, options.window ?? WINDOW)
}

/** Weighted sum: a hit scores its weight times its place between the best and the last hit of each leg. */
export function weighted(options: WeightedOptions): Fusion {
  checkOptions('weighted', WEIGHTED, options)
  return new Fusion(undefined, options.window ?? WINDOW)
}

/** @throws {ValueError} for anything that `rrf` and `weighted` do not make */
export function checkFusion(fusion: unknown): Fusion {
  if (fusion instanceof Fusion) return fusion
  throw new ValueError(
    "hybridSearch takes rrf({ k, window }) or weighted({ normalize: 'minmax' }) as its third argument.",
  )
}

const RRF: OptionRules<RrfOptions> = { k: integer(0), window: integer(1) }

const WEIGHTED: OptionRules<WeightedOptions> = {
  normalize: required(oneOf<'minmax'>('minmax')),
  window: integer(1),
}

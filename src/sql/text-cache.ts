/** Longer texts are mostly bulk inserts, which rarely repeat. */
const MAX_CACHED_LENGTH = 8192

/** Texts per generation; two generations are kept, and a text that is used moves to the younger one. */
const GENERATION_SIZE = 512

/** Caches a result by text, because kysely compiles a query to the same text every time. */
export class TextCache<Finding> {
  readonly #find: (text: string) => Finding
  #young = new Map<string, Finding>()
  #old = new Map<string, Finding>()
  /** The last text: it is looked up several times in a row, and the map would hash it each time. */
  #lastText: string | undefined
  #lastFinding: Finding | undefined

  constructor(find: (text: string) => Finding) {
    this.#find = find
  }

  /** Returns the result for a text, computing it when it is not cached. */
  get(text: string): Finding {
    if (text === this.#lastText) return this.#lastFinding as Finding
    const finding = this.#young.get(text) ?? this.#remember(text)
    if (text.length <= MAX_CACHED_LENGTH) {
      this.#lastText = text
      this.#lastFinding = finding
    }
    return finding
  }

  #remember(text: string): Finding {
    const finding = this.#old.get(text) ?? this.#find(text)
    if (text.length <= MAX_CACHED_LENGTH) {
      if (this.#young.size >= GENERATION_SIZE) {
        this.#old = this.#young
        this.#young = new Map()
      }
      this.#young.set(text, finding)
    }
    return finding
  }
}

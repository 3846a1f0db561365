/** A table as a vector store of LangChain, on `db.vectorIndex`; its peer `@langchain/core` is optional. */
import { Document, type DocumentInterface } from '@langchain/core/documents'
import type { EmbeddingsInterface } from '@langchain/core/embeddings'
import { type MaxMarginalRelevanceSearchOptions, VectorStore } from '@langchain/core/vectorstores'
import { ValueError } from './errors.js'
import { checkOptions } from './options/check-options.js'
import { anything, filledText, type OptionRules, required } from './options/option-rules.js'
import { diversify } from './search/diversify.js'
import type { RecordFilter } from './search/records/record-filter.js'
import type {
  AnyMetadata,
  DeleteRecords,
  VectorIndex,
  VectorMatch,
} from './search/records/vector-index-types.js'

export interface MatrixOneStoreOptions<Row> {
  /** The table of the store; its metadata must name the column of the contents. */
  readonly index: VectorIndex<Row, AnyMetadata, AnyMetadata>
  /** The column of the documents' contents. */
  readonly content: string
}

export interface AddOptions {
  /** One for each document; unless given, the document's own id, or a new UUID. */
  readonly ids?: readonly string[]
}

const OPTIONS: OptionRules<MatrixOneStoreOptions<unknown>> = {
  index: required(anything),
  content: required(filledText),
}

/**
 * Documents with vectors in a table of MatrixOne. Filters are those of `vectorIndex`, typed where its columns
 * are, and an unknown operator is an error; a score is the larger the nearer.
 *
 * @example
 * const index = db.vectorIndex('chunks', { metadata: ['content'], json: 'metadata' })
 * const store = new MatrixOneVectorStore(embeddings, { index, content: 'content' })
 * await store.addDocuments(chunks)
 * const found = await store.similaritySearch('cheap flights', 5, { lang: { $in: ['en', 'de'] } })
 */
export class MatrixOneVectorStore<Row> extends VectorStore {
  declare FilterType: RecordFilter<Row>
  readonly #index: VectorIndex<Row, AnyMetadata, AnyMetadata>
  readonly #content: string

  constructor(embeddings: EmbeddingsInterface, options: MatrixOneStoreOptions<Row>) {
    super(embeddings, {}) // Kept for traces, to which a connection does not belong.
    checkOptions('MatrixOneVectorStore', OPTIONS, options)
    this.#index = options.index
    this.#content = options.content
  }

  override _vectorstoreType(): string {
    return 'matrixone'
  }

  override async addDocuments(
    documents: DocumentInterface[],
    options: AddOptions = {},
  ): Promise<string[]> {
    const texts = documents.map(({ pageContent }) => pageContent)
    return this.addVectors(await this.embeddings.embedDocuments(texts), documents, options)
  }

  /** Writes documents, and replaces those with the same id. */
  override async addVectors(
    vectors: number[][],
    documents: DocumentInterface[],
    options: AddOptions = {},
  ): Promise<string[]> {
    checkOptions('addVectors', { ids: anything } satisfies OptionRules<AddOptions>, options)
    const ids = options.ids ?? documents.map(({ id }) => id ?? crypto.randomUUID())
    if (vectors.length !== documents.length || ids.length !== documents.length) {
      throw new ValueError(
        `addVectors needs a vector and an id for each document, got ${documents.length} documents, ` +
          `${vectors.length} vectors and ${ids.length} ids.`,
      )
    }
    await this.#index.upsert(
      documents.map(({ pageContent, metadata }, at) => ({
        id: ids[at] as string,
        values: vectors[at] as number[],
        metadata: { ...metadata, [this.#content]: pageContent },
      })),
    )
    return [...ids]
  }

  override async delete(which: DeleteRecords<Row>): Promise<void> {
    await this.#index.delete(which)
  }

  override async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter?: RecordFilter<Row>,
  ): Promise<[DocumentInterface, number][]> {
    const matches = await this.#find(query, k, filter)
    return matches.map((match) => [this.#document(match), match.score])
  }

  /** Documents that differ from each other: `fetchK` are found, 20 unless set, and `k` of them chosen. */
  override async maxMarginalRelevanceSearch(
    query: string,
    { k, fetchK = 20, lambda = 0.5, filter }: MaxMarginalRelevanceSearchOptions<RecordFilter<Row>>,
  ): Promise<DocumentInterface[]> {
    const vector = await this.embeddings.embedQuery(query)
    const matches = await this.#find(vector, Math.max(k, fetchK), filter, true)
    const chosen = diversify(matches, vector, ({ values }) => values ?? null, { top: k, lambda })
    return chosen.map((match) => this.#document(match))
  }

  static override async fromDocuments<Row>(
    documents: DocumentInterface[],
    embeddings: EmbeddingsInterface,
    options: MatrixOneStoreOptions<Row>,
  ): Promise<MatrixOneVectorStore<Row>> {
    const store = new MatrixOneVectorStore(embeddings, options)
    await store.addDocuments(documents)
    return store
  }

  static override async fromTexts<Row>(
    texts: string[],
    metadatas: object[] | object,
    embeddings: EmbeddingsInterface,
    options: MatrixOneStoreOptions<Row>,
  ): Promise<MatrixOneVectorStore<Row>> {
    const ownOf = (at: number) => ({ ...(Array.isArray(metadatas) ? metadatas[at] : metadatas) })
    const documents = texts.map(
      (pageContent, at) => new Document({ pageContent, metadata: ownOf(at) }),
    )
    return MatrixOneVectorStore.fromDocuments(documents, embeddings, options)
  }

  async #find(vector: number[], topK: number, filter?: RecordFilter<Row>, includeValues = false) {
    const filtered = filter === undefined ? {} : { filter }
    return (await this.#index.query({ vector, topK, includeValues, ...filtered })).matches
  }

  #document({ id, metadata }: VectorMatch<AnyMetadata>): DocumentInterface {
    const { [this.#content]: content, ...rest } = metadata
    const pageContent = typeof content === 'string' ? content : ''
    return new Document({ pageContent, metadata: rest, id: String(id) })
  }
}

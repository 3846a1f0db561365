/** Tables that the type tests of searches go by; `schema` is what mo-codegen writes for them. */
import type {
  BigInteger,
  DateTime,
  Generated,
  SearchIndexes,
  Vector,
  indexes,
} from 'kysely-matrixone'

interface Articles {
  id: Generated<BigInteger>
  author_id: BigInteger
  title: string
  body: string
  lang: Generated<'en' | 'de'>
  published_at: DateTime
  /** ivfflat, l2 */
  embedding: Vector<'f32', 8> | null
  /** No index. */
  image: Vector<'f32', 4>
  /** ivfflat for l2, hnsw for cosine. */
  both: Vector<'f64', 3>
}

interface Authors {
  id: Generated<BigInteger>
  name: string
  /** The same dimension as `articles.embedding`, without an index. */
  embedding: Vector<'f32', 8>
}

interface Notes {
  id: number
  text: string
  embedding: string
}

export const schema = {
  types: {},
  tables: {
    articles: {
      key: ['id'],
      vectors: {
        embedding: {
          element: 'f32',
          dimension: 8,
          indexes: [{ name: 'by_embedding', algo: 'ivfflat', metric: 'l2' }],
        },
        image: { element: 'f32', dimension: 4 },
        both: {
          element: 'f64',
          dimension: 3,
          indexes: [
            { name: 'both_ivf', algo: 'ivfflat', metric: 'l2' },
            { name: 'both_hnsw', algo: 'hnsw', metric: 'cosine' },
          ],
        },
      },
      fulltext: { ft_title_body: ['title', 'body'], ft_body: ['body'] },
    },
    authors: { key: ['id'], vectors: { embedding: { element: 'f32', dimension: 8 } } },
    notes: { key: ['id'] },
  },
} as const

export interface DB {
  articles: Articles
  authors: Authors
  notes: Notes
  readonly [indexes]: SearchIndexes<typeof schema>
}

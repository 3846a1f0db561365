/** Functions that compare two vectors, in lower case; a vector index answers some of them. */
export const distanceFunctions = [
  'l1_distance',
  'l2_distance',
  'l2_distance_sq',
  'cosine_distance',
  'cosine_similarity',
  'inner_product',
] as const

/** Whether a text may call one of them: it names one, in quotes or outside. */
export const mayMeasure = new RegExp(distanceFunctions.join('|'), 'i')

/** Whether a text may give a column a vector that is not written as text. */
export const mayDecodeVector = /vec\w+_from_base64|\bas\s+vec\w+\s*\(/i

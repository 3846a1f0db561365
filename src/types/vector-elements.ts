/** The element types of MatrixOne's vector columns, in the order of their type numbers. */
export const vectorElements = ['f32', 'f64', 'bf16', 'f16', 'int8', 'uint8'] as const

/** The element types of MatrixOne's vector columns: `vecf32`, `vecf64`, `vecbf16`, `vecf16`, `vecint8`, `vecuint8`. */
export type VectorElement = (typeof vectorElements)[number]

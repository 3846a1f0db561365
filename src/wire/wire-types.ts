/** The type codes of MatrixOne's column definitions. */
export const wireType = {
  decimal: 0x00,
  tiny: 0x01,
  small: 0x02,
  /** `int` and `mediumint`. */
  long: 0x03,
  float: 0x04,
  double: 0x05,
  timestamp: 0x07,
  longlong: 0x08,
  int24: 0x09,
  date: 0x0a,
  time: 0x0b,
  datetime: 0x0c,
  year: 0x0d,
  /** Vectors (charset 33), and `binary` and `varbinary` (charset 63). */
  varchar: 0x0f,
  bit: 0x10,
  /** `uuid` on 3.0.x. */
  uuid: 0xf3,
  json: 0xf5,
  newDecimal: 0xf6,
  /** Long text (charset 33), such as base64, and `blob` (charset 63). */
  blob: 0xfc,
  varString: 0xfd,
  /** `char`. */
  string: 0xfe,
  geometry: 0xff,
} as const

export const BINARY_CHARSET = 63
export const TEXT_CHARSET = 33

/** The flag of a column of integers without a sign. */
export const UNSIGNED_FLAG = 0x20

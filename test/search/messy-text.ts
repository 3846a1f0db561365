import fc from 'fast-check'

/** Signs that mean something in boolean mode, words of several scripts, and anything else. */
export const messyText: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        ...'+ - ~ < > * " ( ) @ \' \\ _ __ . , ; % ? \u0000 \n'.split(' '),
        ...'cheap flights Rome ÉTÉ naïve straße 数据库 世界 東京 한국어 привет שלום a b1 2024 🙂 👩‍👩‍👧'.split(
          ' ',
        ),
        ' ',
        ' ',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ maxLength: 20 }),
)

/** A model while it is filled in. */
export type Draft<Model> = { -readonly [Field in keyof Model]: Model[Field] }

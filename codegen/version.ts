/** The version of mo-codegen, which `--version` prints. */
export const version = '0.1.0'

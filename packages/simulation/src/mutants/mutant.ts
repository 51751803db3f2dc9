/** One change of the code that removes one guard. */
export interface Mutant {
  /** The guard that it removes. */
  readonly guard: string
  readonly patches: readonly Patch[]
}

/** Replaces a text that occurs exactly once in its file. */
interface Patch {
  /** Its path below `packages`. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/** The usual mutant: it changes one text in one file. */
export const mutant = (guard: string, file: string, from: string, to: string): Mutant => ({
  guard,
  patches: [{ file, from, to }],
})

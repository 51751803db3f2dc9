/** One broken invariant. */
export interface Violation {
  /** The invariant's number in docs/rotation.md, or `bug`. */
  readonly invariant: string
  readonly sentence: string
  /** Virtual milliseconds since 1970. */
  readonly at: number
}

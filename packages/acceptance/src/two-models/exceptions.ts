import type { Model } from './world-under-test.ts'

/** Where a model does not do what AWS does. */
export interface Exception {
  readonly model: Model
  /** The case's own sentence. */
  readonly sentence: string
  /** How it fails there. */
  readonly fails: RegExp
  readonly because: string
}

export const exceptions: readonly Exception[] = [
  {
    model: 'packages/simulation',
    sentence: 'An access key that never was is not in the account',
    fails: /there never was a key AKIA0000000000000000/,
    because:
      'keynag only asks for IDs that AWS has given it, so the simulation reports any other ID as a bug',
  },
  {
    model: 'packages/simulation',
    sentence: 'A secret that takes an old name has another ARN',
    fails: /not to be 'arn:aws:secretsmanager:/,
    because:
      'the simulation derives the ARN from the name, so that its invariants can find a secret that is on no record; keynag uses no name twice',
  },
]

import { execFileSync } from 'node:child_process'

/** Where a run's first seed comes from, and the seed. */
interface FirstSeed {
  readonly seed: number
  readonly from: string
}

/**
 * The first seed of the gate. It comes from the commit, so that each commit plays seeds that no commit
 * before it has played, and so that a failed run can be played again. Seeds have 28 bits: more would
 * not change the choices that follow from them.
 */
export function firstSeed(): FirstSeed {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
    return { seed: seedOfCommit(commit), from: `commit ${commit.slice(0, 12)}` }
  } catch {
    return { seed: 1, from: 'no commit, because this is no git repository' }
  }
}

/** Reads the first seven digits of the commit's hash as a number; at least 1. */
export const seedOfCommit = (commit: string): number =>
  Math.max(1, Number.parseInt(commit.slice(0, 7), 16) || 1)

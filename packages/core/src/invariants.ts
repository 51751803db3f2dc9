/**
 * The invariants of docs/rotation.md and who checks them. The pages' tables are written from this
 * catalog. The checkers share these numbers and sentences, and no code that checks.
 */

/** A program or a kind of test that checks invariants. */
export const checkers = [
  'simulation',
  'demo',
  'kill-test',
  'doctor',
  'canary',
  'contract suite',
  'unit tests',
] as const
export type Checker = (typeof checkers)[number]

/** In part: the sentence completes "does not look at …". */
export type Extent = 'in full' | { readonly notLookedAt: string }

interface InvariantRow {
  /** For a table or one line of output. */
  readonly short: string
  /** The promise, in Markdown for a page in docs. */
  readonly full: string
  readonly checkedBy: Readonly<Partial<Record<Checker, Extent>>>
}

const except = (notLookedAt: string): Extent => ({ notLookedAt })

/** The kill-test ends with the demo's checks. */
const demoAndKillTest = (extent: Extent) => ({ demo: extent, 'kill-test': extent })

export const invariants = {
  I1: {
    short: 'the secret of a replacement stays until the new key is used',
    full: 'Once keynag has announced a replacement, its secret can be fetched until its retention is over and somebody has used the new key, or until the new key is deleted',
    checkedBy: {
      simulation: 'in full',
      ...demoAndKillTest(except('the time before the end of the run, and the retention')),
    },
  },
  I2: {
    short: 'no secret in anything that keynag writes or sends',
    full: 'No secret is in a log, a queue, a dead letter, the ledger, a metric, an error or a message',
    checkedBy: {
      simulation: except(
        'the ledger, metrics, and messages to people; it looks for a mark that the models put into each secret',
      ),
      demo: except('queue messages, apart from dead letters'),
      'kill-test': 'in full',
      canary: 'in full',
    },
  },
  I3: {
    short: 'never a third key, never a key deleted to make room',
    full: 'keynag never asks for a third key, and never deletes a key to make room',
    checkedBy: {
      simulation: 'in full',
      ...demoAndKillTest(except('requests that IAM refuses, and the reason for a deletion')),
    },
  },
  I4: {
    short: 'a replaced key is deactivated only while another key is Active',
    full: 'If the policy replaces keys (`rotate`), keynag deactivates a key only while another key of the same IAM user is Active: one that keynag tested and whose secret can be fetched, or one that was used; a key in use needs more: a fetch, or a use of the other key',
    checkedBy: {
      simulation: 'in full',
      ...demoAndKillTest(
        except('whether the other key was tested and can be fetched, or was used'),
      ),
    },
  },
  I5: {
    short: 'a key is deleted only after the full recovery grace',
    full: 'keynag deletes a key only if keynag deactivated it and nobody has changed it since, it is still Inactive and unused after the whole recovery grace, nothing holds it, and its replacement was used or can be fetched, and still works',
    checkedBy: {
      simulation: 'in full',
      ...demoAndKillTest(
        except(
          'holds, uses and changes during the grace, and whether the replacement can be fetched; for an orphan, anything but its creator and its uses',
        ),
      ),
      doctor: except(
        'the length of the grace, and the status; it looks for a recorded deactivation',
      ),
    },
  },
  I6: {
    short: 'keynag leaves a reactivated key alone',
    full: 'If somebody reactivates a key after keynag has deactivated it, and the ledger or CloudTrail shows that deactivation, keynag leaves the key alone until an operator releases it; then keynag warns the owner again from the beginning',
    checkedBy: { simulation: 'in full', ...demoAndKillTest('in full') },
  },
  I7: {
    short: 'a key in use is not deactivated unless the policy says so',
    full: 'keynag does not deactivate a key in use unless the policy says so',
    checkedBy: { simulation: 'in full', ...demoAndKillTest('in full') },
  },
  I8: {
    short: 'one rotation for each user, no write under a lost lease',
    full: 'A user has at most one open rotation; a delivery that lost its lease can record nothing, but a call that it has already sent can still take effect',
    checkedBy: {
      simulation: 'in full',
      doctor: except('lost leases; it looks for two keys of one user that are both `issuing`'),
      'contract suite': except('calls to IAM and Secrets Manager; it looks only at the ledger'),
    },
  },
  I9: {
    short: 'duplicate and reordered messages change nothing',
    full: 'Duplicate and reordered messages change no outcome; a person is reminded once in a period, unless a date needs another message; a rotation leaves at most one new key',
    checkedBy: {
      simulation: 'in full',
      ...demoAndKillTest(
        except('anything but nags; it looks for two nags of one key that count on one day'),
      ),
    },
  },
  I10: {
    short: 'only declared transitions',
    full: 'The state of a key changes only as [the life of a key](lifecycle.md) allows',
    checkedBy: {
      simulation: 'in full',
      ...demoAndKillTest(except('whether the entry agrees with its last fact')),
      doctor: except('keys that keynag has not acted on'),
    },
  },
  I11: {
    short: 'a scan is complete when every ACTIVE account has a result',
    full: 'A scan is complete when every ACTIVE account has a result; keynag never resolves a key only because a scan did not see it; it ends the story of a key that is gone, and begins a new one for a resolved key that is Active and stale',
    checkedBy: {
      simulation: 'in full',
      'unit tests': except('keys that a scan did not see, and keys that are gone'),
    },
  },
  I12: {
    short: 'keynag keeps to the caps, the window, the freeze and the quiet time',
    full: 'The changes that keynag makes by itself keep to the caps and the window; under a freeze keynag begins none of them, but it still stores a key that it is creating; no message that can wait goes in the quiet time of its reader',
    checkedBy: {
      simulation: except('the cap that is a share of the estate'),
      'contract suite': except('the window, and what a freeze stops'),
      'unit tests': except('the freeze'),
    },
  },
  I13: {
    short: 'targets never come from messages; protected users are not touched',
    full: 'Targets come from Organizations, IAM and the ledger, never from a message; keynag never touches protected users, and asks nobody to replace a replacement of its own that is not installed yet',
    checkedBy: {
      simulation: 'in full',
      ...demoAndKillTest(
        except('the source of targets; it looks at protected names and paths, and at exemptions'),
      ),
    },
  },
  I14: {
    short: 'no deactivation without a warning that was delivered in time',
    full: 'Before keynag deactivates or deletes a key, its present owner has read a message that names the key, what will happen and a date that is not later, at least the grace before, and nothing that came later took it back; keynag tells an owner who read a date when it does not stand',
    checkedBy: {
      simulation: 'in full',
      ...demoAndKillTest(except('whether an owner hears that a date does not stand')),
      doctor: except('the length of the grace'),
    },
  },
  I15: {
    short: 'without faults every rotation comes to an end',
    full: 'When nothing fails any more, every rotation without a hold ends, and every message is done, parked or quarantined',
    checkedBy: { simulation: 'in full', 'kill-test': 'in full' },
  },
  I16: {
    short: 'nothing is said or done on old knowledge',
    full: 'keynag sends no reminder, escalation or date, and changes no key, in an account that no scan has read for `staleSightingDays`, that is not ACTIVE, or that the list of the Organization lacks; in an account that comes back, nothing that was announced before counts',
    checkedBy: { simulation: 'in full' },
  },
} as const satisfies Readonly<Record<`I${number}`, InvariantRow>>

export type InvariantId = keyof typeof invariants

export const isInvariantId = (text: string): text is InvariantId => Object.hasOwn(invariants, text)

export const invariantIds: readonly InvariantId[] = Object.keys(invariants).filter(isInvariantId)

export const invariantOf = (id: InvariantId): InvariantRow => invariants[id]

/** The invariants that a checker checks, at least in part. */
export const checkedBy = (checker: Checker): readonly InvariantId[] =>
  invariantIds.filter((id) => invariantOf(id).checkedBy[checker] !== undefined)

/** An invariant as output names it: its number and its short sentence. */
export const invariantTitle = (id: InvariantId): string => `${id} (${invariants[id].short})`

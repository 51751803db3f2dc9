/**
 * How a rotation goes on after a delivery died, by stable names: the last column of the saga's table
 * in docs/rotation.md. A step carries the name of its rule, the log tells it, and the simulation
 * counts that each rule is used.
 */
export const recoveryRules = {
  'preflight-again': 'nothing had been done: start again',
  'lists-settle': 'a key may have been created: wait until the lists can be believed',
  'create-again': 'no new key appeared: try again to create one',
  'stored-adopted': 'the new key was stored, and the ledger is behind: go on with it',
  'trail-awaited': 'CloudTrail does not say yet who made, switched off or deleted a key: wait',
  'orphan-off': 'a new key is proven ours and its secret lost: switch it off',
  'orphan-off-again': 'it is not known to be off: switch it off again',
  'orphan-rests': 'it is off: wait an hour',
  'orphan-deleted': 'it has rested: delete it',
  'orphan-gone': 'it is gone: try again to create a key',
  'orphan-unproven': 'a proof is missing: hold',
  'orphan-reactivated': 'a lost key is Active again: hold',
  'store-failed': 'its secret could not be stored: switch the new key off at once',
  'issue-again': 'the new key was not issued: test and promote it again',
  'notice-again': 'nobody knows whether the message went out: send it once more',
  'deactivated-unrecorded': 'CloudTrail shows that keynag switched the key off: record it now',
  'deactivate-again': 'the key is not off: ask every gate again',
  reactivated: 'the key is Active again after our deactivation: hold',
  'deleted-unrecorded': 'CloudTrail shows that keynag deleted the key: record it now',
  'delete-again': 'the key is not gone: ask every gate again',
  'deleted-outside': 'the key is gone, and keynag did not delete it: the owner did',
  'retire-again': 'nobody knows whether the hand-over secret was retired: retire it again',
} as const

export type RecoveryRule = keyof typeof recoveryRules

/**
 * Guards whose absence no run notices yet. Most of them have a second guard beside them that prevents
 * the same damage, so each needs a story in which it matters alone, or it can go. The list only becomes
 * shorter: a guard that is not in it must be noticed, and one that is noticed must leave it.
 */
export const unnoticed: ReadonlySet<string> = new Set([
  'rotation given up: a renamed user may have a key that could be lost',
  'rotation given up: a scan still records that its user is gone',
  'warning: an exemption takes back what was announced',
  'reactivation: a scan does not trust a list that may be old',
  'open intent: the scan asks the rotator to settle it',
  'open intent: it is looked at again while CloudTrail is late',
  'standing: the account is ACTIVE',
  'claim: after the release, a rotation whose replacement is gone is over',
  'account: one that comes back is warned anew',
  'account: nothing is done to an unread key',
])

import {
  isoDay,
  observed,
  plusDays,
  sightingIn,
  standingOf,
  type Account,
  type Entry,
  type Fact,
  type IamUser,
} from '@keynag/core'
import {
  userNotFound,
  type RotationRun,
  type RotatorPorts,
  type StepResult,
} from './rotation-run.ts'

interface LookPorts extends Pick<RotatorPorts, 'clock' | 'ledger' | 'organization'> {
  readonly iam: Pick<RotatorPorts['iam'], 'userInFull'>
}

/** What IAM says about the user of an entry, compared with the entry. */
type FreshLook =
  | { readonly kind: 'confirmed'; readonly user: IamUser }
  /** No user has the name, or another one has it. */
  | { readonly kind: 'no-user' }
  /** The decision was made on something that is not so: this fact is recorded, and nothing is done. */
  | { readonly kind: 'differs'; readonly why: string; readonly fact: Fact }

/**
 * Reads the user from IAM. An entry is no proof of its policy or of its owner: both may have changed
 * since the last scan, or somebody may have edited the ledger. So IAM has to confirm that this very user
 * is under the policy that the entry names, and belongs to the owner whom it names.
 */
export async function lookAfresh(ports: LookPorts, entry: Entry): Promise<FreshLook> {
  const { clock, iam, organization } = ports
  const withConsole = organization.policies.some(({ match }) => match.console !== undefined)
  const user = await iam.userInFull(entry.accountId, entry.userName, { withConsole })
  // Names are reused, IDs are not.
  if (user?.userId !== entry.userId) return { kind: 'no-user' }
  // Of a key that is settled, keynag only cleans up what it has made itself.
  if (entry.state === 'resolved' || entry.state === 'deleted') return { kind: 'confirmed', user }
  const account = await accountOf(ports, entry)
  if (typeof account === 'string') {
    const fact = { kind: 'postponed', until: plusDays(clock.now(), 1), why: account } as const
    return { kind: 'differs', why: account, fact }
  }
  const standing = standingOf(user, account, organization)
  if (standing.policy === entry.policy && standing.owner.id === entry.owner.id) {
    return { kind: 'confirmed', user }
  }
  const sighting = { ...sightingIn(entry), ...standing }
  const fact = observed(entry, sighting)
  return { kind: 'differs', why: 'the user has another policy or owner now', fact }
}

/** The same right before a step, as the result to record instead of the step, or `undefined`. */
export async function changeOfUser(run: RotationRun): Promise<StepResult | undefined> {
  const fresh = await lookAfresh(run.ports, run.entry)
  switch (fresh.kind) {
    case 'confirmed':
      return undefined
    case 'no-user': {
      const { until, why } = userNotFound(run.now)
      return { reason: why, fact: { kind: 'postponed', until, why } }
    }
    case 'differs':
      return { reason: fresh.why, fact: fresh.fact }
    default:
      return fresh satisfies never
  }
}

/** An account that was in no list for longer is unknown. */
const mostDaysBack = 2

/** The account as it is in the planner's newest list. The text says why that does not suffice. */
async function accountOf(ports: LookPorts, { accountId }: Entry): Promise<Account | string> {
  const account = await newestAccount(ports, accountId)
  if (account === undefined) return `the account was in no list for ${mostDaysBack} days`
  // The planner reads the units only if a policy names one. Every account is in the root.
  const needsUnits = ports.organization.policies.some(({ match }) => match.organizationalUnits)
  return needsUnits && account.organizationalUnits.length === 0
    ? 'the units of the account were not read yet'
    : account
}

async function newestAccount(
  { clock, ledger }: LookPorts,
  accountId: Entry['accountId'],
): Promise<Account | undefined> {
  for (let daysBack = 0; daysBack <= mostDaysBack; daysBack += 1) {
    const date = isoDay(plusDays(clock.now(), -daysBack))
    const scan = await ledger.accountScan(date, accountId)
    if (scan !== undefined) return scan.account
  }
  return undefined
}

import { examineMember, type MemberExam, type MemberRoleSettings } from '@keynag/aws'
import type { Account, Clock, Organization } from '@keynag/core'
import type { PlaceInAws } from '../../place/place.ts'
import { type Finding, unknown, wrong } from './finding.ts'

interface Asked {
  readonly aws: PlaceInAws
  readonly organization: Organization
  readonly clock: Clock
  readonly accounts: readonly Account[]
  /** The settings that the roles should have been made from, if known. */
  readonly template: MemberRoleSettings | undefined
  /** Called after each account. */
  readonly onAccount?: (done: number) => void
}

const accountsAtOnce = 4

/** Checks that keynag's roles let it into every account that it should look after. */
export async function checkAccounts({
  aws,
  organization: { memberRoles },
  clock,
  accounts,
  template,
  onAccount,
}: Asked): Promise<readonly Finding[]> {
  const exams: { readonly account: Account; readonly exam: MemberExam }[] = []
  for (let start = 0; start < accounts.length; start += accountsAtOnce) {
    const chunk = accounts.slice(start, start + accountsAtOnce)
    exams.push(
      ...(await Promise.all(
        chunk.map(async (account) => {
          const { accountId } = account
          return {
            account,
            exam: await examineMember(aws.settings, { memberRoles, clock, accountId, template }),
          }
        }),
      )),
    )
    onAccount?.(exams.length)
  }
  const isAnyReachable = exams.some(({ exam }) => exam.refusedRoles.length < 3)
  if (exams.length > 0 && !isAnyReachable) return [allUnreachable(exams.length)]
  return exams.flatMap(({ account, exam }) => findingsOf(account, exam))
}

/** The roles trust only the functions' roles, so here the caller is at fault, not the accounts. */
const allUnreachable = (count: number): Finding =>
  unknown(
    'role-unreachable',
    `all ${count} accounts`,
    'no account trusts these credentials, so doctor cannot check the roles: run it with a role that the member roles trust',
  )

function findingsOf({ accountId, name }: Account, exam: MemberExam): readonly Finding[] {
  const subject = `${accountId} (${name})`
  return [
    ...exam.refusedRoles.map(({ role, why }) =>
      wrong('role-unreachable', subject, `${role}: ${why}`),
    ),
    ...(exam.deniedReads.length === 0
      ? []
      : [
          wrong('read-denied', subject, `the reader role is denied ${exam.deniedReads.join(', ')}`),
        ]),
    ...exam.drifts.map(({ role, how }) => wrong('role-drifted', subject, `${role} ${how}`)),
    ...exam.unknown.map((why) => unknown('role-unreachable', subject, why)),
  ]
}

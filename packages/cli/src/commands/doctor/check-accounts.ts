import { examineMember, type MemberExam, type MemberRoleSettings } from '@keynag/aws'
import type { Account, Clock, Organization } from '@keynag/core'
import type { PlaceInAws } from '../../place/place.ts'
import { type Finding, unknown, wrong } from './finding.ts'

interface Asked {
  readonly aws: PlaceInAws
  readonly organization: Organization
  readonly clock: Clock
  readonly accounts: readonly Account[]
  /** What the roles should be made of, where that is known. */
  readonly template: MemberRoleSettings | undefined
  /** Told after each account. */
  readonly onAccount?: (done: number) => void
}

const together = 4

/** Whether keynag's roles let it into every account that it should look after. */
export async function checkAccounts({
  aws,
  organization: { memberRoles },
  clock,
  accounts,
  template,
  onAccount,
}: Asked): Promise<readonly Finding[]> {
  const exams: { readonly account: Account; readonly exam: MemberExam }[] = []
  for (let start = 0; start < accounts.length; start += together) {
    const chunk = accounts.slice(start, start + together)
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
  const isLetIn = exams.some(({ exam }) => exam.refusedRoles.length < 3)
  if (exams.length > 0 && !isLetIn) return [nobodyLetsUsIn(exams.length)]
  return exams.flatMap(({ account, exam }) => findingsOf(account, exam))
}

/** The roles trust the functions' roles and nobody else: then it is the caller, not the accounts. */
const nobodyLetsUsIn = (count: number): Finding =>
  unknown(
    'role-unreachable',
    `all ${count} accounts`,
    'no account lets these credentials in, so its roles cannot be judged: run doctor with a role that they trust',
  )

function findingsOf({ accountId, name }: Account, exam: MemberExam): readonly Finding[] {
  const subject = `${accountId} (${name})`
  return [
    ...exam.refusedRoles.map(({ role, why }) =>
      wrong('role-unreachable', subject, `${role}: ${why}`),
    ),
    ...(exam.deniedReads.length === 0
      ? []
      : [wrong('read-denied', subject, `the reader may not ${exam.deniedReads.join(', ')}`)]),
    ...exam.drifts.map(({ role, how }) => wrong('role-drifted', subject, `${role} ${how}`)),
    ...exam.unknown.map((why) => unknown('role-unreachable', subject, why)),
  ]
}

import {
  hubOperations,
  type FunctionName,
  type HubResource,
} from '../packages/aws/src/roles/operations.ts'
import type { Wiring } from './wiring.ts'

type Permission = Parameters<typeof sst.aws.permission>[0]
type Target = Omit<Permission, 'actions' | 'effect'>

/** A function's permissions: only the operations that packages/aws lists for it. */
export function permissionsOf(name: FunctionName, wiring: Wiring): Permission[] {
  const targets = targetsOf(wiring)
  return hubOperations[name].flatMap(({ actions, on }) =>
    on.flatMap((resource) => {
      const target = targets[resource]
      return target === undefined ? [] : [{ actions: [...actions], ...target }]
    }),
  )
}

export const readsSlackToken = (name: FunctionName): boolean =>
  hubOperations[name].some(({ on }) => on.includes('slack-token'))

const targetsOf = (wiring: Wiring): Readonly<Record<HubResource, Target | undefined>> => {
  const { ledger, queues, slackToken, missedRuns } = wiring
  return {
    ledger: { resources: [ledger.arn] },
    'ledger-indexes': { resources: [$interpolate`${ledger.arn}/index/*`] },
    // ListAccounts and ListRoots take no resource; the other lists reach no other organisation.
    organization: { resources: ['*'] },
    mail: mail(wiring),
    'slack-token': slackToken === undefined ? undefined : { resources: [slackToken.arn] },
    'missed-runs': { resources: [missedRuns.arn] },
    'queue:scan': { resources: [queues.scan.queue.arn] },
    'queue:notify': { resources: [queues.notify.queue.arn] },
    'queue:escalate': { resources: [queues.escalate.queue.arn] },
    'queue:rotate': { resources: [queues.rotate.queue.arn] },
    'queue:bounces': { resources: [queues.bounces.queue.arn] },
    'dead-letters:scan': { resources: [queues.scan.deadLetters.arn] },
    'dead-letters:notify': { resources: [queues.notify.deadLetters.arn] },
    'dead-letters:escalate': { resources: [queues.escalate.deadLetters.arn] },
    'dead-letters:rotate': { resources: [queues.rotate.deadLetters.arn] },
    'dead-letters:bounces': { resources: [queues.bounces.deadLetters.arn] },
    'member-role:reader': memberRole(wiring, 'reader'),
    'member-role:creator': memberRole(wiring, 'creator'),
    'member-role:reaper': memberRole(wiring, 'reaper'),
  }
}

/**
 * Limits SES by the sender address instead of by the identity: SES checks the identity of the address
 * or of its domain, and in the SES sandbox the recipient's identity as well.
 */
const mail = ({
  hub: { partition, region, accountId },
  settings,
  configurationSet,
}: Wiring): Target => ({
  resources: ['identity/*', `configuration-set/${configurationSet}`].map(
    (resource) => `arn:${partition}:ses:${region}:${accountId}:${resource}`,
  ),
  conditions: [{ test: 'StringEquals', variable: 'ses:FromAddress', values: [settings.mail.from] }],
})

/**
 * The role of this name in every account of the organisation, and in no other. Accounts come and go,
 * so their IDs cannot be listed here.
 */
const memberRole = (
  { hub: { partition, organizationId }, settings }: Wiring,
  role: 'reader' | 'creator' | 'reaper',
): Target => ({
  resources: [`arn:${partition}:iam::*:role/${settings.memberRoles[role].replace(/^\//, '')}`],
  conditions: [{ test: 'StringEquals', variable: 'aws:ResourceOrgID', values: [organizationId] }],
})

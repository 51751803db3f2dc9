import { CloudTrailClient } from '@aws-sdk/client-cloudtrail'
import { IAMClient } from '@aws-sdk/client-iam'
import { OrganizationsClient } from '@aws-sdk/client-organizations'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { onTestFinished } from 'vitest'
import { CallCounts } from './calls.ts'
import { VirtualClock } from './clock.ts'
import { Faults } from './faults.ts'
import { startAws } from './http/server.ts'
import { type RateLimit, Throttle } from './throttle.ts'
import type { Settings } from './world/settings.ts'
import { type Credentials, World } from './world/world.ts'

export const HUB = '222222222222'
export const MEMBER = '333333333333'
export const EXTERNAL_ID = 'keynag-test'
export const MEMBER_ROLE_ARN = `arn:aws:iam::${MEMBER}:role/keynag-member`
export const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5)
export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

export const allow = (Action: string | readonly string[], Resource: string = '*'): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
})

/** A generator of pseudo-random numbers that are the same for the same seed (mulberry32). */
export const seededRandom = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

interface Options extends Partial<Settings> {
  readonly limits?: readonly RateLimit[]
  readonly latencyMs?: number
}

/**
 * For tests: an organization with a hub account that may read Organizations, and a member account
 * whose role trusts the hub's role with an external ID. Its server stops when the test ends.
 */
export const testOrganization = async ({ limits, latencyMs, ...settings }: Options = {}) => {
  const clock = new VirtualClock(START_MS)
  const world = new World({
    clock,
    random: seededRandom(1),
    managementAccountId: '111111111111',
    delegatedAdminIds: [HUB],
    ...settings,
  })
  world.addAccount({ id: HUB, name: 'security' })
  world.addAccount({ id: MEMBER, name: 'payments' })
  world.addRole(HUB, { name: 'keynag-hub', trustPolicy: trust('*'), policy: allow('*') })
  world.addRole(MEMBER, {
    name: 'keynag-member',
    trustPolicy: trust(`arn:aws:iam::${HUB}:role/keynag-hub`, {
      'aws:PrincipalOrgID': world.organization.id,
      'sts:ExternalId': EXTERNAL_ID,
    }),
    policy: allow('*'),
  })
  const faults = new Faults()
  const calls = new CallCounts()
  const throttle = limits === undefined ? undefined : new Throttle(clock, limits)
  const aws = await startAws({ world, clock, calls, throttle, faults, latencyMs })
  onTestFinished(aws.close)

  const hub = world.credentialsForRole(HUB, 'keynag-hub', 'keynag', 365 * DAY_MS)
  const clients = (credentials: Credentials) => {
    const config = { endpoint: aws.url, region: 'us-east-1', credentials, maxAttempts: 1 }
    return {
      iam: new IAMClient(config),
      sts: new STSClient(config),
      organizations: new OrganizationsClient(config),
      secrets: new SecretsManagerClient(config),
      cloudtrail: new CloudTrailClient(config),
    }
  }
  /** Clients in the member account. A session policy can narrow their session. */
  const member = async (sessionName = 'scan', policy?: object) => {
    const { Credentials: granted } = await clients(hub).sts.send(
      new AssumeRoleCommand({
        RoleArn: MEMBER_ROLE_ARN,
        RoleSessionName: sessionName,
        ExternalId: EXTERNAL_ID,
        Policy: policy === undefined ? undefined : JSON.stringify(policy),
      }),
    )
    return clients({
      accessKeyId: granted?.AccessKeyId ?? '',
      secretAccessKey: granted?.SecretAccessKey ?? '',
      sessionToken: granted?.SessionToken ?? '',
    })
  }
  return { clock, world, faults, calls, aws, hub: clients(hub), member, clients }
}

export const trust = (principal: string, equals?: Readonly<Record<string, string>>): object => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action: 'sts:AssumeRole',
      ...(equals === undefined ? {} : { Condition: { StringEquals: equals } }),
    },
  ],
})

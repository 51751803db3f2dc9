import { auditOperations } from '@keynag/aws'
import type { StartSandboxAws } from '@keynag/cli'
import { epochMs } from '@keynag/core'
import { CallCounts, startAws, VirtualClock, World } from '@keynag/fake-aws/aws'
import { parseDemoOptions } from '../demo/options.ts'
import { populate } from '../demo/organization.ts'
import { startAt } from '../demo/story.ts'
import { seededRandom } from '@keynag/core/seeded-random'
import { region } from '../resources.ts'
import { externalId, hubAccountId, hubRoleName, managementAccountId } from '../roles.ts'

const dayMs = 86_400_000

/**
 * Adds the role that the reader roles trust. It has exactly the permissions that
 * `keynag audit --permissions` prints.
 */
function addAuditor(world: World): void {
  const { caller, inEachAccount } = auditOperations
  const statement = { Effect: 'Allow', Resource: '*' }
  world.addRole(hubAccountId, {
    name: hubRoleName,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    },
    policy: {
      Version: '2012-10-17',
      Statement: [
        { ...statement, Action: Object.values(caller).flat() },
        { ...statement, Action: inEachAccount },
      ],
    },
  })
}

/** Starts the demo's organization with the default options, at the time before the first scan. */
export const startFirstDay: StartSandboxAws = async () => {
  const { seed, ...size } = parseDemoOptions([])
  const random = seededRandom(seed)
  const clock = new VirtualClock(startAt)
  const world = new World({
    clock,
    random,
    managementAccountId,
    delegatedAdminIds: [hubAccountId],
    reportMs: 2_000,
  })
  populate(world, size, random)
  addAuditor(world)
  const aws = await startAws({ world, clock, calls: new CallCounts() })
  const { url } = aws
  return {
    settings: {
      region,
      endpoints: { iam: url, organizations: url, sts: url },
      credentials: world.credentialsForRole(hubAccountId, hubRoleName, 'audit', dayMs),
    },
    clock: { now: () => epochMs(clock.now()), sleep: (ms) => clock.sleep(ms) },
    externalId,
    close: aws.close,
  }
}

import { CreateEmailIdentityCommand } from '@aws-sdk/client-sesv2'
import { CallCounts, startAws, VirtualClock, World } from '@keynag/fake-aws/aws'
import { allow, trust } from '@keynag/fake-aws/aws/test-organization'
import { startDynamoDb } from '@keynag/fake-aws/dynamodb'
import { seededRandom } from '@keynag/core/seeded-random'
import { startSes } from '@keynag/fake-aws/ses'
import { startSqs } from '@keynag/fake-aws/sqs'
import {
  clientsOf,
  type AwsUnderTest,
  type Credentials,
  type TestAccount,
} from '../contract/aws-under-test.ts'

const management = '111111111111'
const startMs = Date.UTC(2026, 0, 2, 3, 4, 5)
/** Longer than the model's consistency and activation delays. */
const settlingMs = 30_000

/** Starts keynag's own model of AWS: the servers that the sandbox uses. */
export const startLocal = async (): Promise<AwsUnderTest> => {
  const clock = new VirtualClock(startMs)
  const calls = { count: () => undefined }
  const world = new World({
    clock,
    random: seededRandom(1),
    managementAccountId: management,
    delegatedAdminIds: [],
    lastUsedLagMs: 0,
  })
  const aws = await startAws({ world, clock, calls: new CallCounts() })
  const dynamodb = await startDynamoDb({ calls, clock })
  const ses = await startSes({ calls, clock })
  const sqs = await startSqs({ calls })
  const endpoints = { aws: aws.url, dynamodb: dynamodb.url, ses: ses.url, sqs: sqs.url }
  const as = (credentials: Credentials) => clientsOf(endpoints, credentials)

  let nextId = 500_000_000_000
  const newAccount = (name: string, parentOu?: string): string => {
    const id = String((nextId += 1))
    world.addAccount({ id, name, ...(parentOu === undefined ? {} : { parentOu }) })
    return id
  }
  const administrator = (id: string): Credentials => {
    world.addRole(id, { name: 'administrator', trustPolicy: trust('*'), policy: allow('*') })
    return world.credentialsForRole(id, 'administrator', 'contract')
  }

  const account = async (): Promise<TestAccount> => {
    const id = newAccount('contract')
    const clients = as(administrator(id))
    return {
      ...clients,
      id,
      addUser: async ({ hasConsole, ...seed }) => {
        world.addUser(id, { ...seed, passwordEnabled: hasConsole ?? false })
      },
      addKey: async (userName, seed) =>
        world.credentialsForKey(world.addAccessKey(id, userName, seed).id),
      addRole: async ({ name, path = '/', trust: trustPolicy, policy }) => {
        world.addRole(id, { name, path, trustPolicy, policy })
        return `arn:aws:iam::${id}:role${path}${name}`
      },
      verify: async (EmailIdentity) => {
        await clients.ses.send(new CreateEmailIdentityCommand({ EmailIdentity }))
      },
    }
  }

  return {
    account,
    organization: {
      ...as(administrator(management)),
      addUnit: async (name, parentId) => world.addOu(name, parentId).id,
      addAccount: async (name, parentId) => newAccount(name, parentId),
    },
    as,
    nowMs: () => clock.now(),
    settle: () => clock.advance(settlingMs),
    close: async () => {
      await Promise.all([aws.close(), dynamodb.close(), ses.close(), sqs.close()])
    },
  }
}

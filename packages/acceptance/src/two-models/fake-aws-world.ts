import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { connect } from '@keynag/aws'
import { AccessKeyId, AccountId, dayMs, epochMs, minuteMs, type Clock } from '@keynag/core'
import { anOrganization } from '@keynag/core/testing'
import type { Fault, Settings } from '@keynag/fake-aws/aws'
import { HUB, MEMBER, testOrganization } from '@keynag/fake-aws/aws/test-organization'
import { externalId, hubRoleName, installHubRole, installRoles } from '@keynag/sandbox/roles'
import { lags as simulatedLags } from '@keynag/simulation/estate'
import { z } from 'zod'
import type { StartWorld, Trouble } from './world-under-test.ts'

const otherAccountId = '444444444444'

/** How often the SDK tries a call that may be repeated. */
const sdkTries = 5

const troubles: Readonly<Record<Trouble, Fault>> = {
  'lost-create': { operation: 'iam:CreateAccessKey', error: 'drop-response' },
  'throttled-create': { operation: 'iam:CreateAccessKey', error: 'throttle' },
  'denied-last-use': { operation: 'iam:GetAccessKeyLastUsed', error: 'access-denied' },
  'denied-key-lookup': { operation: 'iam:GetAccessKeyLastUsed', error: 'access-denied' },
  'throttled-last-use': {
    operation: 'iam:GetAccessKeyLastUsed',
    error: 'throttle',
    times: sdkTries,
  },
}

/** The simulation's figures, for worlds that are to answer at the same time. */
const simulated: Partial<Settings> = {
  consistencyMs: simulatedLags.list,
  activationMs: simulatedLags.activation,
  lastUsedLagMs: simulatedLags.lastUsed,
  trailLagMs: simulatedLags.trail,
}

const Content = z.object({ accessKeyId: AccessKeyId })

/** keynag's real adapters over HTTP, on a server of its own that ends with the test. */
export const startFakeAwsWorld: StartWorld = async ({ lists, lags, unknownKey }) => {
  const {
    world,
    clock: virtual,
    aws,
    faults,
  } = await testOrganization({
    ...(lags === 'alike' ? simulated : {}),
    ...(unknownKey === undefined ? {} : { unknownKey }),
    ...(lists === 'late' ? { consistencyMs: minuteMs } : {}),
  })
  world.addAccount({ id: otherAccountId, name: 'other' })
  installHubRole(world)
  for (const id of [MEMBER, otherAccountId]) installRoles(world, id)
  const now = () => epochMs(virtual.now())
  const { iam, mutations, handovers } = connectTo(aws.url, {
    clock: { now, sleep: (ms) => virtual.sleep(ms) },
    credentials: world.credentialsForRole(HUB, hubRoleName, 'functions', 365 * dayMs),
  })
  const { consistencyMs, activationMs, lastUsedLagMs, trailLagMs } = world.settings
  return {
    iam,
    mutations,
    handovers,
    account: AccountId.parse(MEMBER),
    otherAccount: AccountId.parse(otherAccountId),
    lags: {
      list: consistencyMs,
      activation: activationMs,
      lastUse: lastUsedLagMs,
      trail: trailLagMs,
    },
    now,
    advance: (ms) => virtual.advance(ms),
    addUser: (userName) => {
      world.addUser(MEMBER, { userName })
    },
    deleteUser: (userName) => world.deleteUser(MEMBER, userName),
    renameUser: (userName, newName) => world.renameUser(MEMBER, userName, newName),
    tagUser: (userName, tags) => world.tagUser(MEMBER, userName, tags),
    addOldKey: (userName) => {
      const createdAtMs = virtual.now() - 100 * dayMs
      return AccessKeyId.parse(world.addAccessKey(MEMBER, userName, { createdAtMs }).id)
    },
    makeKey: (userName) => AccessKeyId.parse(world.createKeyByHand(MEMBER, userName).id),
    setStatus: (id, status) => world.setKeyStatus(id, status),
    deleteKey: (id) => world.deleteKeyByHand(id),
    useKey: (id) => world.useKey(id, { service: 's3' }),
    fetchSecret: async (id, SecretId) => {
      const credentials = world.credentialsForKey(id)
      const reader = new SecretsManagerClient({
        endpoint: aws.url,
        region: 'us-east-1',
        credentials,
        maxAttempts: 1,
      })
      return reader.send(new GetSecretValueCommand({ SecretId })).then(
        () => true,
        () => false,
      )
    },
    deleteSecretAtOnce: (secretArn) => world.deleteSecretByHand(MEMBER, nameIn(secretArn)),
    currentKeyIn: (secretArn) => {
      const secret = world.secretOf(MEMBER, nameIn(secretArn))
      if (secret === undefined || secret.deletion !== undefined) return undefined
      const version = [...secret.versions.values()].find(({ stages }) => stages.has('AWSCURRENT'))
      const value = version?.value.reveal()
      if (value === undefined || !('SecretString' in value)) return undefined
      return Content.parse(JSON.parse(value.SecretString)).accessKeyId
    },
    befall: (trouble) => {
      faults.add({ times: 1, ...troubles[trouble] })
    },
  }
}

type Credentials = NonNullable<Parameters<typeof connect>[0]['credentials']>

function connectTo(
  url: string,
  { clock, credentials }: { clock: Clock; credentials: Credentials },
): ReturnType<typeof connect> {
  const nowhere = { scan: '', notify: '', escalate: '', rotate: '' }
  return connect({
    region: 'us-east-1',
    organization: anOrganization({ memberRoles: { externalId } }),
    clock,
    ledgerTable: 'none',
    queueUrls: nowhere,
    deadLetterUrls: nowhere,
    random: () => 0.5,
    credentials,
    endpoints: { iam: url, sts: url, organizations: url, secretsmanager: url, cloudtrail: url },
  })
}

/** Secrets Manager ends an ARN with six random characters. */
const nameIn = (secretArn: string): string => secretArn.replace(/^.*:secret:/, '').slice(0, -7)

import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import { Sealed } from '../sealed.ts'
import { type Secret, addVersion, holdsValue } from '../world/secret.ts'
import { tagList } from './iam-users.ts'
import { type Output, operation } from './operation.ts'
import { permit } from './permission.ts'
import {
  invalidRequest,
  ofSecret,
  permittedSecret,
  requestToken,
  requireKeyUse,
  requireLive,
  secretArn,
  secretId,
  valueInput,
  valueOf,
} from './secret-lookup.ts'

const DAY_MS = 86_400_000

const tags = z.array(z.object({ Key: z.string().min(1), Value: z.string() })).max(50)

const name = z
  .string()
  .max(512)
  .regex(/^[\w/+=.@-]+$/)

const createSecret = operation({
  name: 'CreateSecret',
  mutates: true,
  input: z.object({
    Name: name,
    ClientRequestToken: requestToken.optional(),
    Description: z.string().max(2048).optional(),
    KmsKeyId: z.string().max(2048).optional(),
    Tags: tags.default([]),
    ...valueInput,
  }),
  perform: (call, input) => {
    const { account, region, world } = call
    const suffix = world.ids.secretSuffix(account.id, region, input.Name, call.nowMs)
    const arn = secretArn(region, account.id, `${input.Name}-${suffix}`)
    permit(call, {
      resource: arn,
      context: {
        'secretsmanager:Name': input.Name,
        ...Object.fromEntries(input.Tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
      },
    })
    requireKeyUse(call, { arn, kmsKeyId: input.KmsKeyId }, 'GenerateDataKey', 'Decrypt')
    const value = valueOf(call, input)
    const versionId = input.ClientRequestToken ?? world.ids.uuid(arn, call.nowMs)
    const known = world.secretOf(account.id, input.Name, region)
    if (known !== undefined) {
      if (known.deletion !== undefined) {
        throw invalidRequest(
          "You can't create this secret because a secret with this name is already scheduled for deletion.",
        )
      }
      const version = known.versions.get(versionId)
      if (version !== undefined && value !== undefined && holdsValue(version, value)) {
        return { ARN: known.arn, Name: known.name, VersionId: versionId }
      }
      throw new AwsError(
        'ResourceExistsException',
        `The operation failed because the secret ${input.Name} already exists.`,
      )
    }
    const secret: Secret = {
      accountId: account.id,
      region,
      name: input.Name,
      arn,
      createdAtMs: call.nowMs,
      changedAtMs: call.nowMs,
      lastReadMs: undefined,
      description: input.Description,
      kmsKeyId: input.KmsKeyId,
      tags: new Map(input.Tags.map(({ Key, Value }) => [Key, Value])),
      versions: new Map(),
      policy: undefined,
      deletion: undefined,
    }
    account.secrets.set(`${region}/${secret.name}`, secret)
    call.record(account.id, { kind: 'secret-created', ...ofSecret(secret) })
    if (value === undefined) return { ARN: arn, Name: secret.name }
    addVersion(
      secret,
      { id: versionId, value: new Sealed(value), createdAtMs: call.nowMs },
      undefined,
    )
    const stages = ['AWSCURRENT']
    call.record(account.id, {
      kind: 'secret-version-put',
      versionId,
      stages,
      ...ofSecret(secret),
    })
    return { ARN: arn, Name: secret.name, VersionId: versionId }
  },
})

/** LastAccessedDate is a day without a time (Secrets Manager API Reference, DescribeSecret). */
const describe = (secret: Secret): Output => ({
  ARN: secret.arn,
  Name: secret.name,
  Description: secret.description,
  KmsKeyId: secret.kmsKeyId,
  CreatedDate: new Date(secret.createdAtMs),
  LastChangedDate: new Date(secret.changedAtMs),
  LastAccessedDate:
    secret.lastReadMs === undefined
      ? undefined
      : new Date(secret.lastReadMs - (secret.lastReadMs % DAY_MS)),
  DeletedDate: secret.deletion === undefined ? undefined : new Date(secret.deletion.requestedAtMs),
  Tags: tagList(secret.tags),
})

const stagesByVersion = (secret: Secret): Output | undefined => {
  const staged = [...secret.versions.values()].filter(({ stages }) => stages.size > 0)
  if (staged.length === 0) return undefined
  return Object.fromEntries(staged.map(({ id, stages }) => [id, [...stages]]))
}

const describeSecret = operation({
  name: 'DescribeSecret',
  input: z.object({ SecretId: secretId }),
  perform: (call, input) => {
    const secret = permittedSecret(call, input.SecretId)
    return { ...describe(secret), VersionIdsToStages: stagesByVersion(secret) }
  },
})

const listSecrets = operation({
  name: 'ListSecrets',
  input: z.object({
    IncludePlannedDeletion: z.boolean().default(false),
    Filters: z
      .array(
        z.object({ Key: z.enum(['name', 'tag-key', 'tag-value']), Values: z.array(z.string()) }),
      )
      .default([]),
    NextToken: z.string().optional(),
    MaxResults: z.number().int().min(1).max(100).default(100),
  }),
  perform: (call, input) => {
    permit(call, { resource: '*' })
    const { account, region, world } = call
    const matches = (secret: Secret): boolean =>
      input.Filters.every(({ Key, Values }) =>
        Values.some((value) => {
          if (Key === 'name') return secret.name.startsWith(value)
          const texts = Key === 'tag-key' ? secret.tags.keys() : secret.tags.values()
          return [...texts].some((text) => text.startsWith(value))
        }),
      )
    const secrets = [...account.secrets.values()]
      .filter(
        (one) => one.region === region && world.secretOf(account.id, one.name, region) === one,
      )
      .filter((one) => input.IncludePlannedDeletion || one.deletion === undefined)
      .filter(matches)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    const page = world.pager.page(secrets, (secret) => secret.name, {
      listing: `${account.id} ${region} ${JSON.stringify(input.Filters)}`,
      token: input.NextToken,
      size: input.MaxResults,
    })
    if (page === undefined) throw new AwsError('InvalidNextTokenException', 'Invalid NextToken.')
    const SecretList = page.items.map((secret) => ({
      ...describe(secret),
      SecretVersionsToStages: stagesByVersion(secret),
    }))
    return { SecretList, NextToken: page.next }
  },
})

const tagResource = operation({
  name: 'TagResource',
  mutates: true,
  input: z.object({ SecretId: secretId, Tags: tags }),
  perform: (call, input) => {
    const secret = permittedSecret(call, input.SecretId)
    requireLive(secret)
    for (const { Key, Value } of input.Tags) secret.tags.set(Key, Value)
    call.record(secret.accountId, { kind: 'secret-tagged', ...ofSecret(secret) })
    return {}
  },
})

/** RecoveryWindowInDays is 7 to 30, 30 unless set (Secrets Manager API Reference, DeleteSecret). */
const deleteSecret = operation({
  name: 'DeleteSecret',
  mutates: true,
  input: z.object({
    SecretId: secretId,
    RecoveryWindowInDays: z.number().int().min(7).max(30).optional(),
    ForceDeleteWithoutRecovery: z.boolean().default(false),
  }),
  perform: (call, input) => {
    if (input.ForceDeleteWithoutRecovery && input.RecoveryWindowInDays !== undefined) {
      throw call.invalid(
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      )
    }
    const { ForceDeleteWithoutRecovery } = input
    const secret = permittedSecret(call, input.SecretId, undefined, { ForceDeleteWithoutRecovery })
    if (!input.ForceDeleteWithoutRecovery) requireLive(secret)
    const days = input.ForceDeleteWithoutRecovery ? 0 : (input.RecoveryWindowInDays ?? 30)
    const goneAtMs = call.nowMs + days * DAY_MS
    secret.deletion = { requestedAtMs: call.nowMs, goneAtMs }
    call.record(secret.accountId, {
      kind: 'secret-deletion-scheduled',
      goneAtMs,
      ...ofSecret(secret),
    })
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(goneAtMs) }
  },
})

const restoreSecret = operation({
  name: 'RestoreSecret',
  mutates: true,
  input: z.object({ SecretId: secretId }),
  perform: (call, input) => {
    const secret = permittedSecret(call, input.SecretId)
    secret.deletion = undefined
    call.record(secret.accountId, { kind: 'secret-restored', ...ofSecret(secret) })
    return { ARN: secret.arn, Name: secret.name }
  },
})

export const secrets = [
  createSecret,
  describeSecret,
  listSecrets,
  tagResource,
  deleteSecret,
  restoreSecret,
]

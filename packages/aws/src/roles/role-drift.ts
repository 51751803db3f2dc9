import { GetAccountAuthorizationDetailsCommand, type IAMClient } from '@aws-sdk/client-iam'
import { z } from 'zod'
import { everyMarkedPage } from '../every-page.ts'
import type { MadeRole } from './member-roles-in.ts'
import type { MemberRole } from '../session/member-session.ts'

export interface Drift {
  readonly role: MemberRole
  readonly how: string
}

const Detail = z.object({
  RoleName: z.string(),
  Path: z.string(),
  AssumeRolePolicyDocument: z.string(),
  RolePolicyList: z.array(z.object({ PolicyDocument: z.string() })).default([]),
  AttachedManagedPolicies: z.array(z.object({ PolicyName: z.string() })).default([]),
  PermissionsBoundary: z.object({ PermissionsBoundaryArn: z.string() }).optional(),
})
type Detail = z.infer<typeof Detail>

/**
 * The differences between an account's roles and the template. The reader role may list roles: one call
 * returns a thousand of them (IAM API Reference, GetAccountAuthorizationDetails). A role that is
 * missing cannot be assumed either; that is another finding, and not drift.
 */
export async function driftOf(
  iam: IAMClient,
  expected: readonly MadeRole[],
): Promise<readonly Drift[]> {
  const drifts: Drift[] = []
  const pages = everyMarkedPage((Marker) =>
    iam.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'], MaxItems: 1_000, Marker }),
    ),
  )
  for await (const { RoleDetailList = [] } of pages) {
    for (const wanted of expected) {
      const found = RoleDetailList.find(
        ({ RoleName, Path }) => RoleName === wanted.name && Path === wanted.path,
      )
      if (found === undefined) continue
      const { role } = wanted
      drifts.push(...differences(Detail.parse(found), wanted).map((how) => ({ role, how })))
    }
  }
  return drifts
}

function differences(found: Detail, { trustPolicy, policy }: MadeRole): readonly string[] {
  const [own, ...more] = found.RolePolicyList
  const attached = found.AttachedManagedPolicies.map(({ PolicyName }) => PolicyName)
  const boundary = found.PermissionsBoundary?.PermissionsBoundaryArn
  return [
    ...(isSame(decoded(found.AssumeRolePolicyDocument), trustPolicy)
      ? []
      : [
          `trusts other principals than the template does: ${principalsIn(found.AssumeRolePolicyDocument)}`,
        ]),
    ...(own !== undefined && more.length === 0 && isSame(decoded(own.PolicyDocument), policy)
      ? []
      : ['has a policy that differs from the template']),
    ...(attached.length === 0 ? [] : [`has additional managed policies: ${attached.join(', ')}`]),
    ...(boundary === undefined
      ? []
      : [`has the permissions boundary ${boundary}, which the template does not set`]),
  ]
}

/** IAM returns policies URL-encoded (IAM API Reference, RoleDetail). */
const decoded = (document: string): unknown => JSON.parse(decodeURIComponent(document))

const Trust = z.object({
  Statement: z.array(z.object({ Principal: z.unknown(), Condition: z.unknown() })),
})

const principalsIn = (document: string): string => {
  const trust = Trust.safeParse(decoded(document))
  return trust.success
    ? trust.data.Statement.map((one) => JSON.stringify(one)).join(', ')
    : 'a document that doctor cannot read'
}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(canonical(one)) === JSON.stringify(canonical(other))

/** In a policy, a list with one item equals that item, and order does not matter. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => JSON.stringify(canonical(item))).sort()
    return items.length === 1 ? JSON.parse(items[0] ?? '') : items
  }
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, item]): [string, unknown] => [name, canonical(item)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

import type { Service } from '../aws-error.ts'
import { cloudtrail } from './cloudtrail.ts'
import { iamAccessKeys } from './iam-access-keys.ts'
import { iamAccount } from './iam-account.ts'
import { iamUsers } from './iam-users.ts'
import type { Operation } from './operation.ts'
import { organizations } from './organizations.ts'
import { secretPolicies } from './secret-policies.ts'
import { secretValues } from './secret-values.ts'
import { secrets } from './secrets.ts'
import { sts } from './sts.ts'

const byName = (...lists: readonly (readonly Operation[])[]): ReadonlyMap<string, Operation> =>
  new Map(lists.flat().map((one) => [one.name, one]))

/**
 * The operations of each modelled service, by name. An operation that is not in this table is
 * answered with the service's error for unknown operations.
 */
export const CATALOG: Record<Service, ReadonlyMap<string, Operation>> = {
  /**
   * IAM (IAM API Reference; IAM User Guide).
   *
   * Kept: at most two access keys per user; a new key, a changed status and changed tags become
   * visible to reads only after a while (User Guide, Troubleshoot IAM), while writes check the true
   * state; a new key can sign calls only after a while; Marker and IsTruncated, also on short and
   * empty pages; ListUsers without tags; GetAccessKeyLastUsed with its reporting lag and `N/A`; a
   * credential report that is made asynchronously, is reused for four hours, and names no keys.
   *
   * Left out: managed and group policies (only inline policies of users and roles are evaluated),
   * permissions boundaries, MFA devices, signing certificates, writes of groups, roles and login
   * profiles (tests make these through `World`), and quotas other than those of keys and tags.
   */
  iam: byName(iamUsers, iamAccessKeys, iamAccount),
  /**
   * STS (STS API Reference, AssumeRole and GetCallerIdentity).
   *
   * Kept: trust policies with external IDs, session policies that narrow a session, the limit on
   * DurationSeconds and the limit of one hour for role chaining, sessions that expire, the same
   * AccessDenied for a missing role, a denied caller and an account that is not ACTIVE.
   *
   * Left out: session tags, source identity, managed session policies, federation, regional
   * endpoints, MFA.
   */
  sts: byName(sts),
  /**
   * Organizations (Organizations API Reference).
   *
   * Kept: only the management account and delegated administrators may read, except for
   * DescribeOrganization; pages of at most 20, which can be short or empty; the account's `State`
   * and, when a setting asks for it, the `Status` that it replaced on 9 September 2026.
   *
   * Left out: every write, policies of every type (service control policies are never evaluated),
   * invitations, service-specific delegation.
   */
  organizations: byName(organizations),
  /**
   * Secrets Manager (Secrets Manager API Reference and User Guide).
   *
   * Kept: client request tokens that make writes idempotent, staging labels, AWSPREVIOUS, deletion
   * with a recovery window, resource policies that name users by their unique ID,
   * BlockPublicPolicy, access from another account only with a customer managed key, the calls to
   * KMS that the caller must be allowed.
   *
   * Left out: scheduled rotation, replication to other Regions, deletion of resource policies,
   * KMS key policies and grants, eventual consistency, the quota of versions per secret.
   */
  secretsmanager: byName(secrets, secretValues, secretPolicies),
  /**
   * CloudTrail's event history (CloudTrail API Reference, LookupEvents; User Guide, record
   * contents).
   *
   * Kept: management events of the last 90 days, newest first, per Region, visible after a delay;
   * one lookup attribute per call; records without secrets; a record in both accounts for a role
   * that was assumed across accounts.
   *
   * Left out: data events, trails, CloudTrail Lake, Insights events.
   */
  cloudtrail: byName(cloudtrail),
}

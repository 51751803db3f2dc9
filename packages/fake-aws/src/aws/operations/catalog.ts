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

/** Everything this model can be asked. */
export const CATALOG: Record<Service, ReadonlyMap<string, Operation>> = {
  iam: byName(iamUsers, iamAccessKeys, iamAccount),
  sts: byName(sts),
  organizations: byName(organizations),
  secretsmanager: byName(secrets, secretValues, secretPolicies),
  cloudtrail: byName(cloudtrail),
}

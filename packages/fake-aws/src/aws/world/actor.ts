/** Who did something, as CloudTrail and the history name them. Holds no secret. */
export interface Actor {
  readonly kind: 'role-session' | 'user' | 'human'
  readonly arn: string
  readonly accountId: string
  /** The user's or the role's unique ID; sessions add `:` and their name. */
  readonly principalId: string
  /** What LookupEvents calls Username: the user's name, or the session's. */
  readonly username: string
  readonly sessionName?: string
  readonly accessKeyId?: string
  readonly sessionCreatedAtMs?: number
  readonly issuer?: { readonly arn: string; readonly uniqueId: string; readonly roleName: string }
}

/**
 * A person at work in an account's console, signed in through IAM Identity Center. Their sessions
 * are of a role of that service, named after the person.
 */
export const person = (accountId: string, name: string): Actor => {
  const roleName = 'AWSReservedSSO_AdministratorAccess_0123456789abcdef'
  const roleArn = `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/${roleName}`
  return {
    kind: 'human',
    arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${name}`,
    accountId,
    principalId: `AROASSOADMINISTRATOR:${name}`,
    username: name,
    sessionName: name,
    issuer: { arn: roleArn, uniqueId: 'AROASSOADMINISTRATOR', roleName },
  }
}

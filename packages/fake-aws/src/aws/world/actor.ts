/** The user, role session or person behind a change, by the names in CloudTrail. No secrets. */
export interface Actor {
  readonly kind: 'role-session' | 'user' | 'human'
  readonly arn: string
  readonly accountId: string
  /** The user's or the role's unique ID; sessions add `:` and their name. */
  readonly principalId: string
  /** LookupEvents' Username: the name of the user or of the session. */
  readonly username: string
  readonly sessionName?: string
  readonly accessKeyId?: string
  readonly sessionCreatedAtMs?: number
  readonly issuer?: { readonly arn: string; readonly uniqueId: string; readonly roleName: string }
}

/**
 * A person who uses an account's console through IAM Identity Center. The session belongs to one of
 * Identity Center's roles and has the person's name.
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

import type { Identifiers } from '../identifiers.ts'
import type { Account } from './account.ts'

export interface OrganizationalUnit {
  readonly id: string
  readonly name: string
  readonly parentId: string
  readonly tags: ReadonlyMap<string, string>
}

/** The organization's tree: one root, organizational units, accounts as leaves. */
export class Organization {
  readonly id: string
  readonly rootId: string
  readonly managementAccountId: string
  /** Accounts that may call Organizations' read operations, besides the management account. */
  readonly delegatedAdminIds: Set<string>
  readonly units = new Map<string, OrganizationalUnit>()
  readonly accounts = new Map<string, Account>()
  readonly #ids: Identifiers

  constructor(ids: Identifiers, managementAccountId: string, delegatedAdminIds: readonly string[]) {
    this.#ids = ids
    this.id = `o-${ids.lowercase(10, 'organization')}`
    this.rootId = `r-${ids.lowercase(4, 'root')}`
    this.managementAccountId = managementAccountId
    this.delegatedAdminIds = new Set(delegatedAdminIds)
  }

  /** Throws when there is none. */
  account(id: string): Account {
    const account = this.accounts.get(id)
    if (account === undefined) throw new Error(`the organisation has no account ${id}`)
    return account
  }

  /** The unique ID behind the ARN of a user or role. */
  uniqueIdAt(arn: string): string | undefined {
    const [, accountId = '', kind, path] =
      /^arn:aws:iam::(\d{12}):(user|role)\/(.+)$/.exec(arn) ?? []
    const name = path?.slice(path.lastIndexOf('/') + 1) ?? ''
    const account = this.accounts.get(accountId)
    return kind === 'user' ? account?.users.get(name)?.id : account?.roles.get(name)?.id
  }

  addUnit(name: string, parentId: string, tags: ReadonlyMap<string, string>): OrganizationalUnit {
    this.requireParent(parentId)
    const suffix = this.#ids.lowercase(8, 'unit', parentId, name)
    const unit = { id: `ou-${this.rootId.slice(2)}-${suffix}`, name, parentId, tags }
    this.units.set(unit.id, unit)
    return unit
  }

  /** Throws when there is no such root or unit. */
  requireParent(id: string): void {
    if (!this.hasParent(id)) throw new Error(`the organization has no root or OU ${id}`)
  }

  hasParent(id: string): boolean {
    return id === this.rootId || this.units.has(id)
  }

  arn(kind: 'organization' | 'root' | 'ou' | 'account', id?: string): string {
    const tail = id === undefined ? this.id : `${this.id}/${id}`
    return `arn:aws:organizations::${this.managementAccountId}:${kind}/${tail}`
  }

  /** The path `o-…/r-…/ou-…/` down to the root or unit `id`, and to `leaf` below it. */
  path(id: string, leaf?: string): string {
    const ids: string[] = leaf === undefined ? [] : [leaf]
    let unit = this.units.get(id)
    while (unit !== undefined) {
      ids.unshift(unit.id)
      unit = this.units.get(unit.parentId)
    }
    return `${[this.id, this.rootId, ...ids].join('/')}/`
  }
}

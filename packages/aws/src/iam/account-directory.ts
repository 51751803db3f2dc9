import {
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { Account, permanent, transient, type AccountDirectory } from '@keynag/core'
import { calling } from '../classify.ts'
import { clientConfig, lazily, type ClientSettings } from '../session/client-settings.ts'
import { everyPage } from '../every-page.ts'

/** An account as Organizations returns it. `State` replaced the field `Status`. */
interface ListedAccount {
  readonly Id?: string | undefined
  readonly Name?: string | undefined
  readonly State?: string | undefined
  readonly Status?: string | undefined
}

/** Reads the accounts of the organisation with the hub's own role. */
export class OrganizationsDirectory implements AccountDirectory {
  readonly #client: () => OrganizationsClient

  constructor(settings: ClientSettings) {
    this.#client = lazily(() => new OrganizationsClient(clientConfig('organizations', settings)))
  }

  /** An account in a state that this release does not know is `UNKNOWN`; the others are as they are. */
  async accounts({ withUnits }: { withUnits: boolean }): Promise<readonly Account[]> {
    const listed: ListedAccount[] = []
    for await (const page of everyPage((NextToken) =>
      calling({ operation: 'organizations:ListAccounts' }, () =>
        this.#client().send(new ListAccountsCommand({ NextToken })),
      ),
    )) {
      listed.push(...(page.Accounts ?? []))
    }
    if (!withUnits) return listed.map((account) => read(account, []))
    const units = await this.#units()
    return listed.map((account) => {
      const above = units.get(account.Id ?? '')
      if (above === undefined) {
        throw transient(
          'KEYNAG_UNAVAILABLE',
          `account ${account.Id ?? ''} moved while the organisation was read`,
        )
      }
      return read(account, above)
    })
  }

  /** The organizational units above each account, the outermost first, by account ID. */
  async #units(): Promise<ReadonlyMap<string, readonly string[]>> {
    const units = new Map<string, readonly string[]>()
    const open: (readonly string[])[] = (await this.#roots()).map((root) => [root])
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      const ParentId = path.at(-1)
      for await (const page of everyPage((NextToken) =>
        calling({ operation: 'organizations:ListAccountsForParent' }, () =>
          this.#client().send(new ListAccountsForParentCommand({ ParentId, NextToken })),
        ),
      )) {
        for (const { Id } of page.Accounts ?? []) if (Id !== undefined) units.set(Id, path)
      }
      for await (const page of everyPage((NextToken) =>
        calling({ operation: 'organizations:ListOrganizationalUnitsForParent' }, () =>
          this.#client().send(new ListOrganizationalUnitsForParentCommand({ ParentId, NextToken })),
        ),
      )) {
        for (const { Id } of page.OrganizationalUnits ?? []) {
          if (Id !== undefined) open.push([...path, Id])
        }
      }
    }
    return units
  }

  async #roots(): Promise<readonly string[]> {
    const roots: string[] = []
    for await (const page of everyPage((NextToken) =>
      calling({ operation: 'organizations:ListRoots' }, () =>
        this.#client().send(new ListRootsCommand({ NextToken })),
      ),
    )) {
      for (const { Id } of page.Roots ?? []) if (Id !== undefined) roots.push(Id)
    }
    return roots
  }
}

/**
 * AWS announced that `State` replaces `Status` on 2026-09-09 (Organizations API Reference, Account).
 * Some endpoints still send only the old field.
 */
function read({ Id, Name, State, Status }: ListedAccount, units: readonly string[]): Account {
  const { data: state = 'UNKNOWN' } = Account.shape.state.safeParse(State ?? Status)
  const account = Account.safeParse({
    accountId: Id,
    name: Name ?? '',
    state,
    organizationalUnits: units,
  })
  if (account.success) return account.data
  throw permanent(
    'KEYNAG_REQUEST_REJECTED',
    `Organizations listed an account whose ID is no account ID: ${Id ?? 'none'}`,
    account.error,
  )
}

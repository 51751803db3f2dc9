import type { AccountDirectory } from '@keynag/core'
import { OrganizationsDirectory } from './iam/account-directory.ts'
import type { ClientSettings } from './session/client-settings.ts'

/** Connects to Organizations only, to list the accounts. */
export const connectDirectory = (settings: ClientSettings): AccountDirectory =>
  new OrganizationsDirectory(settings)

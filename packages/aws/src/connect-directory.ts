import type { AccountDirectory } from '@keynag/core'
import { OrganizationsDirectory } from './iam/account-directory.ts'
import type { ClientSettings } from './session/client-settings.ts'

/** The organization's accounts, and nothing else. */
export const connectDirectory = (settings: ClientSettings): AccountDirectory =>
  new OrganizationsDirectory(settings)

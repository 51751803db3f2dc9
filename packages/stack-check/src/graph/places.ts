import { join } from 'node:path'

export const root = join(import.meta.dirname, '../../../..')
export const platform = join(root, '.sst/platform')

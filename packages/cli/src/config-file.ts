import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseConfig, permanent, type Organization } from '@keynag/core'
import { z } from 'zod'

const ConfigModule = z.looseObject({ default: z.unknown() })

/**
 * Loads the organisation's settings from a file such as keynag.config.ts.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID` when there is no such file, `KEYNAG_CONFIG_INVALID`
 */
export async function loadConfig(file: string): Promise<Organization> {
  const path = resolve(file)
  if (!existsSync(path)) {
    throw permanent('KEYNAG_OPTION_INVALID', `there is no configuration file ${file}`)
  }
  const loaded: unknown = await import(pathToFileURL(path).href).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    throw permanent('KEYNAG_CONFIG_INVALID', `${file} cannot be loaded: ${why}`, error)
  })
  const read = ConfigModule.safeParse(loaded)
  if (!read.success) {
    throw permanent(
      'KEYNAG_CONFIG_INVALID',
      `${file} needs a default export, like keynag.config.ts`,
    )
  }
  return parseConfig(read.data.default)
}

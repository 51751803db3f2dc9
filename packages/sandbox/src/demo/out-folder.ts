import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { permanent } from '@keynag/core'

const marker = '.made-by-keynag-demo'

/**
 * Prepares an empty folder for the demo. A folder of an earlier demo is emptied. Any other folder
 * with files in it is left unchanged.
 *
 * @throws KeynagError `KEYNAG_OUT_UNUSABLE`
 */
export async function prepareOut(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true })
    const found = await readdir(out)
    if (found.length > 0 && !found.includes(marker)) {
      throw permanent('KEYNAG_OUT_UNUSABLE', `${out} holds files that are not from a demo`)
    }
    for (const name of found) await rm(join(out, name), { recursive: true })
    await writeFile(join(out, marker), 'The keynag demo empties this folder when it runs again.\n')
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      throw permanent('KEYNAG_OUT_UNUSABLE', `${out} cannot be used: ${error.message}`, error)
    }
    throw error
  }
}

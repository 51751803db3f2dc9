import { rename, rm, writeFile } from 'node:fs/promises'
import { permanent } from '@keynag/core'

/**
 * Writes a file whole or not at all.
 *
 * @throws KeynagError `KEYNAG_OUT_UNUSABLE`
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.unfinished`
  try {
    await writeFile(unfinished, text)
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    const why = error instanceof Error ? error.message : String(error)
    throw permanent('KEYNAG_OUT_UNUSABLE', `${path} cannot be written: ${why}`, error)
  }
}

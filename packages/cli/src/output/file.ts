import { open, rename, rm, writeFile } from 'node:fs/promises'
import { permanent } from '@keynag/core'

/** Takes lines, a part at a time. */
export interface LineSink {
  write(lines: readonly string[]): Promise<void>
  finish(): Promise<void>
  /** Removes what was written. */
  abandon(): Promise<void>
}

/**
 * Writes a file that appears only when it is complete. Until then an older file keeps its contents.
 *
 * @throws KeynagError `KEYNAG_OUT_UNUSABLE`, also from its functions
 */
export async function fileSink(path: string): Promise<LineSink> {
  const unfinished = `${path}.unfinished`
  const trying = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw permanent('KEYNAG_OUT_UNUSABLE', `${path} cannot be written: ${why}`, error)
    }
  }
  const file = await trying(() => open(unfinished, 'w'))
  return {
    write: (lines) => trying(() => file.appendFile(`${lines.join('\n')}\n`)),
    finish: () =>
      trying(async () => {
        await file.close()
        await rename(unfinished, path)
      }),
    abandon: async () => {
      await file.close()
      await rm(unfinished, { force: true })
    },
  }
}

/**
 * Writes a complete file, or none.
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

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findPython } from './find-python.ts'

const run = promisify(execFile)

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))
const cache = fileURLToPath(new URL('../../../../.cache', import.meta.url))
const interpreter = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'

/** The packages of requirements.txt could not be installed. */
class MotoNotInstalled extends Error {
  readonly code = 'KEYNAG_MOTO_NOT_INSTALLED'

  constructor(step: string, advice: string, cause: unknown) {
    super(`${step} failed. ${advice}\n${outputOf(cause)}`, { cause })
    this.name = 'MotoNotInstalled'
  }
}

/**
 * The path of a Python interpreter with moto, in a virtual environment in the project's cache. The
 * environment is created once for each version of requirements.txt and of Python.
 * @throws {PythonMissing}
 * @throws {MotoNotInstalled}
 */
export const motoPython = async (): Promise<string> => {
  const python = await findPython()
  const key = createHash('sha256')
    .update(await readFile(requirements))
    .update(python.build)
    .digest('hex')
  const ready = join(cache, `moto-${key.slice(0, 12)}`)
  if (!(await exists(ready))) await make(python.path, ready)
  return join(ready, interpreter)
}

/** Builds the environment under a temporary name, so that a folder with the final name is complete. */
const make = async (python: string, ready: string): Promise<void> => {
  process.stderr.write(`Installing moto into ${ready}. This happens only once.\n`)
  await mkdir(cache, { recursive: true })
  const making = await mkdtemp(`${ready}.`)
  try {
    await run(python, ['-m', 'venv', making]).catch((error: unknown) => {
      const advice = 'On Debian and Ubuntu, apt-get install python3-venv.'
      throw new MotoNotInstalled(`${python} -m venv`, advice, error)
    })
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input']
    // All versions are pinned, so pip resolves none. Nothing is compiled on this machine.
    const exactly = ['--no-deps', '--only-binary=:all:', '--requirement', requirements]
    await run(join(making, interpreter), [...pip, ...exactly]).catch((error: unknown) => {
      const advice = 'pip needs access to PyPI or to its configured mirror.'
      throw new MotoNotInstalled('pip install of moto', advice, error)
    })
    await rename(making, ready).catch(async (error: unknown) => {
      // Another process may have finished first.
      if (!(await exists(ready))) throw error
    })
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const outputOf = (cause: unknown): string => {
  const said =
    typeof cause === 'object' && cause !== null && 'stderr' in cause ? String(cause.stderr) : ''
  return (said === '' ? String(cause) : said).slice(-2_000)
}

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
    super(`${step} failed. ${advice}\n${lastWords(cause)}`, { cause })
    this.name = 'MotoNotInstalled'
  }
}

/**
 * Python with moto: the path of an interpreter in a virtual environment of the project's cache,
 * which is made once for each requirements.txt and each Python.
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

/** Under another name first: what stands under its own name is whole. */
const make = async (python: string, ready: string): Promise<void> => {
  process.stderr.write(`moto: installing it into ${ready}, once\n`)
  await mkdir(cache, { recursive: true })
  const making = await mkdtemp(`${ready}.`)
  try {
    await run(python, ['-m', 'venv', making]).catch((error: unknown) => {
      const advice = 'On Debian and Ubuntu, apt-get install python3-venv.'
      throw new MotoNotInstalled(`${python} -m venv`, advice, error)
    })
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input']
    // Everything is pinned, so nothing is resolved; and nothing is compiled on this machine.
    const exactly = ['--no-deps', '--only-binary=:all:', '--requirement', requirements]
    await run(join(making, interpreter), [...pip, ...exactly]).catch((error: unknown) => {
      const advice = 'It needs PyPI, or the mirror that pip is configured for.'
      throw new MotoNotInstalled('pip install of moto', advice, error)
    })
    await rename(making, ready).catch(async (error: unknown) => {
      // Somebody else was faster.
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

const lastWords = (cause: unknown): string => {
  const said =
    typeof cause === 'object' && cause !== null && 'stderr' in cause ? String(cause.stderr) : ''
  return (said === '' ? String(cause) : said).slice(-2_000)
}

/** Pulumi's marks on values that JSON cannot express (pulumi/runtime/rpc). */
const signature = '4dabf18193072939515e22adb298388d'
const secretMark = '1b47061264138c4ac30d75fd1eb44270'
const fileMark = 'c44067f5952c0a294b673a41bacd8c17'
const archiveMark = '0def7320c3a5731c473e5ecbe6d01bc7'

/** Inputs that are JSON documents as text. */
const documents = new Set([
  'assumeRolePolicy',
  'dashboardBody',
  'policy',
  'policyDocument',
  'redriveAllowPolicy',
  'redrivePolicy',
  'templateBody',
])

/**
 * Inputs for a reader: with secrets unwrapped, documents parsed, assets by their path, and no nulls. It
 * omits values that depend on the code or this machine: hashes and local paths.
 */
export function plainInputs(
  inputs: unknown,
  machinePaths: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const plain = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => plain(item, key))
    if (typeof value === 'string') return plainText(value, key)
    if (typeof value !== 'object' || value === null) return value
    const object = new Map<string, unknown>(Object.entries(value))
    switch (object.get(signature)) {
      case undefined:
        return plainObject(value)
      case secretMark:
        return plain(object.get('value'), key)
      case fileMark:
      case archiveMark:
        return plain(object.get('path'), key)
      default:
        throw new Error(`${key} has a mark of Pulumi that the evaluation does not know`)
    }
  }
  const plainText = (text: string, key: string): unknown => {
    if (documents.has(key) && text.startsWith('{')) return plain(JSON.parse(text), '')
    let shown = text.replace(/-code-[0-9a-f]{64}\.zip$/, '-code-<hash>.zip')
    for (const [path, name] of Object.entries(machinePaths)) shown = shown.replaceAll(path, name)
    return shown
  }
  const plainObject = (value: object): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined && item !== null)
        .map(([name, item]) => [name, plain(item, name)]),
    )
  return plainObject(Object(inputs))
}

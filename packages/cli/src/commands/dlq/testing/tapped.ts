/** The same object, but every method call goes to `onCall` instead. */
export const tapped = <T extends object>(
  target: T,
  onCall: (name: string, run: () => unknown) => unknown,
): T =>
  new Proxy(target, {
    get: (_, name) => {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...words: unknown[]) =>
        onCall(String(name), () => Reflect.apply(value, target, words))
    },
  })

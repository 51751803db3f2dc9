/** The Java services cannot run on this machine, and what would change that. */
export class JavaUnusable extends Error {
  readonly code = 'KEYNAG_JAVA_UNUSABLE'

  constructor(what: string, cause?: unknown) {
    super(
      `${what} These tests need a JDK, 17 or newer, and Maven: install them (Debian, Ubuntu: ` +
        'apt-get install openjdk-17-jdk-headless maven; macOS: brew install openjdk maven) and ' +
        'run this again.',
      { cause },
    )
    this.name = 'JavaUnusable'
  }
}

/** The Java services cannot run on this machine. The message says what to install. */
export class JavaUnusable extends Error {
  readonly code = 'KEYNAG_JAVA_UNUSABLE'

  constructor(what: string, cause?: unknown) {
    super(
      `${what} These tests need a JDK, version 17 or newer, and Maven. Install them (Debian, Ubuntu: ` +
        'apt-get install openjdk-17-jdk-headless maven; macOS: brew install openjdk maven) and ' +
        'run the tests again.',
      { cause },
    )
    this.name = 'JavaUnusable'
  }
}

/** The sentence for a command that is started as `web` although nothing shows that it serves: most are for people, and tell them how they are used. */
export function bareCommandWarning(command: string): string {
  return `Nothing shows that \`${command}\` listens where it is told to: if it takes words for that, write \`web: ${command} … --port $PORT\` into Procfile, or \`worker: ${command}\` if it serves nobody.`
}

/** The same for a program that takes no words, as far as can be seen: all of it was looked at. */
export function silentProgramWarning(command: string): string {
  return `Nothing shows that \`${command}\` listens, so its health check will fail: have it listen on PORT, or write \`worker: …\` with this command into Procfile if it serves nobody.`
}

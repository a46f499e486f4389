/** The hop3.toml of an app that has none: its name, and the lines most often wanted next, as comments. */
export function firstConfig(name: string): string {
  return `[metadata]
id = "${name}"

# Everything below is optional: without it Hop3 goes by the files of the app. \`hop3 plan\` shows the result.

# [build]
# toolchain = "python"
# build = "make assets"

# [run]
# start = "./server --port $PORT"
# before-run = "./migrate"
# healthcheck = "/health"

# [run.workers]
# worker = "./work-through-the-queue"

# [env]
# LOG_LEVEL = "info"
# SECRET_KEY = { generate = "hex", length = 64 }

# [domains]
# list = ["${name}.example.com"]
`
}

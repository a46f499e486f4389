import Config

config :hello,
  address: System.get_env("BIND_ADDRESS", "127.0.0.1"),
  port: String.to_integer(System.get_env("PORT", "4000"))

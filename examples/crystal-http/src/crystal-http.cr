require "http/server"

server = HTTP::Server.new do |context|
  name = context.request.path.lchop?("/hello/")
  context.response.content_type = "text/plain"
  context.response.puts(name ? "Hello, #{name}" : "Hello from Crystal")
end

# `hop3` stops an app with SIGTERM; requests that are being answered are finished.
Signal::TERM.trap { server.close }

server.bind_tcp(ENV.fetch("BIND_ADDRESS", "127.0.0.1"), ENV.fetch("PORT", "8080").to_i)
server.listen

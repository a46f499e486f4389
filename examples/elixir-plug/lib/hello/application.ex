defmodule Hello.Application do
  use Application

  @impl true
  def start(_type, _args) do
    options = [
      plug: Hello.Router,
      address: Application.fetch_env!(:hello, :address),
      port: Application.fetch_env!(:hello, :port)
    ]

    children = [
      {Task.Supervisor, name: Hello.Connections},
      {Hello.Server, options}
    ]

    Supervisor.start_link(children, strategy: :rest_for_one, name: Hello.Supervisor)
  end
end

defmodule Hello.Router do
  @moduledoc "The app: what a Plug would be, a function from a request to an answer."

  def call(%{method: "GET", path: []}), do: {200, "Hello from Elixir"}
  def call(%{method: "GET", path: ["hello", name]}), do: {200, "Hello, #{URI.decode(name)}"}
  def call(_request), do: {404, "There is no such page"}
end

defmodule Hello.Server do
  @moduledoc "A small HTTP server over `:gen_tcp`, in the place of Bandit: one process for each connection."
  use Task, restart: :permanent

  def start_link(options), do: Task.start_link(__MODULE__, :listen, [options])

  def listen(options) do
    {:ok, address} = options[:address] |> String.to_charlist() |> :inet.parse_address()
    settings = [:binary, packet: :http_bin, active: false, reuseaddr: true, ip: address]
    {:ok, socket} = :gen_tcp.listen(options[:port], settings)
    accept(socket, options[:plug])
  end

  defp accept(socket, plug) do
    {:ok, client} = :gen_tcp.accept(socket)
    {:ok, pid} = Task.Supervisor.start_child(Hello.Connections, fn -> serve(client, plug) end)
    :gen_tcp.controlling_process(client, pid)
    accept(socket, plug)
  end

  defp serve(client, plug) do
    with {:ok, {:http_request, method, {:abs_path, target}, _version}} <- :gen_tcp.recv(client, 0, 5_000),
         :ok <- skip_headers(client) do
      [path | _query] = String.split(target, "?", parts: 2)
      request = %{method: to_string(method), path: String.split(path, "/", trim: true)}
      :gen_tcp.send(client, answer(plug.call(request)))
    end

    :gen_tcp.close(client)
  end

  defp skip_headers(client) do
    case :gen_tcp.recv(client, 0, 5_000) do
      {:ok, :http_eoh} -> :ok
      {:ok, _header} -> skip_headers(client)
      error -> error
    end
  end

  defp answer({status, body}) do
    "HTTP/1.1 #{status} #{if status == 200, do: "OK", else: "Not Found"}\r\n" <>
      "content-type: text/plain; charset=utf-8\r\ncontent-length: #{byte_size(body)}\r\nconnection: close\r\n\r\n#{body}"
  end
end
